// Inventory: scans of counted goods at places that weigh them. A scan and a weight tell of the same
// movement in either order, and the goods are all alike, so what one has booked the other only
// names: the weight over the zone in front of its slot, the scan straight.
#include <algorithm>

#include "firmware/services/inventory/inventory.hpp"
#include "firmware/services/inventory/portions.hpp"

namespace tally {

namespace {

constexpr std::int64_t kUnit = Quantity::of_units(1).milli;

void add(std::vector<CarryWay::Share>& shares, const PlaceId& place, std::int64_t milli) {
    if (milli > 0) {
        shares.push_back({place, milli});
    }
}

}  // namespace

CarryWay Inventory::carry_way(const PlaceId& from, const PlaceId& to, const std::string& sku,
                              std::int64_t milli) const {
    CarryWay way;
    way.from = from;
    way.to = to;
    way.sku = sku;
    std::int64_t units = milli / kUnit;  // What is less than one no weight tells.
    const auto unnamed = [&](const PlaceId& place) {
        return shelf_watch_ != nullptr && site_.around(place) ? shelf_watch_->unnamed(place, sku)
                                                              : UnnamedGoods();
    };
    const UnnamedGoods left = unnamed(from);
    const UnnamedGoods came = unnamed(to);
    if (left.is_weighed && came.is_weighed && site_.around(from) == site_.around(to)) {
        // Both weights have told it, over the same zone: there is nothing to book.
        const std::int64_t both = std::min({left.departed, came.lent, units});
        way.out.departed = way.in.lent = both;
        units -= both;
        milli -= both * kUnit;
    }
    if (left.is_weighed) {
        const PlaceId zone = *site_.around(from);
        const std::int64_t in_zone = loose_at(ledger_.book(), zone, sku);
        const std::int64_t fell = std::min(left.departed - way.out.departed, units);
        const std::int64_t named = std::min(fell, in_zone / kUnit);
        way.lent_wrongly = std::min(fell - named, left.lent_beside);
        const std::int64_t rest = milli - (named + way.lent_wrongly) * kUnit;
        const std::int64_t in_slot = std::min(rest, loose_at(ledger_.book(), from, sku));
        add(way.sources, zone, named * kUnit);
        add(way.sources, from, in_slot);
        // The book may have it in front of the slot still: then as much came to the slot and left
        // it again before any scan told of it. What is there neither is UNEXPLAINED.
        const std::int64_t in_front = std::min(rest - in_slot, in_zone - named * kUnit);
        add(way.sources, zone, in_front);
        way.lent_out = in_front / kUnit;
        way.out.departed += named + way.lent_wrongly;
        way.is_weighed = true;
        way.ahead_out = in_slot / kUnit;  // What the weight is still to tell, and no more.
    } else {
        add(way.sources, from, milli);
    }
    if (came.is_weighed) {
        way.in.owed = std::min(came.owed, units);
        const std::int64_t lent = std::min(came.lent - way.in.lent, units - way.in.owed);
        const std::int64_t over_zone = (way.in.owed + lent) * kUnit;
        way.ahead_in = units - way.in.owed - lent;
        way.in.lent += lent;
        add(way.targets, *site_.around(to), over_zone);
        add(way.targets, to, milli - over_zone);
    } else {
        add(way.targets, to, milli);
    }
    return way;
}

Result<void> Inventory::carried(const CarryWay& way, const std::string& lacking,
                                std::int64_t lacking_milli) {
    if (shelf_watch_ == nullptr) {
        return {};
    }
    if (way.in.owed > 0) {
        TALLY_TRY(pay_back(way));
    }
    shelf_watch_->on_named(way.from, way.sku, way.out);
    shelf_watch_->on_named(way.to, way.sku, way.in);
    shelf_watch_->on_told_ahead(way.from, way.sku, -way.ahead_out);
    shelf_watch_->on_told_ahead(way.to, way.sku, way.ahead_in);
    const std::int64_t owed = lacking_milli / kUnit - way.lent_wrongly;
    if (way.lent_wrongly > 0 && !lacking.empty()) {
        shelf_watch_->on_lent_wrongly(way.from, {lacking, way.sku, way.lent_wrongly, lacking});
    }
    if (way.is_weighed && owed > 0 && !lacking.empty()) {
        shelf_watch_->on_owed(way.from, {lacking, way.sku, owed, lacking});
    }
    if (way.lent_out > 0) {
        const std::string ref =
            event_ref(ledger_.edge(), ledger_.line().epoch(), ledger_.line().seq());
        shelf_watch_->on_owed(way.from, {ref, way.sku, way.lent_out, {}});
    }
    return {};
}

/// The weight had drawn the goods from UNEXPLAINED, of no lot that anybody knows. Now they stand in
/// the zone with their own: they take the place of the others, which go back.
Result<void> Inventory::pay_back(const CarryWay& way) {
    const PlaceId zone = *site_.around(way.to);
    Event event;
    event.type = EventType::moved;
    event.by = "rule:shelf";
    event.cause = event_ref(ledger_.edge(), ledger_.line().epoch(), ledger_.line().seq());
    event.sku = SkuId(way.sku);
    const auto move = [&](const StockPortion& what, const PlaceId& from, const PlaceId& to,
                          std::int64_t milli) -> Result<void> {
        event.lot = LotId(what.lot);
        event.custody = what.custody;
        event.quality = what.quality;
        event.from = from;
        event.to = to;
        event.qty = Quantity{milli};
        TALLY_TRY(write(event));
        return {};
    };
    std::int64_t left = way.in.owed * kUnit;
    for (const StockPortion& portion : portions_of(ledger_.book(), zone, way.sku)) {
        const std::int64_t part = std::min(left, portion.quantity.milli);
        std::int64_t swapped = 0;
        for (const StockPortion& there : portions_of(ledger_.book(), way.to, way.sku)) {
            if (part > 0 && !portion.is_default() && there.is_default()) {
                swapped = std::min(part, there.quantity.milli);
                TALLY_TRY(move(there, way.to, PlaceId(std::string(kUnexplained)), swapped));
                TALLY_TRY(move(portion, zone, way.to, swapped));
            }
        }
        if (part > swapped) {
            TALLY_TRY(move(portion, zone, PlaceId(std::string(kUnexplained)), part - swapped));
        }
        left -= part;
    }
    return {};
}

}  // namespace tally
