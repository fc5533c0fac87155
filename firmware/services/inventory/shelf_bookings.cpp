// Inventory: what shelves say (design 5, "Tracking decides what moves stock").
#include <algorithm>
#include <set>
#include <utility>

#include "firmware/domain/place.hpp"
#include "firmware/services/inventory/inventory.hpp"
#include "firmware/services/inventory/portions.hpp"

namespace tally {

/// The portions of a place, those in front that somebody is just picking: a weight cannot tell lots
/// apart, but who picks for an order has been told which to take.
std::vector<StockPortion> Inventory::portions_in_hand(const PlaceId& place,
                                                      const std::string& sku) const {
    std::vector<StockPortion> portions = portions_of(ledger_.book(), place, sku);
    const Registers& registers = ledger_.registers();
    if (portions.size() > 1 && registers.orders().any_open()) {
        std::set<std::string> lots;
        for (const auto& [id, task] : registers.work().tasks()) {
            const bool in_hand = task.kind == TaskKind::pick && task.state == TaskState::taken;
            if (in_hand && task.from == place.str() && task.sku == sku) {
                lots.insert(task.lot.empty() ? std::string(kDefaultLot) : task.lot);
            }
        }
        std::stable_partition(portions.begin(), portions.end(), [&](const StockPortion& portion) {
            return portion.custody == kFreeCustody && portion.quality == kGoodQuality &&
                   lots.contains(portion.lot);
        });
    }
    return portions;
}

Result<Inventory::ShelfBooked> Inventory::book_shelf_count(const ShelfChange& change) {
    const bool left = change.units < 0;
    const PlaceId from = left ? change.slot : change.is_first ? PlaceId(kFound) : change.around;
    Quantity rest = Quantity::of_units(left ? -change.units : change.units);
    Event event;
    event.type = EventType::shelf_changed;
    event.by = "device:" + change.slot.str();
    event.evidence = encode(change.evidence);
    event.data = encode(ShelfData{change.slot.str(),
                                  change.is_first ? "first_weighing" : "count",
                                  change.sku,
                                  change.units,
                                  {}});
    event.sku = SkuId(change.sku);
    event.to = left ? change.around : change.slot;
    ShelfBooked booked;
    for (const StockPortion& portion : portions_in_hand(from, change.sku)) {
        if (rest.milli == 0 || is_virtual(from)) {
            break;
        }
        event.from = from;
        event.lot = LotId(portion.lot);
        event.custody = portion.custody;
        event.quality = portion.quality;
        event.qty = std::min(rest, portion.quantity);
        rest -= event.qty;
        TALLY_TRY_ASSIGN(booked.seq, write(event));
    }
    if (rest.milli == 0) {
        return booked;
    }
    event.from = is_virtual(from) ? from : PlaceId(kUnexplained);
    event.lot = LotId(std::string(kDefaultLot));
    event.custody = kFreeCustody;
    event.quality = kGoodQuality;
    event.qty = rest;
    TALLY_TRY_ASSIGN(booked.seq, write(event));
    if (!is_virtual(from)) {
        booked.unexplained = rest.milli / Quantity::of_units(1).milli;
        booked.anomaly =
            doubt_shelf(AnomalyKind::count_differs, change.slot,
                        "the weight of slot " + change.slot.str() + " says that " +
                            std::to_string(booked.unexplained) + " more of " + change.sku +
                            " came from " + from.str() + " than the book has there",
                        event_ref(ledger_.edge(), ledger_.line().epoch(), booked.seq));
    }
    return booked;
}

Result<Seq> Inventory::note_shelf(const ShelfData& data, const ShelfEvidence& evidence,
                                  const Actor& actor, Written written) {
    Event event;
    event.type = EventType::shelf_changed;
    event.by = actor.by;
    event.cause = actor.cause;
    event.data = encode(data);
    event.evidence = encode(evidence);
    return write(std::move(event), std::move(written));
}

Result<Seq> Inventory::bind_to_shelf(const std::string& item, const PlaceId& to,
                                     const ShelfEvidence& evidence, const Actor& actor) {
    const auto unit = known(item);
    if (!unit || !unit->place) {
        return fail(ErrorKind::conflict, "unit " + item + " is nowhere in the book");
    }
    Event event = draft(EventType::moved, *unit);
    event.by = actor.by;
    event.cause = actor.cause;
    event.evidence = encode(evidence);
    event.sku = SkuId(unit->sku);
    event.lot = LotId(unit->lot);
    event.custody = unit->custody;
    event.quality = unit->quality;
    event.qty = Quantity::of_units(1);
    event.from = *unit->place;
    event.to = to;
    return write(std::move(event));
}

std::string Inventory::doubt_shelf(AnomalyKind kind, const PlaceId& slot, const std::string& text,
                                   const std::string& cause) {
    AnomalyData about;
    about.place = slot.str();
    about.device = slot.str();
    about.text = text;
    return raise(kind, {}, about, cause);
}

void Inventory::settle_shelf(const std::string& anomaly, const std::string& how) {
    if (ledger_.registers().anomalies().contains(anomaly)) {
        resolve(anomaly, how, "rule:shelf");
    }
}

void Inventory::seen_in_place(const Known& item) {
    settle(item.item, "scanned where the book has it");
    if (shelf_watch_ != nullptr && item.place) {
        shelf_watch_->on_item_in_place(*item.place, item.item, item.sku);
    }
}

bool Inventory::moves_by_count(const Known& item) const {
    const ItemRecord* record = ledger_.registers().sku(item.sku);
    return record != nullptr && record->tracking == Tracking::by_count;
}

/// A unit that the book has in a slot was seen in the zone in front of it: the slot let it go. That
/// is the departure the slot's weight tells of, and it is booked here, once.
void Inventory::step_off_shelf(Known& item, const PlaceId& zone, const Event& source) {
    if (!item.place || site_.around(*item.place) != zone) {
        return;
    }
    Event event = draft(EventType::moved, item);
    event.by = source.by;
    event.evidence = source.evidence;
    event.cause = shelf_watch_ == nullptr ? std::string()
                                          : shelf_watch_->open_departure(*item.place, item.sku);
    event.sku = SkuId(item.sku);
    event.lot = LotId(item.lot);
    event.custody = item.custody;
    event.quality = item.quality;
    event.qty = Quantity::of_units(1);
    event.from = *item.place;
    event.to = zone;
    if (const Result<Seq> seq = write(std::move(event))) {
        item.place = zone;
        item.seq = *seq;
    }
}

}  // namespace tally
