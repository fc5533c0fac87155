#include "firmware/services/goods/shadow.hpp"

#include <map>
#include <utility>

#include "firmware/domain/place.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/messages/csv_table.hpp"

namespace tally {

namespace {

using Key = std::pair<std::string, std::string>;  // place, SKU

struct Both {
    std::int64_t old_milli = 0, tally_milli = 0;
};

/// What stands between two edges, by SKU.
std::map<std::string, std::int64_t> in_transit(const Book& book) {
    std::map<std::string, std::int64_t> found;
    for (const PositionView& position : book.positions()) {
        if (position.place == kInTransit) {
            found[std::string(position.sku)] += position.quantity.milli;
        }
    }
    return found;
}

}  // namespace

std::uint64_t ShadowReport::accuracy_ppm() const {
    const std::uint64_t all = matching + differing.size();
    return all == 0 ? 1'000'000 : matching * 1'000'000 / all;
}

Result<ShadowReport> compare_shadow(const Ledger& ledger, const ShadowQuestion& question) {
    TALLY_TRY_ASSIGN(CsvTable table, CsvTable::read(question.text, question.file,
                                                    {{"place", "sku", "units"}, {"lot", "name"}}));
    std::map<Key, Both> both;
    for (const CsvRow& row : table.rows()) {
        const std::string place = row.text("place");
        const CodeMeaning meaning = ledger.registers().master().meaning_of(row.text("sku"));
        const Result<std::int64_t> qty = parse_units(row.text("units"));
        if (!question.mine(place)) {
            table.note(row, "place",
                       "place '" + place + "' is not one of this box's; rename or leave it out");
        }
        if (meaning.sku.empty()) {
            table.note(row, "sku",
                       "code '" + row.text("sku") +
                           "' is no SKU, GTIN or alias; import the item or an alias for it");
        }
        if (!qty) {
            table.note(row, "units", qty.error().text);
            continue;
        }
        both[{place, meaning.sku}].old_milli += *qty * meaning.units;
    }
    TALLY_TRY(table.finish());
    for (const PositionView& position : ledger.book().positions()) {
        const std::string place(position.place);
        if (question.mine(place)) {
            both[{place, std::string(position.sku)}].tally_milli += position.quantity.milli;
        }
    }
    const auto moving = in_transit(ledger.book());
    ShadowReport report;
    for (const auto& [key, sides] : both) {
        if (sides.old_milli == sides.tally_milli) {
            ++report.matching;
            continue;
        }
        ShadowRow row{key.first, key.second, sides.old_milli, sides.tally_milli, {}};
        row.reasons = question.doubts(key.first);
        if (const auto transit = moving.find(key.second);
            transit != moving.end() && transit->second != 0) {
            row.reasons.push_back("in transit: " + format_units(transit->second));
        }
        report.explained += row.reasons.empty() ? 0 : 1;
        report.differing.push_back(std::move(row));
    }
    return report;
}

std::string shadow_data(const ShadowReport& report) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("accuracy_ppm").number(report.accuracy_ppm());
    w.key("differing").number(report.differing.size());
    w.key("explained").number(report.explained).key("matching").number(report.matching);
    w.key("rows").begin_array();
    for (const ShadowRow& row : report.differing) {
        w.begin_object().key("difference_milli").integer(row.tally_milli - row.old_milli);
        w.key("old_milli").integer(row.old_milli).key("place").text(row.place);
        w.key("reasons").begin_array();
        for (const std::string& reason : row.reasons) {
            w.text(reason);
        }
        w.end_array().key("sku").text(row.sku);
        w.key("tally_milli").integer(row.tally_milli).end_object();
    }
    w.end_array().end_object();
    return out;
}

}  // namespace tally
