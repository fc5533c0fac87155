// What of a box's stock may be promised now, and why the rest may not. A picture of one moment.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "firmware/domain/order/order.hpp"
#include "firmware/services/inventory/inventory.hpp"
#include "firmware/services/ledger/position_index.hpp"

namespace tally {

/// A spot from which a line can be served, and how much of it is free.
struct Offer {
    std::string place, lot, expiry;
    std::int64_t free_milli = 0;
};

/// What the anomaly of a short pick asks for: it doubts this SKU at this place until a count there
/// is done. Names no event, so that a new epoch leaves it true.
std::string short_pick_advice(const std::string& place, const std::string& sku);

/// Single-threaded value; taken anew after each change of book or claims.
///
/// Rule (docs/life-of-an-order.md): what may be promised is on hand minus what is promised, at
/// places of this box, of good quality and free custody, of a lot that has the days left that its
/// item record asks for. A unit named by an open anomaly does not count, nor does what a cart
/// brings to where a task wants it. A place does not count while one of its gates or its scale is
/// blind, or while an open count_differs or unidentified_departure names it; a line that names the
/// place itself takes it all the same: a person has decided, but not where a pick has found less
/// of this SKU and nobody has counted it since.
class Availability {
 public:
    struct Wish {
        const std::set<std::string>& skus;  ///< of these only
        std::int64_t now_ms = 0;            ///< wall time, for days of expiry
    };
    /// Costs a look at each position of these SKUs and at each open anomaly, whatever else the book
    /// holds.
    Availability(const Inventory& inventory, const Ledger& ledger, PositionIndex& positions,
                 const Wish& wish);
    /// Of a box that somebody else folds, as far as it has told; looks at the whole book.
    Availability(const SiteLayout& site, const Line& line, const Wish& wish);

    /// First expired first out; within a lot the place with most. Of the line's lot and place
    /// only, where it names them.
    [[nodiscard]] std::vector<Offer> offers(const OrderLine& line) const;

    /// Why not more: "5 on hand: 2 promised to other orders, 3 in doubt at slot-a1".
    [[nodiscard]] std::string reason(const OrderLine& line) const;

    /// Offers nothing of this spot.
    void leave_out(const SpotKey& left_out);

    /// So much of an offer has just been claimed; less than 0: was not, after all.
    void take(const std::string& sku, const Offer& offer, std::int64_t milli);

 private:
    void add(const SiteLayout& site, const Line& line, std::vector<PositionView> held,
             std::int64_t now_ms);

    struct Spot {
        std::string sku, place, lot, expiry;
        std::int64_t here = 0;      ///< good and free, all of it
        std::int64_t promised = 0;  ///< to orders
        std::int64_t doubtful = 0;  ///< units that anomalies name
        std::int64_t on_way = 0;    ///< on this cart, to where a task wants it
        bool in_doubt = false;      ///< the whole place
        bool is_short = false;      ///< a pick found less than the book has there
        bool left_out = false;
        bool expired = false;
        bool other_state = false;  ///< not good or not free
    };
    [[nodiscard]] static bool matches(const Spot& spot, const OrderLine& line);
    [[nodiscard]] static std::int64_t free_of(const Spot& spot, const OrderLine& line);

    std::vector<Spot> spots_;
};

}  // namespace tally
