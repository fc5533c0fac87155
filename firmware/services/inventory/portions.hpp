// Counted goods at one place, position by position.
#pragma once

#include <string>
#include <vector>

#include "firmware/domain/place.hpp"
#include "firmware/domain/stock/book.hpp"

namespace tally {

struct StockPortion {
    std::string lot, custody, quality;
    Quantity quantity;

    /// What a weight books of goods that the book does not have: nothing better is known.
    [[nodiscard]] bool is_default() const {
        return lot == kDefaultLot && custody == kFreeCustody && quality == kGoodQuality;
    }
};

/// What of the SKU stands at the place and is not known unit by unit, in the order of the keys: a
/// weight cannot tell lots apart, so the order is the same every time.
inline std::vector<StockPortion> portions_of(const Book& book, const PlaceId& place,
                                             const std::string& sku) {
    std::vector<StockPortion> found;
    for (const PositionView& row : book.positions()) {
        const Quantity loose = row.quantity - Quantity::of_units(row.items);
        if (row.place == place.str() && row.sku == sku && loose.milli > 0) {
            found.push_back(
                {std::string(row.lot), std::string(row.custody), std::string(row.quality), loose});
        }
    }
    return found;
}

/// All of it, in milli.
inline std::int64_t loose_at(const Book& book, const PlaceId& place, const std::string& sku) {
    std::int64_t milli = 0;
    for (const StockPortion& portion : portions_of(book, place, sku)) {
        milli += portion.quantity.milli;
    }
    return milli;
}

}  // namespace tally
