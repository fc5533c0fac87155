#include "firmware/services/api/request_values.hpp"

#include <charconv>
#include <utility>

#include "firmware/domain/epc/epc.hpp"
#include "firmware/domain/layout/site.hpp"
#include "firmware/domain/ledger/anomaly.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/csv.hpp"

namespace tally {

Result<std::uint64_t> number_in(const ApiTarget& target, const NumberParameter& wanted) {
    const auto found = target.query.find(wanted.name);
    if (found == target.query.end()) {
        return wanted.fallback;
    }
    const std::string& text = found->second;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value > wanted.max) {
        return fail(ErrorKind::malformed, "the parameter '" + wanted.name +
                                              "' is not a whole number up to " +
                                              std::to_string(wanted.max));
    }
    return value;
}

Result<std::string> unit_in(const std::string& text) {
    const auto epc = Epc::parse(text);
    if (!epc) {
        return fail(
            ErrorKind::malformed,
            "'" + text + "' is no EPC; write its bits as hex, e.g. 3034257BF7194E4000001A85");
    }
    return epc->str();
}

StockFilter stock_filter_in(const ApiTarget& target) {
    StockFilter filter;
    filter.place = target.text("place");
    filter.sku = target.text("sku");
    filter.places =
        target.text("virtual") == "1" ? StockFilter::Places::all : StockFilter::Places::real;
    return filter;
}

Result<EventsWish> events_wish_in(const ApiTarget& target) {
    EventsWish asked;
    asked.has_after = target.query.contains("after");
    TALLY_TRY_ASSIGN(asked.wish.after, number_in(target, {"after", (1ULL << 53U) - 1, 0}));
    asked.wish.gate = target.text("gate");
    if (!asked.wish.gate.empty() && !is_printable_id(asked.wish.gate)) {
        return fail(ErrorKind::malformed, "the parameter 'gate' is not the name of a gate");
    }
    const std::string follow = target.text("follow");
    if (!follow.empty() && follow != "0" && follow != "1") {
        return fail(ErrorKind::malformed, "the parameter 'follow' is 0 or 1");
    }
    asked.wish.follow = follow == "0" ? EventFeed::Wish::Follow::once : EventFeed::Wish::Follow::on;
    return asked;
}

std::string text_of(const std::map<std::string, std::string>& body, const std::string& key,
                    std::string_view fallback) {
    const auto found = body.find(key);
    return std::string(found == body.end() || found->second.empty() ? fallback : found->second);
}

Result<std::string> needed_text(const std::map<std::string, std::string>& body,
                                const std::string& key) {
    constexpr std::size_t kTextBytesMax = 512;
    const auto found = body.find(key);
    if (found == body.end() || found->second.empty() || found->second.size() > kTextBytesMax) {
        return fail(ErrorKind::malformed, "the body needs '" + key + "', a text of 1 to 512 bytes");
    }
    return found->second;
}

Result<std::int64_t> scanned_units_in(const std::string& text) {
    if (text.empty()) {
        return std::int64_t{0};
    }
    TALLY_TRY_ASSIGN(const std::int64_t milli, parse_units(text));
    if (milli == 0) {
        return fail(ErrorKind::malformed,
                    "a scan of no units is none; say how many there are, or leave the number out "
                    "for what the code stands for");
    }
    return milli;
}

Result<Condition> condition_in(const std::string& text) {
    if (text.empty() || text == "good") {
        return Condition::good;
    }
    if (text == "damaged") {
        return Condition::damaged;
    }
    return fail(ErrorKind::malformed,
                "condition '" + text + "' is neither good nor damaged; write one of them");
}

std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text + " ") {
        if (c != ' ' && c != ',') {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::exchange(word, {}));
        }
    }
    return words;
}

Result<std::string> master_export_data(const Registers& registers, const ApiTarget& target) {
    const std::string kind = target.text("kind").empty() ? "item" : target.text("kind");
    const std::string format = target.text("format").empty() ? "csv" : target.text("format");
    if (format != "csv" && format != "json") {
        return fail(ErrorKind::malformed, "the parameter 'format' is csv or json");
    }
    const std::vector<MasterVersion> records = registers.master_records(kind);
    TALLY_TRY_ASSIGN(std::string text, write_master_csv(kind, records));
    if (format == "json") {
        text = write_master_json(records);
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("format").text(format).key("kind").text(kind);
    w.key("rows").number(records.size()).key("text").text(text).end_object();
    return data;
}

std::string anomalies_data(const std::vector<AnomalyRowView>& rows, const ApiTarget& filter) {
    const std::string kind = filter.text("kind");
    const std::string item = filter.text("item");
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("rows").begin_array();
    for (const AnomalyRowView& row : rows) {
        const OpenAnomaly& open = row.open;
        if ((!kind.empty() && kind != open.what.kind) || (!item.empty() && item != open.item)) {
            continue;
        }
        const auto known = anomaly_kind_from(open.what.kind);
        w.begin_object().key("device").text(open.what.device).key("edge").text(row.edge);
        w.key("id").text(open.id).key("item").text(open.item).key("kind").text(open.what.kind);
        w.key("meaning").text(known ? describe(*known).meaning : std::string_view());
        w.key("next").text(open.what.next).key("place").text(open.what.place);
        w.key("t_ms").integer(open.t_ms).key("text").text(open.what.text).end_object();
    }
    w.end_array().end_object();
    return out;
}

}  // namespace tally
