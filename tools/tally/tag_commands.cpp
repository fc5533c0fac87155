#include "tools/tally/tag_commands.hpp"

#include <nlohmann/json.hpp>

namespace tally::cli {

namespace {

using Form = Column::Form;
using Flags = std::vector<std::pair<std::string_view, std::string_view>>;  ///< flag, key

constexpr OptionSpec kLot{"--lot", "LOT", "the lot"};
constexpr OptionSpec kPrinter{"--printer", "NAME", "the printer, if the box has several"};
constexpr OptionSpec kReason{"--reason", "TEXT", "why"};

Asked post(std::string target, const Invocation& invocation, const Flags& flags,
           std::map<std::string, std::string> fixed = {}) {
    for (const auto& [flag, key] : flags) {
        const std::string value = invocation.option(std::string(flag));
        if (!value.empty()) {
            fixed[std::string(key)] = value;
        }
    }
    const nlohmann::json body(fixed);
    return {
        "POST", std::move(target),
        fixed.empty() ? "{}" : body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
        Asked::Effect::writes};
}

}  // namespace

std::vector<CommandSpec> tag_commands() {
    using Need = ArgumentSpec::Need;
    return {
        {"tag print",
         "give out serials, print labels and write their tags",
         {{"SKU"}},
         {kLot, {"--units", "N", "how many labels; 1"}, kPrinter},
         {"tally tag print TEA-500 --lot L7 --units 24"}},
        {"tag ls",
         "the labels on their way, and which wait for a person",
         {},
         {{"--state", "STATE", "only these", "waiting sent printed unsure"}},
         {"tally tag ls", "tally tag ls --state unsure"}},
        {"tag bind",
         "a fresh tag is in your hand and good: bind it",
         {{"CODE"}},
         {{"--sku", "SKU", "what it stands for, if it is no label of this box"},
          kLot,
          {"--tid", "HEX", "the chip's own number"}},
         {"tally tag bind 3034257BF7194E4000001A85",
          "tally tag bind '(01)80614141123458(21)6789' --sku TEA-500 --lot L7"}},
        {"tag replace",
         "a unit gets another tag, the old one is retired",
         {{"OLD"}, {"NEW", Need::optional}},
         {kPrinter, kReason},
         {"tally tag replace 3034257BF7194E4000001A85 3034257BF7194E4000001A86 --reason torn",
          "tally tag replace 3034257BF7194E4000001A85 --printer desk --reason torn"}},
        {"tag void",
         "give up a label: its serial is lost, its tag an alarm",
         {{"CODE"}},
         {kReason},
         {"tally tag void 3034257BF7194E4000001A85 --reason 'label came out blank'"}},
        {"tag retire",
         "take a tag out of use: it is an alarm when it is seen",
         {{"CODE"}},
         {kReason},
         {"tally tag retire 3034257BF7194E4000001A85 --reason 'unit was destroyed'"}},
        {"label place",
         "print the label of a place",
         {{"PLACE"}},
         {kPrinter},
         {"tally label place back.aisle", "tally label place shelf.4 --printer desk"}},
        {"printer ls", "the label printers and how they do", {}, {}, {"tally printer ls"}},
    };
}

std::optional<Result<Asked>> tag_request(const Invocation& invocation) {
    const std::string_view path = invocation.command->path;
    const auto argument = [&](std::size_t i) { return encoded(invocation.arguments.at(i)); };
    if (path == "tag print") {
        return post("/v1/tags/print", invocation,
                    {{"--lot", "lot"}, {"--units", "units"}, {"--printer", "printer"}},
                    {{"sku", invocation.arguments.at(0)}});
    }
    if (path == "tag ls") {
        const std::string state = invocation.option("--state");
        return Asked{"GET", "/v1/tags" + (state.empty() ? "" : "?state=" + encoded(state)), {}};
    }
    if (path == "tag bind") {
        return post("/v1/tags/" + argument(0) + "/bind", invocation,
                    {{"--sku", "sku"}, {"--lot", "lot"}, {"--tid", "tid"}});
    }
    if (path == "tag replace") {
        std::map<std::string, std::string> fixed;
        if (!invocation.arguments.at(1).empty()) {
            fixed["new_tag"] = invocation.arguments.at(1);
        }
        return post("/v1/tags/" + argument(0) + "/replace", invocation,
                    {{"--printer", "printer"}, {"--reason", "reason"}}, std::move(fixed));
    }
    if (path == "tag void" || path == "tag retire") {
        return post("/v1/tags/" + argument(0) + "/" + std::string(path.substr(4)), invocation,
                    {{"--reason", "reason"}});
    }
    if (path == "label place") {
        return post("/v1/places/" + argument(0) + "/label", invocation, {{"--printer", "printer"}});
    }
    if (path == "printer ls") {
        return Asked{"GET", "/v1/printers", {}};
    }
    return std::nullopt;
}

const std::map<std::string_view, SheetSpec>& tag_sheets() {
    static const std::map<std::string_view, SheetSpec> kSheets = {
        {"tag ls",
         {"rows",
          {{"item", "item"},
           {"sku", "sku"},
           {"lot", "lot"},
           {"state", "state", Form::word},
           {"printer", "printer"},
           {"replaces", "replaces"},
           {"t_ms", "time", Form::time},
           {"text", "text"},
           {"next", "next"}}}},
        {"printer ls",
         {"rows",
          {{"printer", "printer"},
           {"edge", "edge"},
           {"state", "state", Form::word},
           {"waiting", "waiting", Form::number},
           {"printed", "printed", Form::number},
           {"verify_reader", "seen by"},
           {"text", "text"}}}},
    };
    return kSheets;
}

}  // namespace tally::cli
