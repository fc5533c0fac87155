// Stock as operators see it: rows with how far they can be trusted. The book knows quantities; what
// makes them unsure (blind readers, open anomalies, an edge that is not heard) stands beside them,
// because not knowing is a value (design 4.3).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "firmware/domain/layout/site.hpp"
#include "firmware/services/inventory/place_trust.hpp"
#include "firmware/services/ledger/line.hpp"

namespace tally {

/// One position, or the part of it that is not tracked by item.
struct StockRow {
    std::string place, sku, lot, custody, quality;
    std::int64_t qty_milli = 0;
    std::int64_t items = 0;  ///< units tracked by identity among it

    auto key() const { return std::tie(place, sku, lot, custody, quality); }
};

struct StockFilter {
    std::string place, sku;  ///< empty: all
    enum class Places : std::uint8_t { real, all } places = Places::real;

    [[nodiscard]] bool takes(std::string_view row_place, std::string_view row_sku) const;
};

std::vector<StockRow> stock_of(const Book& book, const StockFilter& filter);

/// A unit's row in lists.
struct UnitRow {
    std::string item, place, sku, lot, custody, quality, parent, edge;
    std::uint64_t seq = 0;
};

std::vector<UnitRow> units_of(const EdgeId& edge, const Book& book, const StockFilter& filter);

/// Finds the item record of a SKU; null if there is none.
using SkuLookup = std::function<const ItemRecord*(const std::string&)>;

/// `data` of /v1/stock: rows ordered by place, then key.
std::string stock_data(std::vector<StockRow> rows, const PlaceTrusts& trusts,
                       const SkuLookup& skus);

/// `data` of /v1/items: units ordered by text, behind `after`, at most `limit`; `cursor` is where
/// to go on, or empty.
std::string units_data(std::vector<UnitRow> units, const PlaceTrusts& trusts,
                       const std::string& after, std::size_t limit);

}  // namespace tally
