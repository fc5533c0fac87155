// What the commands of goods and people ask of the box, and how the answers are laid out.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/tally/show.hpp"
#include "tools/tally/work_commands.hpp"

namespace tally::cli {

namespace {

using Form = Column::Form;
using Flags = std::vector<std::pair<std::string_view, std::string_view>>;  ///< flag, key

/// A body of those options that were given; flags without a value say what they stand for.
std::string body_of(const Invocation& invocation, const Flags& flags,
                    std::map<std::string, std::string> fixed = {}) {
    nlohmann::json body = nlohmann::json::object();
    for (const auto& [flag, key] : flags) {
        const std::string value = invocation.option(std::string(flag));
        if (!value.empty()) {
            fixed[std::string(key)] = value;
        }
    }
    for (const auto& [key, value] : fixed) {
        body[key] = value;
    }
    return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Asked post(std::string target, std::string body) {
    return {"POST", std::move(target), std::move(body), Asked::Effect::writes};
}

std::string query_of(const Invocation& invocation, const Flags& flags) {
    std::string query;
    for (const auto& [flag, name] : flags) {
        const std::string value = invocation.option(std::string(flag));
        if (!value.empty()) {
            query += (query.empty() ? "?" : "&") + std::string(name) + "=" + encoded(value);
        }
    }
    return query;
}

std::map<std::string, std::string> scan_of(const Invocation& invocation, std::size_t code) {
    std::map<std::string, std::string> body = {{"code", invocation.arguments.at(code)}};
    if (!invocation.option("--damaged").empty()) {
        body["condition"] = "damaged";
    }
    return body;
}

std::string file_query(const Invocation& invocation) {
    const std::string& name = invocation.arguments.at(0);
    return name == "-" ? "" : "file=" + encoded(name);
}

std::optional<Result<Asked>> count_request(const Invocation& invocation) {
    const std::string_view path = invocation.command->path;
    const auto argument = [&](std::size_t i) { return encoded(invocation.arguments.at(i)); };
    if (path == "count start") {
        return post("/v1/counts", body_of(invocation, {{"--place", "place"}, {"--sku", "sku"}}));
    }
    if (path == "count next") {
        return post("/v1/counts/next", body_of(invocation, {{"--place", "place"}}));
    }
    if (path == "count post") {
        return post("/v1/counts/" + argument(0) + "/post",
                    body_of(invocation,
                            {{"--units", "units"}, {"--reason", "reason"}, {"--items", "items"}}));
    }
    if (path == "count writeoff") {
        return post("/v1/writeoffs", body_of(invocation, {{"--place", "place"},
                                                          {"--sku", "sku"},
                                                          {"--item", "item"},
                                                          {"--units", "units"},
                                                          {"--reason", "reason"}}));
    }
    if (path == "count approve") {
        return post("/v1/counts/" + argument(0) + "/approve", "");
    }
    if (path == "return take") {
        return post("/v1/returns/" + argument(0) + "/take",
                    body_of(invocation, {{"--place", "place"}}));
    }
    if (path == "return grade") {
        return post(
            "/v1/returns/" + argument(0) + "/grade",
            body_of(invocation,
                    {{"--into", "into"}, {"--reason", "reason"}, {"--new-tag", "new_tag"}}));
    }
    return std::nullopt;
}

}  // namespace

std::optional<Result<Asked>> work_request(const Invocation& invocation, const std::string& file) {
    const std::string_view path = invocation.command->path;
    const auto argument = [&](std::size_t i) { return encoded(invocation.arguments.at(i)); };
    const Flags place_and_units = {{"--place", "place"}, {"--units", "units"}, {"--lot", "lot"}};
    if (path == "opening book") {
        std::string target = "/v1/opening?document=" + encoded(invocation.option("--document"));
        const std::string name = file_query(invocation);
        return post(target + (name.empty() ? "" : "&" + name), file);
    }
    if (path == "shadow compare") {
        const std::string name = file_query(invocation);
        return Asked{"POST", "/v1/shadow" + (name.empty() ? "" : "?" + name), file};
    }
    if (path == "receipt ls") {
        return Asked{"GET", "/v1/receipts", {}};
    }
    if (path == "receipt show") {
        return Asked{"GET", "/v1/receipts/" + argument(0), {}};
    }
    if (path == "receipt scan") {
        return post("/v1/receipts/" + argument(0) + "/scan",
                    body_of(invocation, place_and_units, scan_of(invocation, 1)));
    }
    if (path == "receipt close") {
        const bool scanned = !invocation.option("--scanned").empty();
        return post("/v1/receipts/" + argument(0) + "/close",
                    body_of(invocation, {}, {{"how", scanned ? "scanned" : "announced"}}));
    }
    if (path == "task ls" || path == "task print") {
        return Asked{"GET",
                     "/v1/tasks" + query_of(invocation, {{"--kind", "kind"},
                                                         {"--state", "state"},
                                                         {"--place", "place"},
                                                         {"--who", "who"}}),
                     {}};
    }
    if (path == "task scan") {
        return post("/v1/tasks/" + argument(0) + "/scan",
                    body_of(invocation, place_and_units, scan_of(invocation, 1)));
    }
    if (path == "task drop") {
        return post("/v1/tasks/" + argument(0) + "/drop",
                    body_of(invocation, {{"--reason", "text"}}));
    }
    if (path == "task done" && !invocation.option("--not-in-hand").empty()) {
        return post("/v1/tasks/" + argument(0) + "/done",
                    body_of(invocation, {}, {{"how", "not_in_hand"}}));
    }
    if (path == "task take" || path == "task put-back" || path == "task done") {
        return post("/v1/tasks/" + argument(0) + "/" + std::string(path.substr(5)), "");
    }
    if (path == "scan") {
        return post("/v1/scan",
                    body_of(invocation, {{"--place", "place"}}, scan_of(invocation, 0)));
    }
    return count_request(invocation);
}

const std::map<std::string_view, SheetSpec>& work_sheets() {
    static const SheetSpec kTasks{"rows",
                                  {{"id", "id"},
                                   {"kind", "kind", Form::word},
                                   {"state", "state", Form::word},
                                   {"sku", "sku"},
                                   {"item", "item"},
                                   {"from", "from"},
                                   {"to", "to"},
                                   {"qty_milli", "qty", Form::quantity},
                                   {"done_milli", "done", Form::quantity},
                                   {"who", "who"},
                                   {"text", "text"}}};
    static const std::map<std::string_view, SheetSpec> kSheets = {
        {"task ls", kTasks},
        {"shadow compare",
         {"rows",
          {{"place", "place"},
           {"sku", "sku"},
           {"old_milli", "old system", Form::quantity},
           {"tally_milli", "tallyman", Form::quantity},
           {"difference_milli", "difference", Form::quantity},
           {"reasons", "reasons", Form::list}}}},
        {"receipt ls",
         {"rows",
          {{"asn", "advice"},
           {"supplier", "supplier"},
           {"due", "due"},
           {"state", "state", Form::word},
           {"expected_milli", "expected", Form::quantity},
           {"came_milli", "came", Form::quantity}}}},
        {"receipt show",
         {"rows",
          {{"sscc", "pallet"},
           {"sku", "sku"},
           {"lot", "lot"},
           {"verdict", "result", Form::word},
           {"expected_milli", "expected", Form::quantity},
           {"good_milli", "good", Form::quantity},
           {"damaged_milli", "damaged", Form::quantity},
           {"inferred", "inferred", Form::number},
           {"missing", "missing", Form::list}}}},
    };
    return kSheets;
}

std::string paper_list(std::string_view answer, const Catalogue& say) {
    const nlohmann::json json = nlohmann::json::parse(answer, nullptr, false);
    std::string text;
    for (const auto& row : json["data"]["rows"]) {
        const auto at = [&](const char* key) { return printable(row.value(key, std::string())); };
        const std::int64_t milli = row.value("qty_milli", std::int64_t{0});
        text += fmt::format("[ ] {}  {}\n", say(at("kind")), at("id"));
        text += fmt::format("    {} {} {}\n", milli == 0 ? "__" : units_text(milli), at("sku"),
                            at("item"));
        text += fmt::format("    {} -> {}   {}\n", at("from").empty() ? "____" : at("from"),
                            at("to").empty() ? "____" : at("to"), at("text"));
        text += fmt::format("    {} ____________   {} ____________\n\n", say("done:"), say("by:"));
    }
    return text.empty() ? nothing_to_show(say) : text;
}

}  // namespace tally::cli
