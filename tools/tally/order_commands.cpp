#include "tools/tally/order_commands.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/tally/show.hpp"

namespace tally::cli {

namespace {

using Form = Column::Form;
using Need = ArgumentSpec::Need;
using Json = nlohmann::json;

constexpr std::string_view kStages =
    "passed_on back_ordered reserved picking picked packed handed_over cancelled all";

std::string dumped(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// A body of those options that were given.
std::string body_of(const Invocation& invocation, const std::map<std::string, std::string>& flags) {
    Json body = Json::object();
    for (const auto& [flag, key] : flags) {
        if (const std::string value = invocation.option(flag); !value.empty()) {
            body[key] = value;
        }
    }
    return dumped(body);
}

/// "tea-500:2 rice:1.5" as lines of an order.
Result<Json> lines_of(const std::string& text) {
    Json lines = Json::array();
    std::string word;
    for (const char c : text + " ") {
        if (c != ' ' && c != ',') {
            word += c;
            continue;
        }
        if (word.empty()) {
            continue;
        }
        const std::size_t colon = word.rfind(':');
        if (colon == std::string::npos || colon == 0 || colon + 1 == word.size()) {
            return fail(ErrorKind::malformed,
                        "'" + word + "' is no line of an order; write SKU:UNITS, e.g. tea-500:2");
        }
        lines.push_back({{"sku", word.substr(0, colon)}, {"units", word.substr(colon + 1)}});
        word.clear();
    }
    return lines;
}

Result<Asked> add_request(const Invocation& invocation, const std::string& file) {
    const std::string name = invocation.arguments.at(0);
    const std::string line = invocation.option("--line");
    const std::string at = invocation.option("--edge");
    const std::string edge = at.empty() ? std::string() : "edge=" + encoded(at);
    if (name.empty() == line.empty()) {
        return fail(ErrorKind::malformed, "give a file of orders, or --order ID --line SKU:UNITS");
    }
    if (!name.empty()) {
        std::string query = name == "-" ? "" : "?file=" + encoded(name);
        query += edge.empty() ? "" : (query.empty() ? "?" : "&") + edge;
        return Asked{"POST", "/v1/orders" + query, file, Asked::Effect::writes};
    }
    Json order = {{"v", 1}, {"order", invocation.option("--order")}};
    TALLY_TRY_ASSIGN(order["lines"], lines_of(line));
    if (const std::string due = invocation.option("--due"); !due.empty()) {
        order["due"] = due;
    }
    if (const std::string priority = invocation.option("--priority"); !priority.empty()) {
        if (priority.size() != 1 || priority < "1" || priority > "9") {
            return fail(ErrorKind::malformed, "--priority is 1 (first) to 9");
        }
        order["priority"] = priority.front() - '0';
    }
    return Asked{"POST", "/v1/orders" + (edge.empty() ? "" : "?" + edge), dumped(order),
                 Asked::Effect::writes};
}

std::string text_at(const Json& row, const char* key) {
    return printable(row.value(key, std::string()));
}

std::string claim_line(const Json& claim, const Catalogue& say) {
    const std::string state =
        claim.value("picked", false)
            ? std::string(say(text_at(claim, "parcel").empty() ? "in hand" : "packed"))
            : std::string(say("promised"));
    std::string line = fmt::format(
        "  {} {} {} ({}) {} {}", units_text(claim.value("qty_milli", 0L)), text_at(claim, "sku"),
        text_at(claim, "item"), text_at(claim, "lot"), state, text_at(claim, "place"));
    for (const char* key : {"parcel", "task"}) {
        if (const std::string value = text_at(claim, key); !value.empty()) {
            line += fmt::format("  {} {}", say(key), value);
        }
    }
    return line + "\n";
}

}  // namespace

std::vector<CommandSpec> order_commands() {
    return {
        {"order add",
         "take orders in: from a file (JSON or CSV), or one by its lines",
         {{"FILE", Need::optional}},
         {{"--order", "ID", "the order's id; the same order twice is one"},
          {"--line", "LINES", "SKU:UNITS, several separated by blanks"},
          {"--due", "WHEN",
           "when it must be ready: 2026-12-01 (the end of that day at the site), or "
           "2026-12-01T16:00+08:00"},
          {"--priority", "N", "1 (first) to 9; 5 if not said"},
          {"--edge", "EDGE",
           "on the bridge: the edge that is to serve it; not said: the one that has all of it"}},
         {"tally order add orders.csv",
          "tally order add --order W-1001 --line 'tea-500:2 rice:1.5' --priority 3",
          "tally order add --order W-1002 --line tea-500:1 --due 2026-12-01T16:00+08:00",
          "tally order add orders.csv --edge shop --url http://bridge:8080"}},
        {"order ls",
         "orders, the one to serve first in front",
         {},
         {{"--stage", "STAGE", "only this stage; all: the finished ones too", kStages}},
         {"tally order ls", "tally order ls --stage back_ordered"}},
        {"order show",
         "one order: its lines, what it holds where, its history in words",
         {{"ORDER"}},
         {},
         {"tally order show W-1001"}},
        {"order pack",
         "pack what is in hand into one parcel: scan each unit, weigh it, label it",
         {{"ORDER"}},
         {{"--place", "PLACE", "the packing place"},
          {"--codes", "CODES", "each unit's tag, each scan of counted goods, separated by blanks"},
          {"--grams", "G", "what the parcel weighs, e.g. 1520.5"},
          {"--printer", "PRINTER", "print its label there"}},
         {"tally order pack W-1001 --place packing --codes '3034257BF7194E4000001A85 rice rice' "
          "--grams 1520"}},
        {"order label",
         "print the labels of an order's parcels again",
         {{"ORDER"}},
         {{"--parcel", "SSCC", "only this one"}, {"--printer", "PRINTER", "print them there"}},
         {"tally order label W-1001", "tally order label W-1001 --printer desk"}},
        {"order hand-over",
         "hand packed parcels to a carrier; prints the manifest",
         {},
         {{"--carrier", "NAME", "who takes them"},
          {"--orders", "IDS", "only of these orders, separated by blanks"}},
         {"tally order hand-over --carrier SF-Express -o csv > manifest.csv",
          "tally order hand-over --carrier SF-Express --orders 'W-1001 W-1002'"}},
        {"order manifest",
         "a manifest again: the parcels that a carrier took",
         {{"MANIFEST"}},
         {},
         {"tally order manifest back-2-4711 -o csv"}},
        {"order cancel",
         "cancel an order: what is promised is free, what is picked goes back",
         {{"ORDER"}},
         {{"--reason", "TEXT", "why"}},
         {"tally order cancel W-1001 --reason 'customer rang'"}},
    };
}

std::optional<Result<Asked>> order_request(const Invocation& invocation, const std::string& file) {
    const std::string_view path = invocation.command->path;
    const auto argument = [&](std::size_t i) { return encoded(invocation.arguments.at(i)); };
    if (path == "order add") {
        return add_request(invocation, file);
    }
    if (path == "order ls") {
        const std::string stage = invocation.option("--stage");
        return Asked{"GET", "/v1/orders" + (stage.empty() ? "" : "?stage=" + encoded(stage)), {}};
    }
    if (path == "order show") {
        return Asked{"GET", "/v1/orders/" + argument(0), {}};
    }
    if (path == "order pack") {
        return Asked{"POST", "/v1/orders/" + argument(0) + "/pack",
                     body_of(invocation, {{"--place", "place"},
                                          {"--codes", "codes"},
                                          {"--grams", "grams"},
                                          {"--printer", "printer"}}),
                     Asked::Effect::writes};
    }
    if (path == "order label") {
        return Asked{"POST", "/v1/orders/" + argument(0) + "/label",
                     body_of(invocation, {{"--parcel", "parcel"}, {"--printer", "printer"}}),
                     Asked::Effect::writes};
    }
    if (path == "order hand-over") {
        return Asked{"POST", "/v1/manifests",
                     body_of(invocation, {{"--carrier", "carrier"}, {"--orders", "orders"}}),
                     Asked::Effect::writes};
    }
    if (path == "order manifest") {
        return Asked{"GET", "/v1/manifests/" + argument(0), {}};
    }
    if (path == "order cancel") {
        return Asked{"POST", "/v1/orders/" + argument(0) + "/cancel",
                     dumped({{"reason", invocation.option("--reason")}}), Asked::Effect::writes};
    }
    return std::nullopt;
}

const std::map<std::string_view, SheetSpec>& order_sheets() {
    static const SheetSpec kManifest{"rows",
                                     {{"order", "order"},
                                      {"sscc", "parcel"},
                                      {"carrier", "carrier"},
                                      {"place", "place"},
                                      {"weight_mg", "weight mg", Form::number},
                                      {"expected_mg", "expected mg", Form::number}}};
    static const std::map<std::string_view, SheetSpec> kSheets = {
        {"order add",
         {"rows",
          {{"id", "order"},
           {"outcome", "result", Form::word},
           {"stage", "stage", Form::word},
           {"missing_milli", "missing", Form::quantity},
           {"text", "text"}}}},
        {"order ls",
         {"rows",
          {{"id", "order"},
           {"edge", "edge"},
           {"stage", "stage", Form::word},
           {"priority", "priority", Form::number},
           {"due", "due", Form::text, "due_local"},
           {"qty_milli", "qty", Form::quantity},
           {"missing_milli", "missing", Form::quantity},
           {"picked_milli", "picked", Form::quantity},
           {"packed_milli", "packed", Form::quantity},
           {"shipped_milli", "shipped", Form::quantity},
           {"by", "by"}}}},
        {"order label", {"rows", {{"sscc", "parcel"}}}},
        {"order hand-over", kManifest},
        {"order manifest", kManifest},
        {"order show",
         {"lines",
          {{"line", "line", Form::number},
           {"sku", "sku"},
           {"lot", "lot"},
           {"place", "place"},
           {"qty_milli", "qty", Form::quantity},
           {"missing_milli", "missing", Form::quantity},
           {"promised_milli", "promised", Form::quantity},
           {"picked_milli", "picked", Form::quantity},
           {"packed_milli", "packed", Form::quantity},
           {"shipped_milli", "shipped", Form::quantity}}}},
    };
    return kSheets;
}

std::string shown_order(std::string_view answer, const std::string& lines, const Catalogue& say) {
    const Json json = Json::parse(answer, nullptr, false);
    const Json& data = json["data"];
    std::string text =
        fmt::format("{}  {}  {}  {}\n\n{}\n", text_at(data, "id"), text_at(data, "edge"),
                    say(text_at(data, "stage")), text_at(data, "due_local"), lines);
    for (const Json& claim : data["claims"]) {
        text += claim_line(claim, say);
    }
    for (const Json& parcel : data["parcels"]) {
        text += fmt::format("  {} {}  {}  {}\n", say("parcel"), text_at(parcel, "sscc"),
                            text_at(parcel, "place"), text_at(parcel, "carrier"));
    }
    text += "\n";
    for (const Json& note : data["history"]) {
        text += fmt::format("{}  {}  {}\n", iso_time(note.value("t_ms", std::int64_t{0})),
                            text_at(note, "by"), text_at(note, "text"));
    }
    return text;
}

}  // namespace tally::cli
