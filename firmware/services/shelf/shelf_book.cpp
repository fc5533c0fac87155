// ShelfService: what the book has in a slot against what the slot carries: at its first weighing,
// and whenever people change the book or what a unit is thought to weigh.
#include <algorithm>
#include <map>

#include "firmware/services/shelf/shelf_service.hpp"

namespace tally {

namespace {

/// What the book has at a slot would weigh so much.
struct BookedWeight {
    Weight weight, tolerance;
    bool is_known = true;  ///< no: of something there nobody knows what it weighs
    std::string text;      ///< "3 of bolts, 1 of tins"; empty: nothing
};

BookedWeight weigh_book(const Ledger& ledger, const PlaceId& place, Weight division) {
    std::map<std::string, std::int64_t> units;
    for (const PositionView& row : ledger.book().positions()) {
        if (row.place == place.str() && row.quantity.milli > 0) {
            units[std::string(row.sku)] += row.quantity.milli / Quantity::of_units(1).milli;
        }
    }
    BookedWeight booked;
    booked.tolerance = division;
    for (const auto& [sku, count] : units) {
        const ItemRecord* record = ledger.registers().sku(sku);
        booked.text += (booked.text.empty() ? "" : ", ") + std::to_string(count) + " of " + sku;
        booked.is_known = booked.is_known && record != nullptr && record->unit_mg > 0;
        if (booked.is_known) {
            const UnitWeight unit{sku, {record->unit_mg}, {record->unit_sigma_mg}};
            booked.weight = booked.weight + Weight{count * record->unit_mg};
            booked.tolerance = booked.tolerance + count_tolerance(unit, {}, count);
        }
    }
    return booked;
}

bool stands_at(const Book& book, const PlaceId& place, const std::string& sku) {
    const auto rows = book.positions();
    return std::any_of(rows.begin(), rows.end(), [&](const PositionView& row) {
        return row.place == place.str() && row.sku == sku && row.quantity.milli > 0;
    });
}

}  // namespace

/// What a slot carries when it is weighed for the first time ever is compared with the book: all of
/// it, whatever SKUs stand there. Counted goods in a slot that is empty in the book are found
/// there.
void ShelfService::first_weighing(const PlaceId& place, Slot& slot, Weight weight) {
    const Weight division = slot.watch.layout().division;
    const std::vector<UnitWeight> units = candidates(place);
    const BookedWeight booked = weigh_book(ledger_, place, division);
    if (booked.is_known && distance(weight, booked.weight) <= booked.tolerance) {
        return;
    }
    const ChangeExplained found = explain_change(weight, division, units);
    if (booked.text.empty() && found.estimate && found.estimate->units > 0 &&
        tracking_of(found.estimate->sku) == Tracking::by_count) {
        static_cast<void>(
            inventory_.book_shelf_count({place,
                                         slot.around,
                                         found.estimate->sku,
                                         found.estimate->units,
                                         {place.str(), 0, weight.mg, found.estimate->tolerance.mg},
                                         true}));
        return;
    }
    inventory_.doubt_shelf(AnomalyKind::count_differs, place,
                           "at its first weighing slot " + place.str() + " carries " +
                               std::to_string(weight.mg / 1000) + " g, where the book has " +
                               (booked.text.empty() ? std::string("nothing") : booked.text),
                           {});
}

/// Whether what the book has at a slot, less what its weight is still to tell, weighs what it last
/// carried.
bool ShelfService::agrees(const PlaceId& place, const Slot& slot) const {
    const auto carried = slot.watch.baseline();
    BookedWeight booked = weigh_book(ledger_, place, slot.watch.layout().division);
    for (const SlotWatch::Move& move : slot.watch.moves()) {
        const ItemRecord* record = ledger_.registers().sku(move.what.sku);
        if (record != nullptr) {
            booked.weight = booked.weight - Weight{move.what.units * record->unit_mg};
        }
    }
    return booked.is_known && carried && distance(*carried, booked.weight) <= booked.tolerance;
}

/// Whether the slot itself is in doubt about the goods there, beyond single changes and movements.
bool ShelfService::is_doubted(const PlaceId& place, const Slot& slot) const {
    const auto is_of_one = [&](const std::string& id) {
        const auto about = [&](const auto& waiting) { return waiting.what.anomaly == id; };
        const auto& changes = slot.watch.changes();
        const auto& moves = slot.watch.moves();
        return std::any_of(changes.begin(), changes.end(), about) ||
               std::any_of(moves.begin(), moves.end(), about);
    };
    const auto& open = ledger_.registers().anomalies();
    return std::any_of(open.begin(), open.end(), [&](const auto& each) {
        return each.second.what.device == place.str() &&
               each.second.what.kind == to_string(AnomalyKind::count_differs) &&
               !is_of_one(each.first);
    });
}

void ShelfService::forget_counted(const PlaceId& place, Slot& slot) {
    if (slot.watch.counted()) {
        slot.watch.forget_counted();
        save(place, slot);
    }
}

void ShelfService::on_unit_weight(const std::string& sku) {
    for (auto& [place, slot] : slots_) {
        const auto& skus = slot.watch.layout().skus;
        if (std::find(skus.begin(), skus.end(), sku) != skus.end()) {
            forget_counted(place, slot);
        }
        if (!stands_at(ledger_.book(), place, sku) || !slot.ever_weighed || agrees(place, slot) ||
            is_doubted(place, slot)) {
            continue;
        }
        inventory_.doubt_shelf(AnomalyKind::count_differs, place,
                               "a unit of " + sku +
                                   " weighs something else than was thought, and "
                                   "what the book has in slot " +
                                   place.str() + " does not weigh what it carries; count the slot",
                               {});
    }
}

/// The weight is to follow what people counted, unless it is the book that was wrong: then it
/// agrees now, or somebody is in doubt about the slot, which the count answers.
void ShelfService::on_corrected(const Event& event) {
    const std::int64_t units = event.qty.milli / Quantity::of_units(1).milli;
    if (event.from == event.to || tracking_of(event.sku.str()) != Tracking::by_count) {
        return;
    }
    for (const bool is_out : {true, false}) {
        const auto found = slots_.find(is_out ? event.from : event.to);
        if (found == slots_.end()) {
            continue;
        }
        forget_counted(found->first, found->second);
        if (found->second.ever_weighed && !agrees(found->first, found->second) &&
            !is_doubted(found->first, found->second)) {
            on_told_ahead(found->first, event.sku.str(), is_out ? -units : units);
        }
    }
}

}  // namespace tally
