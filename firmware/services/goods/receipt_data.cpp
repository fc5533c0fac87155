// Receipts as answers of the API.
#include "firmware/messages/canonical_json.hpp"
#include "firmware/services/goods/receiving.hpp"

namespace tally {

namespace {

/// What has not come yet is short only once the receipt is closed.
std::string verdict_of(const ReceiptLine& line, bool closed) {
    std::string verdict = line.verdict();
    return verdict == "short" && !closed ? "awaited" : verdict;
}

void write_line(CanonicalWriter& w, const ReceiptLine& line, bool closed) {
    w.begin_object().key("damaged_milli").integer(line.damaged_milli);
    w.key("expected_milli").integer(line.expected_milli);
    w.key("good_milli").integer(line.good_milli).key("inferred").number(line.inferred);
    w.key("lot").text(line.lot).key("missing").begin_array();
    for (const std::string& item : line.missing) {
        w.text(item);
    }
    w.end_array().key("sku").text(line.sku).key("sscc").text(line.sscc);
    w.key("verdict").text(verdict_of(line, closed)).end_object();
}

std::string_view state_of(const ReceiptReport& report) {
    if (report.closed) {
        return "closed";
    }
    for (const ReceiptLine& line : report.lines) {
        if (line.good_milli + line.damaged_milli > 0) {
            return "begun";
        }
    }
    return "awaited";
}

}  // namespace

std::string receipt_data(const ReceiptReport& report) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("asn").text(report.asn).key("due").text(report.due);
    w.key("rows").begin_array();
    for (const ReceiptLine& line : report.lines) {
        write_line(w, line, report.closed);
    }
    w.end_array().key("state").text(state_of(report));
    w.key("supplier").text(report.supplier).end_object();
    return out;
}

std::string receipts_data(const std::vector<ReceiptReport>& reports) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("rows").begin_array();
    for (const ReceiptReport& report : reports) {
        std::int64_t expected = 0;
        std::int64_t came = 0;
        for (const ReceiptLine& line : report.lines) {
            expected += line.expected_milli;
            came += line.good_milli + line.damaged_milli;
        }
        w.begin_object().key("asn").text(report.asn).key("came_milli").integer(came);
        w.key("due").text(report.due).key("expected_milli").integer(expected);
        w.key("state").text(state_of(report)).key("supplier").text(report.supplier).end_object();
    }
    w.end_array().end_object();
    return out;
}

}  // namespace tally
