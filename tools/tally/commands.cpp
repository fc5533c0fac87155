#include "tools/tally/commands.hpp"

#include <algorithm>

#include "firmware/base/near_name.hpp"
#include "tools/tally/agv_commands.hpp"
#include "tools/tally/order_commands.hpp"
#include "tools/tally/tag_commands.hpp"
#include "tools/tally/work_commands.hpp"

namespace tally::cli {

namespace {

using Need = ArgumentSpec::Need;

constexpr OptionSpec kPlace{"--place", "PLACE", "only this place"};
constexpr OptionSpec kSku{"--sku", "SKU", "only this SKU"};
constexpr OptionSpec kLimit{"--limit", "N", "at most so many rows"};

std::vector<CommandSpec> stock_and_items() {
    return {
        {"status",
         "how the box does, and what needs somebody",
         {},
         {},
         {"tally status", "tally status --watch 2",
          "tally status -o json --url http://127.0.0.1:8080"}},
        {"watch",
         "the floor as it is now: vehicles, orders, tasks, alerts, gates, stock",
         {},
         {{"--once", "", "print the page once and end"},
          {"--every", "SECONDS", "ask the box so often (1)"}},
         {"tally watch", "tally watch --every 5", "tally watch --once"}},
        {"stock ls",
         "how much stands where, and how sure that is",
         {},
         {kPlace, kSku, {"--virtual", "", "show SUPPLIER, CUSTOMER and the like too"}},
         {"tally stock ls", "tally stock ls --place shop.floor",
          "tally stock ls -o csv > stock.csv"}},
        {"stock show",
         "the units behind the numbers",
         {},
         {kPlace, kSku, kLimit, {"--after", "EPC", "go on behind this unit"}},
         {"tally stock show --place shop.floor", "tally stock show --sku TEA-500"}},
        {"stock verify", "fold the whole ledger anew and compare", {}, {}, {"tally stock verify"}},
        {"item trace",
         "everything that ever happened to one unit",
         {{"EPC"}},
         {},
         {"tally item trace 3034257BF7194E4000001A85"}},
        {"item correct",
         "say where a unit really is; the difference is booked",
         {{"EPC"}},
         {{"--place", "PLACE", "where it is"}, {"--reason", "TEXT", "why the book was wrong"}},
         {"tally item correct 3034257BF7194E4000001A85 --place shop.floor --reason 'on shelf 4'"}},
        {"pallet unpack",
         "end a pallet: its units stand alone",
         {{"SSCC"}},
         {},
         {"tally pallet unpack 3114257BF4499602D2000000"}},
    };
}

std::vector<CommandSpec> gates_and_sync() {
    return {
        {"gate ls", "the gates, their readers and what they saw", {}, {}, {"tally gate ls"}},
        {"gate log",
         "the newest events of a gate",
         {{"GATE"}},
         {kLimit},
         {"tally gate log dock", "tally gate log dock --limit 200 -o csv"}},
        {"gate watch",
         "the events of a gate as they happen",
         {{"GATE", Need::optional}},
         {{"--after", "N", "begin behind this event; 0: from the beginning"}},
         {"tally gate watch dock", "tally gate watch -o json"}},
        {"gate why",
         "why a gate decided as it did about a unit",
         {{"GATE"}, {"EPC"}},
         {},
         {"tally gate why dock 3034257BF7194E4000001A85"}},
        {"gate barrier",
         "open or close a barrier by hand, or leave it to the rules again",
         {{"GATE"}, {"ORDER", Need::required, "open closed rules"}},
         {{"--reason", "TEXT", "why"}},
         {"tally gate barrier dock closed --reason 'truck is searched'",
          "tally gate barrier dock rules --reason 'search is over'"}},
        {"gate signal-test",
         "show every lamp of a gate in turn and read it back",
         {{"GATE"}},
         {},
         {"tally gate signal-test dock"}},
        {"reader ls", "the readers and whether they can see", {}, {}, {"tally reader ls"}},
        {"shelf ls",
         "the weighed slots, their weights and how many units they can count",
         {},
         {},
         {"tally shelf ls", "tally shelf ls --watch 1"}},
        {"shelf tare",
         "take what stands in a slot as its tare",
         {{"SLOT"}},
         {},
         {"tally shelf tare back.a1"}},
        {"shelf zero", "set an empty slot to zero", {{"SLOT"}}, {}, {"tally shelf zero back.a1"}},
        {"sync status",
         "how edge and bridge stand with each other",
         {},
         {},
         {"tally sync status", "tally sync status --watch 1"}},
        {"sync resync",
         "send the whole stock to the bridge again",
         {},
         {{"--edge", "EDGE", "on the bridge: only this edge"}},
         {"tally sync resync", "tally sync resync --edge shop"}},
        {"anomaly ls",
         "the contradictions that somebody must resolve",
         {},
         {{"--kind", "KIND", "only this kind"}, {"--item", "EPC", "only of this unit"}},
         {"tally anomaly ls", "tally anomaly ls --kind missed_passage"}},
        {"anomaly resolve",
         "close an anomaly and say how it was resolved",
         {{"ID"}},
         {{"--how", "TEXT", "how it was resolved"}},
         {"tally anomaly resolve back:1:42 --how 'unit found, label replaced'"}},
    };
}

std::vector<CommandSpec> planning() {
    constexpr OptionSpec kFloor{"--floor", "FILE", "the floor: TOML, LIF or grid map"};
    constexpr OptionSpec kFrom{"--from", "PLACE", "where tours begin"};
    constexpr OptionSpec kClosed{"--closed", "WHERE",
                                 "cannot be driven now: AISLE:FROM-TO in mm, or NODE:NODE; more "
                                 "than one with commas"};
    constexpr OptionSpec kWork{"--work", "N", "budget of the search, about 20 ns each"};
    constexpr OptionSpec kSeed{"--seed", "N", "same seed and work, same answer"};
    constexpr OptionSpec kRestarts{"--restarts", "N", "search from N seeds, keep the best"};
    constexpr OptionSpec kOnBox{"--on-box", "", "let a box plan, on the floor of its site"};
    constexpr OptionSpec kDeadline{"--deadline", "S", "on a box: stop after S seconds"};
    constexpr OptionSpec kStopAfter{"--stop-after", "N", "on a box: stop after N slices"};
    return {
        {"plan tour",
         "the shortest tour through places, and how near the best it is",
         {{"FILE"}},
         {kFloor,
          kFrom,
          {"--to", "PLACE", "where it ends, if not where it begins"},
          {"--capacity", "N", "most weight at once: trips out and back"},
          {"--stock", "FILE",
           "where articles lie (article,place): slots are chosen with the route"},
          kClosed,
          {"--svg", "FILE", "draw it"},
          kWork,
          kSeed,
          kRestarts,
          kOnBox,
          kDeadline,
          kStopAfter},
         {"tally plan tour picks.csv --floor floor.toml --from depot --svg tour.svg",
          "cat picks.json | tally plan tour - --floor hall.lif.json -o json",
          "tally plan tour articles.csv --floor floor.toml --from depot --stock stock.csv",
          "printf 'place,rank,weight\\nA-3,0,12\\nB-7,1,3\\n' | tally plan tour - --floor "
          "floor.toml --from depot --capacity 14",
          "tally plan tour rest.csv --floor floor.toml --from A-3 --to depot --closed 2:4000-9000",
          "tally plan tour picks.csv --from depot --on-box"}},
        {"plan batch",
         "which orders to pick together",
         {{"FILE"}},
         {kFloor,
          kFrom,
          {"--capacity", "N", "most weight in a batch"},
          kClosed,
          kWork,
          kSeed,
          kRestarts,
          kOnBox,
          kDeadline,
          kStopAfter},
         {"tally plan batch orders.csv --floor floor.toml --from depot --capacity 45",
          "tally plan batch orders.csv --from depot --capacity 45 --on-box --deadline 2"}},
        {"plan assign",
         "the cheapest pairs of a cost table, with their proof",
         {{"FILE"}},
         {kOnBox, kDeadline},
         {"tally plan assign costs.csv", "tally plan assign costs.json -o json"}},
        {"plan ls",
         "the plans of a box, running and done",
         {},
         {},
         {"tally plan ls", "tally plan ls --watch 1"}},
        {"plan show", "the answer of a plan of a box", {{"PLAN"}}, {}, {"tally plan show PLAN"}},
        {"plan cancel",
         "stop a plan of a box; what it has is its answer",
         {{"PLAN"}},
         {},
         {"tally plan cancel PLAN"}},
        {"layout check",
         "whether every stop of a floor can be reached and left",
         {{"FLOOR"}},
         {},
         {"tally layout check floor.toml"}},
        {"layout draw",
         "a floor as a picture (SVG)",
         {{"FLOOR"}},
         {},
         {"tally layout draw floor.toml > floor.svg"}},
    };
}

std::vector<CommandSpec> setting_up() {
    return {
        {"master import",
         "take in items, codes, lots, planogram, bindings and advices",
         {{"FILE"}},
         {},
         {"tally master import items.csv",
          R"(printf 'sku,name,tracking\nrice,Rice 5 kg,by_count\n' | tally master import -)"}},
        {"master export",
         "print master data as a file that can be taken in again",
         {},
         {{"--kind", "KIND", "which table: item if not said",
           "item lot alias plan asn pallet binding"},
          {"--format", "FORMAT", "csv or json", "csv json"},
          {"--edge", "EDGE", "on the bridge: as this edge has it"}},
         {"tally master export > items.csv", "tally master export --kind plan",
          "tally master export --kind asn --format json"}},
        {"config check",
         "read a config file and print the values in force",
         {{"FILE"}},
         {},
         {"tally config check /etc/tally/edge.toml", "tally config check -q site.toml"}},
        {"doctor", "look at everything and explain what is wrong", {}, {}, {"tally doctor"}},
        {"completion",
         "print a completion script for a shell",
         {{"SHELL", Need::required, "bash zsh"}},
         {},
         {"source <(tally completion bash)", "tally completion zsh > ~/.zfunc/_tally"}},
    };
}

}  // namespace

const std::vector<CommandSpec>& commands() {
    static const std::vector<CommandSpec> kCommands = [] {
        std::vector<CommandSpec> all = stock_and_items();
        for (auto part : {gates_and_sync(), agv_commands(), planning(), work_commands(),
                          order_commands(), tag_commands(), setting_up()}) {
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }();
    return kCommands;
}

const std::vector<OptionSpec>& common_options() {
    static const std::vector<OptionSpec> kOptions = {
        {"--url", "URL", "the box: http://host:port (or TALLY_URL)"},
        {"--api-port-file", "FILE", "the box on this machine whose port stands in FILE"},
        {"--token-file", "FILE", "your token (or TALLY_TOKEN_FILE); readable by you only"},
        {"--output", "FORMAT", "table, json or csv", "table json csv", "-o"},
        {"--quiet", "", "data only, no hints; nothing after a change", {}, "-q"},
        {"--watch", "SECONDS", "ask again every so often", {}, "-w"},
        {"--timeout", "SECONDS", "how long to wait for an answer (30)"},
        {"--no-color", "", "no colours; NO_COLOR does the same"},
        {"--help", "", "this text", {}, "-h"},
    };
    return kOptions;
}

const CommandSpec* find_command(std::string_view path) {
    for (const CommandSpec& command : commands()) {
        if (command.path == path) {
            return &command;
        }
    }
    return nullptr;
}

std::vector<std::string> next_words(std::string_view prefix) {
    std::vector<std::string> words;
    for (const CommandSpec& command : commands()) {
        std::string_view rest = command.path;
        if (!prefix.empty()) {
            if (!rest.starts_with(prefix) || rest.size() == prefix.size() ||
                rest[prefix.size()] != ' ') {
                continue;
            }
            rest.remove_prefix(prefix.size() + 1);
        }
        const std::string word(rest.substr(0, rest.find(' ')));
        if (std::find(words.begin(), words.end(), word) == words.end()) {
            words.push_back(word);
        }
    }
    return words;
}

std::string nearest_command(std::span<const std::string> words) {
    std::string path;
    for (const std::string& word : words) {
        const std::vector<std::string> known = next_words(path);
        if (known.empty()) {
            break;
        }
        const bool is_known = std::find(known.begin(), known.end(), word) != known.end();
        const std::string taken = is_known ? word : near_name(word, known);
        if (taken.empty()) {
            break;
        }
        path += (path.empty() ? "" : " ") + taken;
    }
    return path;
}

}  // namespace tally::cli
