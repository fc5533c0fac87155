#include "tools/demo_site/box_api.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "firmware/domain/place.hpp"
#include "firmware/host/entropy/os_entropy.hpp"

namespace tally::demo {

namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds kPatience{20};
constexpr int kOk = 200;

Json data_of(const std::string& body) {
    return Json::parse(body, nullptr, false).value("data", Json::object());
}

std::string text_in(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

FeedEvent event_of(const Json& line) {
    FeedEvent event;
    const Json& from = line["event"];
    event.cursor = line["cursor"].get<std::uint64_t>();
    event.t_ms = from["t_ms"].get<std::int64_t>();
    for (const auto& [key, into] : {std::pair{"edge", &event.edge}, std::pair{"type", &event.type},
                                    std::pair{"item", &event.item}, std::pair{"sku", &event.sku},
                                    std::pair{"from", &event.from}, std::pair{"to", &event.to},
                                    std::pair{"by", &event.by}, std::pair{"cause", &event.cause}}) {
        *into = text_in(from, key);
    }
    const Json evidence = from.value("evidence", Json::object());
    event.gate = text_in(evidence, "gate");
    event.direction = text_in(evidence, "direction");
    event.rule = text_in(evidence, "rule");
    event.why = text_in(evidence, "why");
    const Json data = from.value("data", Json::object());
    event.device = text_in(data, "device");
    event.kind = text_in(data, "kind");
    event.text = text_in(data, "text");
    event.how = text_in(data, "how");
    event.id = text_in(data, "id");
    event.reason = text_in(data, "reason");
    event.since_t_ms = data.value("since_t_ms", std::int64_t{0});
    event.inferred = data.value("inferred", false);
    if (event.kind.empty()) {
        event.kind = text_in(data, "cause");  // of blindness
    }
    return event;
}

/// Once a request: it may be sent again after a lost answer, but then by this program only.
std::string new_key() {
    host::OsEntropy entropy;
    return fmt::format("demo-{:016x}", entropy.next_u64());
}

}  // namespace

Result<BoxApi> BoxApi::make(std::string name, std::uint16_t port, std::string token) {
    TALLY_TRY_ASSIGN(host::HttpClient client,
                     host::HttpClient::make(fmt::format("http://127.0.0.1:{}", port), kPatience));
    return BoxApi(std::move(name), std::move(client), std::move(token));
}

Result<std::string> BoxApi::ask(host::HttpQuestion question) const {
    question.token = token_;
    const std::string what = name_ + ": " + question.method + " " + question.target;
    const Result<host::HttpAnswer> answer = client_.ask(question);
    if (!answer) {
        return fail(what, answer.error());
    }
    if (answer->status == kOk) {
        return answer->body;
    }
    const Json error = Json::parse(answer->body, nullptr, false).value("error", Json::object());
    return fail(ErrorKind::refused, fmt::format("{}: {} {} (next: {})", what, answer->status,
                                                text_in(error, "text"), text_in(error, "next")));
}

Result<std::string> BoxApi::post(const std::string& target, const std::string& body) const {
    host::HttpQuestion question;
    question.method = "POST";
    question.target = target;
    question.body = body;
    question.idempotency_key = new_key();
    return ask(std::move(question));
}

Result<void> BoxApi::add_units(const std::string& filter, std::vector<BookedUnit>& units) const {
    std::string after;
    do {
        host::HttpQuestion question;
        question.target = "/v1/items?limit=1000" + filter + "&after=" + after;
        TALLY_TRY_ASSIGN(const std::string body, ask(std::move(question)));
        const Json data = data_of(body);
        for (const Json& row : data["rows"]) {
            units.push_back({text_in(row, "item"), text_in(row, "place"), text_in(row, "sku")});
        }
        after = text_in(data, "cursor");
    } while (!after.empty());
    return {};
}

Result<std::vector<BookedUnit>> BoxApi::units() const {
    std::vector<BookedUnit> units;
    TALLY_TRY(add_units("", units));  // Real places only; those outside must be named.
    for (const std::string_view outside :
         {kSupplier, kCustomer, kInTransit, kFound, kLost, kUnexplained}) {
        TALLY_TRY(add_units("&place=" + std::string(outside), units));
    }
    return units;
}

Result<std::vector<StockQuantity>> BoxApi::stock() const {
    constexpr std::int64_t kMilli = 1'000;
    host::HttpQuestion question;
    question.target = "/v1/stock";
    TALLY_TRY_ASSIGN(const std::string body, ask(std::move(question)));
    std::vector<StockQuantity> rows;
    const Json data = data_of(body);
    for (const Json& row : data["rows"]) {
        rows.push_back({text_in(row, "place"), text_in(row, "sku"),
                        row.value("qty_milli", std::int64_t{0}) / kMilli});
    }
    return rows;
}

Result<std::vector<OpenQuestion>> BoxApi::anomalies() const {
    host::HttpQuestion question;
    question.target = "/v1/anomalies";
    TALLY_TRY_ASSIGN(const std::string body, ask(std::move(question)));
    std::vector<OpenQuestion> open;
    const Json data = data_of(body);
    for (const Json& row : data["rows"]) {
        open.push_back({text_in(row, "id"), text_in(row, "edge"), text_in(row, "kind"),
                        text_in(row, "item"), text_in(row, "place"), text_in(row, "text")});
    }
    return open;
}

Result<std::vector<BoxApi::Sync>> BoxApi::sync() const {
    host::HttpQuestion question;
    question.target = "/v1/sync";
    TALLY_TRY_ASSIGN(const std::string body, ask(std::move(question)));
    std::vector<Sync> all;
    const Json data = data_of(body);
    for (const Json& row : data["rows"]) {
        all.push_back({row.value("depth", row.value("commands_waiting", std::uint64_t{0})),
                       row.value("seq", std::uint64_t{0}), text_in(row, "state")});
    }
    return all;
}

Result<std::vector<std::string>> BoxApi::blind_gates() const {
    host::HttpQuestion question;
    question.target = "/v1/gates";
    TALLY_TRY_ASSIGN(const std::string body, ask(std::move(question)));
    std::vector<std::string> blind;
    const Json data = data_of(body);
    for (const Json& row : data["rows"]) {
        if (row.value("blind", false)) {
            blind.push_back(text_in(row, "gate"));
        }
    }
    return blind;
}

Result<std::vector<FeedEvent>> BoxApi::events_after(std::uint64_t& cursor) const {
    host::HttpQuestion question;
    question.target = fmt::format("/v1/events?follow=0&after={}", cursor);
    TALLY_TRY_ASSIGN(const std::string body, ask(std::move(question)));
    std::vector<FeedEvent> events;
    for (std::size_t at = 0; at < body.size();) {
        const std::size_t end = std::min(body.find('\n', at), body.size());
        const Json line = Json::parse(body.substr(at, end - at), nullptr, false);
        at = end + 1;
        if (!line.is_object() || !line.contains("event")) {
            continue;
        }
        events.push_back(event_of(line));
        cursor = events.back().cursor;
    }
    return events;
}

Result<std::string> BoxApi::import_master(const std::string& csv) const {
    return post("/v1/master", csv);
}

Result<void> BoxApi::unpack(const std::string& sscc) const {
    TALLY_TRY(post("/v1/pallets/" + sscc + "/unpack", ""));
    return {};
}

Result<void> BoxApi::verify() const {
    host::HttpQuestion question;
    question.method = "POST";
    question.target = "/v1/stock/verify";
    TALLY_TRY(ask(std::move(question)));
    return {};
}

}  // namespace tally::demo
