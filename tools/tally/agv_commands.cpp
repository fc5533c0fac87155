#include "tools/tally/agv_commands.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/tally/width.hpp"

namespace tally::cli {

namespace {

using Form = Column::Form;
using Json = nlohmann::json;

constexpr OptionSpec kReason{"--reason", "TEXT", "why"};

/// The lines of one vehicle: heading, member, and how it is written.
struct Line {
    std::string_view title;
    const char* key;
    enum class Form { text, word, permille, seconds, list } form = Form::text;
};

constexpr Line kLines[] = {
    {"phase", "phase", Line::Form::word},
    {"text", "text"},
    {"mission", "mission"},
    {"at", "node"},
    {"goal", "goal"},
    {"track", "track", Line::Form::list},
    {"reach", "reach", Line::Form::word},
    {"heard s ago", "heard_ms_ago", Line::Form::seconds},
    {"mode", "mode", Line::Form::word},
    {"battery %", "battery_permille", Line::Form::permille},
    {"loads", "loads", Line::Form::list},
    {"cart", "cart"},
    {"way", "way", Line::Form::word},
    {"order", "order"},
    {"order state", "order_phase"},
    {"maker", "maker"},
    {"serial", "serial"},
    {"VDA 5050", "version"},
};

std::string value_of(const Json& agv, const Line& line, const Catalogue& say) {
    const Json& value = agv.at(line.key);
    if (line.form == Line::Form::list) {
        std::string text;
        for (const Json& each : value) {
            text += (text.empty() ? "" : " ") + printable(each.get<std::string>());
        }
        return text;
    }
    if (value.is_number_integer()) {
        const auto number = value.get<std::int64_t>();
        const double divisor = line.form == Line::Form::seconds ? 1'000 : 10;
        return number < 0 ? std::string()
                          : fmt::format("{:.1f}", static_cast<double>(number) / divisor);
    }
    const std::string text = printable(value.get<std::string>());
    return line.form == Line::Form::word ? std::string(say(text)) : text;
}

std::string last_order(const Json& order, const Catalogue& say) {
    const auto at = [&](const char* key) { return printable(order.value(key, std::string())); };
    std::string text =
        fmt::format("\n{} {} {}: {} {} {} ({} {})\n", say("last ordered by hand:"),
                    iso_time(order.value("t_ms", std::int64_t{0})), at("by"), say(at("act")),
                    at("place"), at("reason"), say("event"), order.value("seq", std::uint64_t{0}));
    if (!at("refused").empty()) {
        text += fmt::format("  {} {}\n", say("not carried out:"), at("refused"));
    }
    return text;
}

/// Of missions and roads.
std::vector<CommandSpec> mission_commands() {
    constexpr OptionSpec kWhy{"--reason", "TEXT", "why"};
    return {
        {"mission ls",
         "what vehicles are told to do, and which wait for somebody",
         {},
         {},
         {"tally mission ls", "tally mission ls --watch 1"}},
        {"mission why",
         "what was decided of whom in the last tick, and why not otherwise",
         {},
         {},
         {"tally mission why"}},
        {"mission go-on",
         "a stranded mission goes on, or one that waits for somebody, who says that it is done",
         {{"MISSION"}},
         {kWhy, {"--done", "", "what was to be done at this stop is done"}},
         {"tally mission go-on pick-7 --reason 'wheel freed'"}},
        {"mission drop",
         "drop a mission that need not be done",
         {{"MISSION"}},
         {kWhy},
         {"tally mission drop pick-7 --reason 'cart was emptied by hand'"}},
        {"mission transfer",
         "have goods brought to a gate or place: a unit's tag, a SKU, or a parcel's label",
         {{"CODE"}, {"TO"}},
         {{"--from", "PLACE", "where it stands; needed for goods that are counted"},
          {"--units", "N", "how many of a SKU; without: all that stand there"},
          kReason},
         {"tally mission transfer rice goods-out --from A-01 --units 12",
          "tally mission transfer '(00)006141410000000018' exit"}},
        {"mission scan",
         "send a vehicle with a reader past slots: one, a zone's, A-1* for names, or doubts",
         {{"PLACES"}},
         {kReason},
         {"tally mission scan A-01", "tally mission scan 'a1-*'", "tally mission scan doubts"}},
        {"road ls",
         "the roads of the floor that are closed, and for how long",
         {},
         {},
         {"tally road ls"}},
        {"road block",
         "close the road between two nodes for some minutes",
         {{"FROM"}, {"TO"}},
         {kWhy,
          {"--minutes", "N", "it opens by itself after so long"},
          {"--stand", "", "who is in there stands until it is open: a person is in there"}},
         {"tally road block a2c0 a2c1 --minutes 10 --reason 'glass on the floor' --stand"}},
        {"road unblock",
         "open a closed road again",
         {{"FROM"}, {"TO"}},
         {kWhy},
         {"tally road unblock a2c0 a2c1"}},
    };
}

}  // namespace

std::vector<CommandSpec> agv_commands() {
    std::vector<CommandSpec> commands = {
        {"agv ls",
         "the vehicles, where they are and what they wait for",
         {},
         {},
         {"tally agv ls", "tally agv ls --watch 1"}},
        {"agv show", "everything about one vehicle", {{"AGV"}}, {}, {"tally agv show cart1"}},
        {"agv send",
         "send a vehicle to a place or node of the floor",
         {{"AGV"}, {"PLACE"}},
         {kReason},
         {"tally agv send cart1 packing", "tally agv send cart1 a3c0 --reason 'out of the way'"}},
        {"agv pause",
         "stop a vehicle where it is; its track stays its own",
         {{"AGV"}},
         {kReason},
         {"tally agv pause cart1 --reason 'somebody is in the aisle'"}},
        {"agv resume",
         "let a paused vehicle go on",
         {{"AGV"}},
         {kReason},
         {"tally agv resume cart1"}},
        {"agv release",
         "say where a lost, held or standing vehicle is; its track is free then",
         {{"AGV"}},
         {{"--at", "PLACE", "the node or place where you see it stand"},
          {"--reason", "TEXT", "who saw it, and what was wrong"}},
         {"tally agv release cart1 --at a2c1 --reason 'pushed there by hand, li.wei'"}},
        {"agv take-off",
         "say that a lost, held or standing vehicle is nowhere on the floor; its track is free "
         "then",
         {{"AGV"}},
         {{"--reason", "TEXT", "who saw it, and where it is now"}},
         {"tally agv take-off cart1 --reason 'in the workshop, li.wei'"}},
    };
    const std::vector<CommandSpec> missions = mission_commands();
    commands.insert(commands.end(), missions.begin(), missions.end());
    return commands;
}

namespace {

Asked post(std::string target, const std::map<std::string, std::string>& body) {
    return {"POST", std::move(target),
            Json(body).dump(-1, ' ', false, Json::error_handler_t::replace), Asked::Effect::writes};
}

/// Of missions and roads.
std::optional<Result<Asked>> mission_request(const Invocation& invocation) {
    const std::string_view path = invocation.command->path;
    if (path == "mission ls" || path == "mission why" || path == "road ls") {
        return Asked{"GET", "/v1/missions", {}};
    }
    std::map<std::string, std::string> body;
    const bool may_be_bare =
        path == "road unblock" || path == "mission scan" || path == "mission transfer";
    if (const std::string reason = invocation.option("--reason"); !reason.empty()) {
        body["reason"] = reason;
    } else if (!may_be_bare) {
        return fail(ErrorKind::malformed, "--reason is needed");
    }
    if (path == "mission scan") {
        body["places"] = invocation.arguments.at(0);
        return post("/v1/missions/scan", body);
    }
    if (path == "mission transfer") {
        body["code"] = invocation.arguments.at(0);
        body["to"] = invocation.arguments.at(1);
        for (const auto& [flag, key] :
             {std::pair{"--from", "from"}, std::pair{"--units", "units"}}) {
            if (const std::string value = invocation.option(flag); !value.empty()) {
                body[key] = value;
            }
        }
        return post("/v1/missions/transfer", body);
    }
    if (path.starts_with("mission ")) {
        if (!invocation.option("--done").empty()) {
            body["work"] = "is_done";
        }
        return post("/v1/missions/" + encoded(invocation.arguments.at(0)) + "/" +
                        std::string(path.substr(8)),
                    body);
    }
    body["from"] = invocation.arguments.at(0);
    body["to"] = invocation.arguments.at(1);
    if (path == "road block") {
        body["minutes"] = invocation.option("--minutes");
        if (body["minutes"].empty()) {
            return fail(ErrorKind::malformed, "--minutes is needed");
        }
        if (!invocation.option("--stand").empty()) {
            body["inside"] = "stands";
        }
    }
    return post("/v1/roads/" + std::string(path.substr(5)), body);
}

}  // namespace

std::optional<Result<Asked>> agv_request(const Invocation& invocation) {
    const std::string_view path = invocation.command->path;
    if (path.starts_with("mission ") || path.starts_with("road ")) {
        return mission_request(invocation);
    }
    if (!path.starts_with("agv ")) {
        return std::nullopt;
    }
    if (path == "agv ls") {
        return Asked{"GET", "/v1/agvs", {}};
    }
    const std::string agv = "/v1/agvs/" + encoded(invocation.arguments.at(0));
    if (path == "agv show") {
        return Asked{"GET", agv, {}};
    }
    std::map<std::string, std::string> body;
    if (path == "agv send") {
        body["to"] = invocation.arguments.at(1);
    }
    for (const auto& [flag, key] : {std::pair{"--reason", "reason"}, std::pair{"--at", "at"}}) {
        if (const std::string value = invocation.option(flag); !value.empty()) {
            body[key] = value;
        }
    }
    for (const char* needed : {"at", "reason"}) {
        const bool is_needed = path == "agv release" ||
                               (path == "agv take-off" && std::string_view(needed) == "reason");
        if (is_needed && !body.contains(needed)) {
            return fail(ErrorKind::malformed, "--" + std::string(needed) + " is needed");
        }
    }
    return post(agv + "/" + std::string(path.substr(4)), body);
}

const std::map<std::string_view, SheetSpec>& agv_sheets() {
    static const SheetSpec kAgvs{"rows",
                                 {{"agv", "vehicle"},
                                  {"phase", "phase", Form::word},
                                  {"node", "at"},
                                  {"goal", "goal"},
                                  {"reach", "reach", Form::word},
                                  {"battery_permille", "battery 1/1000", Form::number},
                                  {"paused", "paused", Form::flag},
                                  {"mission", "mission"},
                                  {"cart", "cart"},
                                  {"text", "text"}}};
    static const std::map<std::string_view, SheetSpec> kSheets = {
        {"agv ls", kAgvs},
        {"agv show", kAgvs},
        {"mission ls",
         {"rows",
          {{"mission", "mission"},
           {"kind", "kind", Form::word},
           {"state", "state", Form::word},
           {"vehicle", "vehicle"},
           {"place", "place"},
           {"stops", "stops", Form::list},
           {"load", "load"},
           {"text", "text"}}}},
        {"mission why",
         {"decisions",
          {{"phase", "phase", Form::word},
           {"vehicle", "vehicle"},
           {"mission", "mission"},
           {"text", "text"}}}},
        {"road ls",
         {"roads",
          {{"from", "from"},
           {"to", "to"},
           {"seconds_left", "seconds left", Form::number},
           {"reason", "reason"}}}},
    };
    return kSheets;
}

std::string shown_agv(std::string_view answer, const Catalogue& say) {
    const Json json = Json::parse(answer, nullptr, false);
    const Json& agv = json.at("data").at("rows").at(0);
    std::string text = printable(agv.value("agv", std::string())) + "\n\n";
    for (const Line& line : kLines) {
        const std::string value = value_of(agv, line, say);
        if (!value.empty()) {
            text += fmt::format("{}: {}\n", say(line.title), value);
        }
    }
    if (agv.value("paused", false)) {
        text += fmt::format("{}\n", say("paused"));
    }
    for (const Json& trouble : agv.at("troubles")) {
        const bool stops = trouble.value("weight", std::string()) == "stops";
        text += fmt::format("\n{} {}: {}\n", say(stops ? "error" : "warning"),
                            say(printable(trouble.value("kind", std::string()))),
                            printable(trouble.value("text", std::string())));
    }
    return agv.contains("last_order") ? text + last_order(agv["last_order"], say) : text;
}

}  // namespace tally::cli
