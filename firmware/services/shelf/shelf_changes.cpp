// ShelfService: weight changes meet what gates and scans tell of the same goods, in either order;
// what meets nothing in time is a doubt.
#include <algorithm>
#include <utility>

#include "firmware/services/inventory/portions.hpp"
#include "firmware/services/shelf/shelf_service.hpp"

namespace tally {

namespace {

constexpr Duration kLookEvery = std::chrono::seconds(1);
using Doubted = SlotWatch::Doubted;

std::string doubt_text(const WaitingMove& move, const PlaceId& place) {
    const bool left = move.units < 0;
    const std::string what = move.item.empty() ? std::to_string(left ? -move.units : move.units) +
                                                     " of " + move.sku + " were booked"
                                               : "unit " + move.item + " was booked";
    return what + (left ? " out of slot " : " into slot ") + place.str() +
           ", but the weight there does not move; the instrument may be stuck, or the goods are "
           "others";
}

/// By weight, with no scan that told of it since.
bool has_come_to_stay(const SlotWatch& watch, const std::string& sku, MonoTime before) {
    const auto& changes = watch.changes();
    return std::any_of(changes.begin(), changes.end(), [&](const SlotWatch::Change& change) {
        return change.what.units > 0 && change.what.sku == sku && change.what.anomaly.empty() &&
               change.deadline < before;
    });
}

}  // namespace

Tracking ShelfService::tracking_of(const std::string& sku) const {
    const ItemRecord* record = ledger_.registers().sku(sku);
    return record == nullptr ? Tracking::by_item : record->tracking;
}

bool ShelfService::is_open(const std::string& anomaly) const {
    return ledger_.registers().anomalies().contains(anomaly);
}

void ShelfService::settle(const std::vector<std::string>& anomalies, const std::string& how) {
    for (const std::string& anomaly : anomalies) {
        inventory_.settle_shelf(anomaly, how);
    }
}

/// What was told ahead of this weight is confirmed by it and not booked again; gives how many units
/// are left, signed.
std::int64_t ShelfService::confirm(const PlaceId& place, Slot& slot, const ShelfChange& change) {
    SlotWatch::Matched known = slot.watch.match_moves(change.sku, change.units);
    if (tracking_of(change.sku) == Tracking::by_count) {
        // What the zone has may have come from there; the rest is rather what was told long ago.
        const std::int64_t in_zone =
            loose_at(ledger_.book(), slot.around, change.sku) / Quantity::of_units(1).milli;
        const std::int64_t lacking = change.units - known.units - in_zone;
        known.units += slot.watch.uncross(change.sku, std::max<std::int64_t>(lacking, 0),
                                          clock_.mono_now() + slot.limit);
    }
    if (known.units != 0) {
        const ShelfData data{place.str(), "confirmed", change.sku, known.units, {}};
        static_cast<void>(
            inventory_.note_shelf(data, change.evidence, {"device:" + place.str(), {}}));
        settle(known.anomalies, "the weight of slot " + place.str() + " has confirmed it");
    }
    return change.units - known.units;
}

void ShelfService::book_counted(const PlaceId& place, Slot& slot, ShelfChange change) {
    change.units = confirm(place, slot, change);
    if (change.units == 0) {
        return;
    }
    const auto booked = inventory_.book_shelf_count(change);
    if (!booked) {
        return;  // Said already; the next weight says as much.
    }
    const std::int64_t doubted = change.units > 0 ? booked->unexplained : 0;
    const std::int64_t over_zone = change.units - doubted;
    const MonoTime now = clock_.mono_now();
    // Lifted and put back, or put in and taken out at once: no scan will ever name these. What came
    // long ago has come to stay, and what leaves now may be scanned.
    const bool leaves_others =
        over_zone < 0 && has_come_to_stay(slot.watch, change.sku, now - slot.limit);
    const std::int64_t back =
        leaves_others ? 0 : slot.watch.match_changes(change.sku, -over_zone, Doubted::no).units;
    const std::string ref = event_ref(ledger_.edge(), ledger_.line().epoch(), booked->seq);
    if (doubted > 0) {
        slot.watch.add_change({{ref, change.sku, doubted, booked->anomaly}, now},
                              Tracking::by_count);
    }
    if (over_zone + back != 0) {
        slot.watch.add_change({{ref, change.sku, over_zone + back, {}}, now}, Tracking::by_count);
    }
}

/// The weight of a tagged unit moves nothing: either its movement is known already, or it undoes
/// what was open before, or it waits for the sighting that says which unit it was. What is doubted
/// no weight undoes: it may be another unit that came, and who knows the first is gone.
void ShelfService::open_change(const PlaceId& place, Slot& slot, ShelfChange change) {
    change.units = confirm(place, slot, change);
    const Actor device{"device:" + place.str(), {}};
    const SlotWatch::Matched back =
        slot.watch.match_changes(change.sku, -change.units, Doubted::no);
    if (back.units != 0) {
        const ShelfData data{place.str(), "put_back", change.sku, -back.units, {}};
        static_cast<void>(inventory_.note_shelf(data, change.evidence, device));
        change.units += back.units;
    }
    if (change.units == 0) {
        return;
    }
    const ShelfData data{place.str(), "unidentified", change.sku, change.units, {}};
    const Result<Seq> seq = inventory_.note_shelf(data, change.evidence, device);
    if (!seq) {
        return;
    }
    const std::string ref = event_ref(ledger_.edge(), ledger_.line().epoch(), *seq);
    slot.watch.add_change({{ref, change.sku, change.units, {}}, clock_.mono_now() + slot.limit},
                          Tracking::by_item);
    if (change.units > 0) {
        bind_arrivals(place, slot, change, ref);
    }
}

/// As many units came as there are of the SKU in the zone in front: then it is these, unless it may
/// be those that were missed here before.
void ShelfService::bind_arrivals(const PlaceId& place, Slot& slot, const ShelfChange& change,
                                 const std::string& cause) {
    if (slot.watch.open_units(change.sku, -1, Doubted::yes) > 0) {
        return;
    }
    std::vector<std::string> there;
    for (const ItemView& item : ledger_.book().items_in(slot.around.str())) {
        if (item.sku == change.sku) {
            there.emplace_back(item.item);
        }
    }
    if (static_cast<std::int64_t>(there.size()) != change.units) {
        return;
    }
    for (const std::string& item : there) {
        static_cast<void>(inventory_.bind_to_shelf(item, place, change.evidence,
                                                   {"device:" + place.str(), cause}));
    }
}

std::string ShelfService::open_departure(const PlaceId& place, const std::string& sku) const {
    const auto found = slots_.find(place);
    if (found == slots_.end()) {
        return {};
    }
    for (const SlotWatch::Change& change : found->second.watch.changes()) {
        if (change.what.units < 0 && change.what.sku == sku) {
            return change.what.ref;
        }
    }
    return {};
}

void ShelfService::on_item_moved(const Event& event) {
    if (event.from == event.to) {
        return;  // Its quality has changed, nothing has moved.
    }
    if (const auto from = slots_.find(event.from); from != slots_.end()) {
        moved(from->second, from->first, event, -1);
    }
    if (const auto to = slots_.find(event.to); to != slots_.end()) {
        moved(to->second, to->first, event, 1);
    }
}

/// What was missed by weight and what came by weight was this one, lifted and put back.
void ShelfService::on_item_in_place(const PlaceId& place, const std::string& item,
                                    const std::string& sku) {
    const auto found = slots_.find(place);
    if (found == slots_.end()) {
        return;
    }
    SlotWatch& watch = found->second.watch;
    if (watch.open_units(sku, -1, Doubted::either) == 0 ||
        watch.open_units(sku, 1, Doubted::either) == 0) {
        return;
    }
    SlotWatch::Matched left = watch.match_changes(sku, -1, Doubted::either);
    const SlotWatch::Matched came = watch.match_changes(sku, 1, Doubted::either);
    save(place, found->second);
    left.anomalies.insert(left.anomalies.end(), came.anomalies.begin(), came.anomalies.end());
    settle(left.anomalies, "unit " + item + " was scanned there: it was put back");
}

void ShelfService::moved(Slot& slot, const PlaceId& place, const Event& event, std::int64_t units) {
    SlotWatch::Matched matched = slot.watch.match_changes(event.sku.str(), units, Doubted::either);
    if (matched.units == 0) {
        matched = slot.watch.add_move(
            {{event.item.str(), event.sku.str(), units, {}}, clock_.mono_now() + slot.limit});
    }
    save(place, slot);
    settle(matched.anomalies, "it was unit " + event.item.str());
}

UnnamedGoods ShelfService::unnamed(const PlaceId& place, const std::string& sku) const {
    UnnamedGoods goods;
    const auto found = slots_.find(place);
    const ItemRecord* record = ledger_.registers().sku(sku);
    if (found == slots_.end() || record == nullptr || record->tracking != Tracking::by_count) {
        return goods;
    }
    const Slot& slot = found->second;
    const auto& skus = slot.watch.layout().skus;
    goods.is_weighed = record->unit_mg > slot.watch.layout().division.mg &&
                       std::find(skus.begin(), skus.end(), sku) != skus.end();
    goods.departed = slot.watch.open_units(sku, -1, Doubted::no);
    goods.lent = slot.watch.open_units(sku, 1, Doubted::no);
    goods.owed = slot.watch.open_units(sku, 1, Doubted::yes);
    for (const auto& [other, beside] : slots_) {
        if (other != place && beside.around == slot.around) {
            goods.lent_beside += beside.watch.open_units(sku, 1, Doubted::no);
        }
    }
    return goods;
}

void ShelfService::on_named(const PlaceId& place, const std::string& sku,
                            const UnnamedGoods& named) {
    const auto found = slots_.find(place);
    if (found == slots_.end() || named.departed + named.lent + named.owed == 0) {
        return;
    }
    SlotWatch& watch = found->second.watch;
    watch.match_changes(sku, -named.departed, Doubted::no);
    watch.match_changes(sku, named.lent, Doubted::no);
    const SlotWatch::Matched owed = watch.match_changes(sku, named.owed, Doubted::yes);
    save(place, found->second);
    settle(owed.anomalies, "a scan says where they came from");
}

void ShelfService::on_lent_wrongly(const PlaceId& place, const OpenShelfChange& owed) {
    const auto from = slots_.find(place);
    if (from == slots_.end()) {
        return;
    }
    std::int64_t left = owed.units;
    for (auto& [other, beside] : slots_) {
        if (left == 0 || other == place || beside.around != from->second.around) {
            continue;
        }
        const std::int64_t units = beside.watch.match_changes(owed.sku, left, Doubted::no).units;
        if (units > 0) {
            left -= units;
            beside.watch.add_change({{owed.ref, owed.sku, units, owed.anomaly}, clock_.mono_now()},
                                    Tracking::by_count);
            save(other, beside);
        }
    }
}

void ShelfService::on_told_ahead(const PlaceId& place, const std::string& sku, std::int64_t units) {
    const auto found = slots_.find(place);
    if (found == slots_.end() || units == 0) {
        return;
    }
    Slot& slot = found->second;
    const SlotWatch::Matched matched =
        slot.watch.add_move({{{}, sku, units, {}}, clock_.mono_now() + slot.limit});
    save(place, slot);
    settle(matched.anomalies, "as many were scanned the other way");
}

void ShelfService::on_owed(const PlaceId& place, const OpenShelfChange& owed) {
    const auto found = slots_.find(place);
    if (found != slots_.end()) {
        Slot& slot = found->second;
        const MonoTime now = clock_.mono_now();
        slot.watch.add_change({owed, now}, Tracking::by_count);
        // They came and left unseen; its weight may show both yet, the one and then the other.
        slot.watch.cross(owed.sku, owed.units, now + slot.limit);
        save(place, slot);
    }
}

void ShelfService::look_at_deadlines() {
    if (!ledger_.full()) {
        const MonoTime now = clock_.mono_now();
        for (auto& [place, slot] : slots_) {
            ledger_.together([&, &where = place, &what = slot] { overdue(where, what, now); });
        }
    }
    deadline_timer_.arm(kLookEvery, [this] { look_at_deadlines(); });
}

void ShelfService::overdue(const PlaceId& place, Slot& slot, MonoTime now) {
    if (slot.health.blind) {
        take_blind(place, ShelfReading(*slot.health.blind));  // Ignored where the span is open.
    }
    const bool changes = doubt_changes(place, slot, now);
    const bool moves = doubt_moves(place, slot, now);
    if (changes || moves) {
        save(place, slot);
    }
}

bool ShelfService::doubt_changes(const PlaceId& place, Slot& slot, MonoTime now) {
    bool changed = false;
    for (SlotWatch::Change& change : slot.watch.changes()) {
        if (!change.what.anomaly.empty() || now < change.deadline ||
            tracking_of(change.what.sku) == Tracking::by_count) {
            continue;
        }
        const bool left = change.what.units < 0;
        const std::string many = std::to_string(left ? -change.what.units : change.what.units);
        change.what.anomaly = inventory_.doubt_shelf(
            left ? AnomalyKind::unidentified_departure : AnomalyKind::unidentified_arrival, place,
            many + " of " + change.what.sku + (left ? " left slot " : " came to slot ") +
                place.str() + " by weight, and nobody saw which",
            change.what.ref);
        changed = true;
    }
    const auto resolved = std::erase_if(slot.watch.changes(), [&](const SlotWatch::Change& one) {
        return !one.what.anomaly.empty() && !is_open(one.what.anomaly);
    });
    return changed || resolved > 0;
}

bool ShelfService::doubt_moves(const PlaceId& place, Slot& slot, MonoTime now) {
    const auto resolved = std::erase_if(slot.watch.moves(), [&](const SlotWatch::Move& move) {
        return !move.what.anomaly.empty() && !is_open(move.what.anomaly);
    });
    const bool can_tell = !slot.health.blind && slot.health.last && !slot.asked &&
                          slot.health.last->quality == ReadingQuality::stable &&
                          slot.ever_weighed && !slot.watch.is_odd();
    if (!can_tell) {
        return resolved > 0;  // What moved meanwhile shows when it can.
    }
    const auto settled = std::erase_if(
        slot.watch.crossed(), [&](const SlotWatch::Move& move) { return now >= move.deadline; });
    bool changed = resolved + settled > 0;
    for (SlotWatch::Move& move : slot.watch.moves()) {
        if (!move.what.anomaly.empty() || now < move.deadline) {
            continue;
        }
        changed = true;
        const ItemRecord* record = ledger_.registers().sku(move.what.sku);
        if (record != nullptr && record->unit_mg > slot.watch.layout().division.mg) {
            move.what.anomaly = inventory_.doubt_shelf(AnomalyKind::count_differs, place,
                                                       doubt_text(move.what, place), {});
        } else {
            move.what.units = 0;  // No weight of this slot would ever tell.
        }
    }
    std::erase_if(slot.watch.moves(),
                  [](const SlotWatch::Move& move) { return move.what.units == 0; });
    return changed;
}

}  // namespace tally
