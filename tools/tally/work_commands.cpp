#include "tools/tally/work_commands.hpp"

namespace tally::cli {

namespace {

using Need = ArgumentSpec::Need;

constexpr OptionSpec kPlace{"--place", "PLACE", "the place"};
constexpr OptionSpec kUnits{"--units", "N", "how many units, e.g. 12 or 0.25"};
constexpr OptionSpec kDamaged{"--damaged", "", "it is damaged"};
constexpr OptionSpec kReason{
    "--reason", "WORD", "why",
    "cycle zero_check damage theft mislaid receiving_error picking_error unknown"};

std::vector<CommandSpec> receiving() {
    return {
        {"opening book",
         "book the counted opening balance of this box",
         {{"FILE"}},
         {{"--document", "NAME", "the counting list it comes from"}},
         {"tally opening book counted.csv --document 'list 7, 22 Nov'"}},
        {"shadow compare",
         "compare the stock with the old system's, place by place",
         {{"FILE"}},
         {},
         {"tally shadow compare old.csv", "tally shadow compare old.csv -o csv > differences.csv"}},
        {"receipt ls", "the advices and how far each has come", {}, {}, {"tally receipt ls"}},
        {"receipt show",
         "one advice: announced, came, missing, over, damaged",
         {{"ASN"}},
         {},
         {"tally receipt show ASN-7"}},
        {"receipt scan",
         "receive what was scanned against an advice",
         {{"ASN"}, {"CODE"}},
         {kPlace, kUnits, {"--lot", "LOT", "the lot, if not the advice's"}, kDamaged},
         {"tally receipt scan ASN-7 3034257BF7194E4000001A85 --place dock",
          "tally receipt scan ASN-7 rice --units 12 --place dock --damaged"}},
        {"receipt close",
         "end a receipt and say what is over and short",
         {{"ASN"}},
         {{"--scanned", "", "every unit was in somebody's hand: what was not is missing"}},
         {"tally receipt close ASN-7", "tally receipt close ASN-7 --scanned"}},
    };
}

std::vector<CommandSpec> tasks() {
    const std::vector<OptionSpec> filter = {
        {"--kind", "KIND", "only this kind", "receive put_away replenish pick count return"},
        {"--state", "STATE", "open, taken, done, dropped or all", "open taken done dropped all"},
        kPlace,
        {"--who", "USER", "only what this person has in hand, e.g. user:li.wei"}};
    return {
        {"task ls",
         "what is to be done",
         {},
         filter,
         {"tally task ls", "tally task ls --kind pick"}},
        {"task print", "the tasks as a list for paper", {}, filter, {"tally task print | lp"}},
        {"task take", "take a task in hand", {{"ID"}}, {}, {"tally task take back:1:42"}},
        {"task put-back",
         "leave a task to others again",
         {{"ID"}},
         {},
         {"tally task put-back back:1:42"}},
        {"task scan",
         "scan goods for a task in hand",
         {{"ID"}, {"CODE"}},
         {kUnits,
          kPlace,
          {"--lot", "LOT", "of goods that are received, if not the advice's"},
          kDamaged},
         {"tally task scan back:1:42 3034257BF7194E4000001A85",
          "tally task scan back:1:42 rice --units 12"}},
        {"task done",
         "end a task in hand: what was scanned is all there is",
         {{"ID"}},
         {{"--not-in-hand", "",
           "nobody has what only a weight or a gate told of for a pick that is over"}},
         {"tally task done back:1:42", "tally task done back:1:42 --not-in-hand"}},
        {"task drop",
         "drop a task that need not be done",
         {{"ID"}},
         {{"--reason", "TEXT", "why"}},
         {"tally task drop back:1:42 --reason 'order cancelled'"}},
        {"scan",
         "say that goods are at this place",
         {{"CODE"}},
         {kPlace},
         {"tally scan 3034257BF7194E4000001A85 --place shelf.4"}},
    };
}

std::vector<CommandSpec> counts() {
    return {
        {"count start",
         "open counts of a place; nothing is frozen",
         {},
         {kPlace, {"--sku", "SKU", "only this SKU"}},
         {"tally count start --place shelf.4", "tally count start --place shelf.4 --sku TEA-500"}},
        {"count next",
         "take the next count; the book as of now is its baseline",
         {},
         {kPlace},
         {"tally count next", "tally count next --place shelf.4"}},
        {"count post",
         "say what was counted",
         {{"ID"}},
         {kUnits, kReason, {"--items", "EPCS", "the units in hand, where they have tags"}},
         {"tally count post back:1:42 --units 99",
          "tally count post back:1:42 --items '3034257BF7194E4000001A85'"}},
        {"count writeoff",
         "propose that goods are gone; a second person must agree",
         {},
         {kPlace,
          {"--sku", "SKU", "what, if it has no tags"},
          {"--item", "EPC", "the unit, if it has one"},
          {"--units", "N", "-3: three are gone; 3: three too many"},
          kReason},
         {"tally count writeoff --place shelf.4 --sku rice --units=-3 --reason damage"}},
        {"count approve",
         "agree to a write-off that somebody else proposed",
         {{"ID"}},
         {},
         {"tally count approve back:1:42"}},
        {"return take",
         "take back a unit from a customer",
         {{"EPC"}},
         {kPlace},
         {"tally return take 3034257BF7194E4000001A85 --place returns"}},
        {"return grade",
         "say what becomes of a returned unit",
         {{"EPC"}},
         {{"--into", "WAY", "restock, hold or destroy", "restock hold destroy"},
          {"--reason", "TEXT", "what the inspection found"},
          {"--new-tag", "EPC", "the tag it carries now, if the old one is not good"}},
         {"tally return grade 3034257BF7194E4000001A85 --into restock --reason 'as new'"}},
    };
}

}  // namespace

std::vector<CommandSpec> work_commands() {
    std::vector<CommandSpec> all = receiving();
    for (auto part : {tasks(), counts()}) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

bool reads_file(const Invocation& invocation) {
    const std::string_view path = invocation.command->path;
    return path == "master import" || path == "opening book" || path == "shadow compare" ||
           (path == "order add" && !invocation.arguments.at(0).empty());
}

}  // namespace tally::cli
