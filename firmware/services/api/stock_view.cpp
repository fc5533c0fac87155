#include "firmware/services/api/stock_view.hpp"

#include <algorithm>

#include "firmware/domain/place.hpp"
#include "firmware/messages/canonical_json.hpp"

namespace tally {

namespace {

const PlaceTrust& trust_of(const PlaceTrusts& trusts, const std::string& place) {
    static const PlaceTrust kSure;
    const auto found = trusts.find(place);
    return found == trusts.end() ? kSure : found->second;
}

void write_reasons(CanonicalWriter& w, const PlaceTrust& trust) {
    w.key("reasons").begin_array();
    for (const std::string& reason : trust.reasons) {
        w.text(reason);
    }
    w.end_array();
}

}  // namespace

bool StockFilter::takes(std::string_view row_place, std::string_view row_sku) const {
    return (place.empty() || place == row_place) && (sku.empty() || sku == row_sku) &&
           (places == Places::all || place == row_place || !is_virtual(PlaceId(row_place)));
}

std::vector<StockRow> stock_of(const Book& book, const StockFilter& filter) {
    std::vector<StockRow> rows;
    for (const PositionView& position : book.positions()) {
        if (filter.takes(position.place, position.sku)) {
            rows.push_back({std::string(position.place), std::string(position.sku),
                            std::string(position.lot), std::string(position.custody),
                            std::string(position.quality), position.quantity.milli,
                            position.items});
        }
    }
    return rows;
}

std::vector<UnitRow> units_of(const EdgeId& edge, const Book& book, const StockFilter& filter) {
    std::vector<UnitRow> units;
    for (const ItemView& item : book.items()) {
        if (filter.takes(item.place, item.sku)) {
            units.push_back({std::string(item.item), std::string(item.place), std::string(item.sku),
                             std::string(item.lot), std::string(item.custody),
                             std::string(item.quality), std::string(item.parent), edge.str(),
                             item.seq.value()});
        }
    }
    return units;
}

std::string stock_data(std::vector<StockRow> rows, const PlaceTrusts& trusts,
                       const SkuLookup& skus) {
    std::sort(rows.begin(), rows.end(),
              [](const StockRow& a, const StockRow& b) { return a.key() < b.key(); });
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("rows").begin_array();
    for (const StockRow& row : rows) {
        const PlaceTrust& trust = trust_of(trusts, row.place);
        const ItemRecord* record = skus(row.sku);
        w.begin_object().key("confidence").text(to_string(trust.confidence));
        w.key("custody").text(row.custody).key("items").integer(row.items);
        w.key("lot").text(row.lot).key("name").text(record == nullptr ? "" : record->name);
        w.key("place").text(row.place).key("qty_milli").integer(row.qty_milli);
        w.key("quality").text(row.quality);
        write_reasons(w, trust);
        w.key("sku").text(row.sku).end_object();
    }
    w.end_array().end_object();
    return out;
}

std::string units_data(std::vector<UnitRow> units, const PlaceTrusts& trusts,
                       const std::string& after, std::size_t limit) {
    std::sort(units.begin(), units.end(), [](const UnitRow& a, const UnitRow& b) {
        return std::tie(a.item, a.edge) < std::tie(b.item, b.edge);
    });
    auto at = std::upper_bound(
        units.begin(), units.end(), after,
        [](const std::string& text, const UnitRow& unit) { return text < unit.item; });
    const auto left = static_cast<std::size_t>(units.end() - at);
    const auto end = at + static_cast<std::ptrdiff_t>(std::min(left, limit));
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("cursor").text(left > limit ? std::prev(end)->item : std::string());
    w.key("rows").begin_array();
    for (; at != end; ++at) {
        const PlaceTrust& trust = trust_of(trusts, at->place);
        w.begin_object().key("confidence").text(to_string(trust.confidence));
        w.key("custody").text(at->custody).key("edge").text(at->edge).key("item").text(at->item);
        w.key("lot").text(at->lot).key("parent").text(at->parent).key("place").text(at->place);
        w.key("quality").text(at->quality);
        write_reasons(w, trust);
        w.key("seq").number(at->seq).key("sku").text(at->sku).end_object();
    }
    w.end_array().end_object();
    return out;
}

}  // namespace tally
