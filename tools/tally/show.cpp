#include "tools/tally/show.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/tally/agv_commands.hpp"
#include "tools/tally/order_commands.hpp"
#include "tools/tally/requests.hpp"
#include "tools/tally/work_commands.hpp"

namespace tally::cli {

namespace {

using Json = nlohmann::json;

Json parsed(std::string_view answer) {
    return Json::parse(answer, nullptr, false);
}

/// As it came: not for a terminal before printable() or printable_lines() has seen it.
std::string raw_text_at(const Json& json, const char* pointer) {
    const Json::json_pointer at(pointer);
    if (!json.is_structured() || !json.contains(at)) {
        return {};
    }
    return json[at].is_string() ? json[at].get<std::string>() : json[at].dump();
}

std::string text_at(const Json& json, const char* pointer) {
    return printable(raw_text_at(json, pointer));
}

constexpr const char* kDone = "done, event";

std::string shown_status(const Json& json, const std::string& table, const Catalogue& say) {
    const bool healthy = text_at(json, "/data/healthy") == "true";
    std::string text = fmt::format(
        "{} {} {}: {}; {} {}\n\n{}", text_at(json, "/data/site"), text_at(json, "/data/role"),
        text_at(json, "/as_of/edge"), say(healthy ? "healthy" : "needs somebody"),
        text_at(json, "/data/anomalies_open"), say("open anomalies"), table);
    for (const Json& finding : json["data"]["findings"]) {
        text +=
            fmt::format("\n{} {} {}: {}\n  {} {}\n", say(text_at(finding, "/level")),
                        say(text_at(finding, "/check")), text_at(finding, "/subject"),
                        say(text_at(finding, "/text")), say("next:"), text_at(finding, "/next"));
    }
    return text;
}

std::string shown_anomalies(const Json& data, const Catalogue& say) {
    std::string text;
    for (const Json& open : data["anomalies"]) {
        text +=
            fmt::format("\n{} {}: {}\n  {} {}\n", say(text_at(open, "/kind")), text_at(open, "/id"),
                        text_at(open, "/text"), say("next:"), text_at(open, "/next"));
    }
    return text;
}

std::string shown_trace(const Json& json, const std::string& table, const Catalogue& say) {
    std::string text = text_at(json, "/data/item") + ": ";
    if (json["data"].contains("now")) {
        text += fmt::format("{} {} ({}), {} {}\n\n", say("now at"),
                            text_at(json, "/data/now/place"), text_at(json, "/data/now/edge"),
                            text_at(json, "/data/now/sku"), text_at(json, "/data/now/lot"));
    } else {
        text += std::string(say("the book has it nowhere")) + "\n\n";
    }
    return text + table + shown_anomalies(json["data"], say);
}

std::string shown_why(const Json& json, const std::string& table, const Catalogue& say) {
    return fmt::format("{} {}: {}\n{}: {}\n\n", text_at(json, "/data/gate"),
                       text_at(json, "/data/item"), text_at(json, "/data/verdict"), say("present"),
                       say(text_at(json, "/data/present"))) +
           table + shown_anomalies(json["data"], say);
}

std::string shown_change(const Json& json, const Catalogue& say) {
    const Json& data = json["data"];
    if (data.contains("commands")) {
        return fmt::format("{}: {}\n", say("commands sent to the edges"),
                           text_at(json, "/data/commands"));
    }
    if (data.contains("asked")) {
        return fmt::format("{} {}\n", say("asked for a snapshot of"), data["asked"].dump());
    }
    if (data.contains("changed")) {
        return fmt::format("{} {}, {} {}; {} {}\n", say("changed"), text_at(json, "/data/changed"),
                           say("unchanged"), text_at(json, "/data/unchanged"), say(kDone),
                           text_at(json, "/data/seq"));
    }
    std::string text;
    if (data.contains("said")) {
        text = std::string(say(text_at(json, "/data/said"))) + "\n";
    } else if (data.contains("verdict")) {
        text = fmt::format("{}: {}", say("result"), say(text_at(json, "/data/verdict")));
        if (data.contains("difference_milli")) {
            text += fmt::format(", {} {}", say("difference"),
                                units_text(data.value("difference_milli", std::int64_t{0})));
        }
        text += "\n";
    } else if (data.contains("items")) {
        for (const Json& item : data["items"]) {
            text += item.get<std::string>() + "\n";
        }
    } else if (data.contains("id")) {
        text = fmt::format("{} {} {} {}\n", text_at(json, "/data/id"),
                           say(text_at(json, "/data/kind")), text_at(json, "/data/sku"),
                           text_at(json, "/data/to"));
    } else if (data.contains("moved") && text_at(json, "/data/moved") == "false") {
        text = std::string(say("the book had it there already")) + "\n";
    }
    if (!data.contains("seq")) {
        return text;
    }
    return text + fmt::format("{} {}\n", say(kDone), text_at(json, "/data/seq"));
}

int exit_code_of(int status) {
    switch (status) {
        case 400:
            return exit_code::kUsage;
        case 404:
            return exit_code::kNotFound;
        case 401:
        case 403:
        case 409:
            return exit_code::kRefused;
        case 500:
            return exit_code::kVerification;
        case 504:
            return exit_code::kTimedOut;
        default:
            return exit_code::kGeneral;
    }
}

}  // namespace

std::string nothing_to_show(const Catalogue& say) {
    return std::string(say("nothing to show")) + "\n";
}

Result<std::string> shown(const Invocation& invocation, std::string_view answer,
                          const Catalogue& say, Colour colour) {
    const Json json = parsed(answer);
    if (!json.is_object() || !json.contains("data")) {
        return fail(ErrorKind::malformed,
                    "the box answered in a form that this tool does not know");
    }
    if (invocation.command->path == "master export") {
        return json["data"].value("text", std::string());  // As it is: it is to be read again.
    }
    if (invocation.command->path == "task print") {
        return paper_list(answer, say);
    }
    const SheetSpec* spec = sheet_of(*invocation.command);
    if (spec == nullptr) {
        return shown_change(json, say);
    }
    TALLY_TRY_ASSIGN(const Sheet sheet, read_sheet(answer, *spec, CellStyle::people, say));
    const std::string table = as_table(sheet, *spec, say, colour);
    const std::string_view path = invocation.command->path;
    if (path == "status") {
        return shown_status(json, table, say);
    }
    if (path == "agv show" && !sheet.rows.empty()) {
        return shown_agv(answer, say);
    }
    if (path == "item trace") {
        return shown_trace(json, table, say);
    }
    if (path == "order show") {
        return shown_order(answer, table, say);
    }
    if (path == "gate why") {
        return shown_why(json, table, say);
    }
    return table.empty() ? nothing_to_show(say) : table;
}

std::string shown_event(std::string_view line) {
    const Json json = parsed(line);
    if (!json.is_object() || !json.contains("event")) {
        return {};
    }
    const Json& event = json["event"];
    const std::string from = text_at(event, "/from");
    const std::int64_t t_ms = event.value("t_ms", std::int64_t{0});
    return fmt::format("{}  {}  {:<16} {} {}{}{} {}\n", iso_time(t_ms), text_at(event, "/edge"),
                       text_at(event, "/type"), text_at(event, "/item"), from,
                       from.empty() ? "" : " -> ", text_at(event, "/to"),
                       text_at(event, "/evidence/why"));
}

std::string next_of(std::string_view answer) {
    return text_at(parsed(answer), "/next");
}

Refusal refusal_of(int status, std::string_view answer) {
    const Json json = parsed(answer);
    Refusal refusal{text_at(json, "/error/kind"), printable_lines(raw_text_at(json, "/error/text")),
                    text_at(json, "/error/next"), exit_code_of(status)};
    if (refusal.text.empty()) {
        refusal.kind = "malformed";
        refusal.text = "the box answered with status " + std::to_string(status) + " and no reason";
        refusal.next = "tally doctor";
    }
    return refusal;
}

bool is_degraded(std::string_view answer) {
    return text_at(parsed(answer), "/data/healthy") == "false";
}

}  // namespace tally::cli
