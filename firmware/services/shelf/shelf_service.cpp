#include "firmware/services/shelf/shelf_service.hpp"

#include <utility>

#include "firmware/base/check.hpp"

namespace tally {

namespace {

constexpr const char* kSlotRows = "shelf_slot";  // state rows: slot -> SlotMemory
constexpr Duration kLookEvery = std::chrono::seconds(1);

ShelfEvidence evidence_of(const PlaceId& slot, Weight before, Weight after, Weight tolerance) {
    return {slot.str(), before.mg, after.mg, tolerance.mg};
}

}  // namespace

ShelfService::ShelfService(const SiteLayout& site, Inventory& inventory, Ledger& ledger,
                           Clock& clock, Scheduler& scheduler)
    : inventory_(inventory), ledger_(ledger), clock_(clock), deadline_timer_(scheduler) {
    for (const ShelfLayout& shelf : site.shelves_of(ledger.edge())) {
        for (const SlotLayout& slot : shelf.slots) {
            slots_.emplace(slot.place, Slot(shelf, slot));
        }
    }
    if (!slots_.empty()) {
        inventory_.watch_shelves(*this);
    }
}

void ShelfService::start() {
    const MonoTime now = clock_.mono_now();
    for (auto& [place, slot] : slots_) {
        const std::string row = ledger_.state_row(kSlotRows, place.str());
        const auto memory = decode_slot_memory(row);
        if (!memory) {
            continue;  // Never weighed: the first weight says what stands there.
        }
        slot.ever_weighed = true;
        if (memory->baseline_mg) {
            slot.watch.set_baseline({*memory->baseline_mg});
            slot.stored_mg = memory->baseline_mg;
        }
        for (const OpenShelfChange& open : memory->open) {
            slot.watch.add_change({open, now + slot.limit});
        }
    }
    if (!slots_.empty()) {
        look_at_deadlines();
    }
}

void ShelfService::save(const PlaceId& place, Slot& slot) {
    SlotMemory memory;
    if (const auto baseline = slot.watch.baseline()) {
        memory.baseline_mg = baseline->mg;
    }
    for (const SlotWatch::Change& change : slot.watch.changes()) {
        memory.open.push_back(change.what);
    }
    slot.stored_mg = memory.baseline_mg;
    slot.ever_weighed = true;
    ledger_.write_state(kSlotRows, place.str(), encode(memory));
}

std::vector<UnitWeight> ShelfService::candidates(const PlaceId& place) const {
    std::vector<UnitWeight> found;
    for (const std::string& sku : slots_.at(place).watch.layout().skus) {
        const ItemRecord* record = ledger_.registers().sku(sku);
        if (record != nullptr && record->unit_mg > 0) {
            found.push_back({sku, {record->unit_mg}, {record->unit_sigma_mg}});
        }
    }
    return found;
}

void ShelfService::on_reading(const PlaceId& place, const ShelfReading& reading) {
    const auto found = slots_.find(place);
    TALLY_CHECK(found != slots_.end(), "a driver reads only slots of its edge");
    Slot& slot = found->second;
    ++slot.health.readings;
    if (reading.quality == ReadingQuality::blind) {
        slot.health.blind = reading;  // Told once: a full ledger hears of it from the deadlines.
    } else {
        slot.health.last = reading;
        slot.health.blind.reset();
    }
    if (ledger_.full()) {
        return;
    }
    if (slot.health.blind) {
        take_blind(place, reading);
        return;
    }
    inventory_.on_sighted(DeviceId(place.str()), 0);
    if (reading.quality == ReadingQuality::stable && !slot.commanded) {
        take_stable(place, slot, reading);
    }
}

void ShelfService::take_blind(const PlaceId& place, const ShelfReading& reading) {
    const Duration ago = clock_.mono_now() - reading.at;
    BlindData blind;
    blind.device = place.str();
    blind.cause = std::string(to_string(reading.fault));
    blind.since_t_ms =
        clock_.wall_now().ms() - std::chrono::duration_cast<std::chrono::milliseconds>(ago).count();
    blind.text = reading.text;
    inventory_.on_blind(blind);
}

void ShelfService::take_stable(const PlaceId& place, Slot& slot, const ShelfReading& reading) {
    SlotWatch& watch = slot.watch;
    const std::string doubt = watch.odd_anomaly();
    if (!doubt.empty() && !ledger_.registers().anomalies().contains(doubt)) {
        watch.accept_odd();
        save(place, slot);
    }
    const std::vector<UnitWeight> units = candidates(place);
    if (!slot.ever_weighed && units.empty()) {
        return;  // The item master does not say yet what may stand here.
    }
    const WeightVerdict verdict = watch.weigh(reading.weight, reading.at, units);
    slot.health.is_odd = watch.is_odd();
    ledger_.together([&] {
        switch (verdict.kind) {
            case WeightVerdict::Kind::same:
                break;
            case WeightVerdict::Kind::adopted:
                if (!slot.ever_weighed) {
                    first_weighing(place, slot, reading.weight);
                }
                save(place, slot);
                break;
            case WeightVerdict::Kind::units:
                book(place, slot, verdict, reading.weight);
                save(place, slot);
                break;
            case WeightVerdict::Kind::odd_waits:
                break;
            case WeightVerdict::Kind::odd:
                watch.set_odd_anomaly(
                    inventory_.doubt_shelf(AnomalyKind::count_differs, place,
                                           "slot " + place.str() + ": " + verdict.why_not, {}));
                break;
        }
        if (!watch.is_odd() && !watch.odd_anomaly().empty()) {
            inventory_.settle_shelf(watch.odd_anomaly(), "the weight can be explained again");
            watch.set_odd_anomaly({});
        }
        const auto baseline = watch.baseline();
        if (baseline && slot.stored_mg &&
            distance(*baseline, {*slot.stored_mg}) > watch.layout().division) {
            save(place, slot);
        }
    });
}

/// What a slot carries when it is weighed for the first time ever is compared with the book; goods
/// tracked by count that the book does not have there are found there.
void ShelfService::first_weighing(const PlaceId& place, Slot& slot, Weight weight) {
    const Weight division = slot.watch.layout().division;
    std::int64_t in_book = 0;
    for (const PositionView& row : ledger_.book().positions()) {
        in_book += row.place == place.str() ? row.quantity.milli / 1000 : 0;
    }
    if (distance(weight, {}) <= division && in_book == 0) {
        return;
    }
    const ChangeExplained found = explain_change(weight, division, candidates(place));
    const ItemRecord* record =
        found.estimate ? ledger_.registers().sku(found.estimate->sku) : nullptr;
    if (record != nullptr && found.estimate->units == in_book) {
        return;
    }
    if (record != nullptr && in_book == 0 && found.estimate->units > 0 &&
        record->tracking == Tracking::by_count) {
        static_cast<void>(inventory_.book_shelf_count(
            {place, slot.around, found.estimate->sku, found.estimate->units,
             evidence_of(place, {}, weight, found.estimate->tolerance), true}));
        return;
    }
    inventory_.doubt_shelf(AnomalyKind::count_differs, place,
                           "at its first weighing slot " + place.str() + " carries " +
                               std::to_string(weight.mg / 1000) + " g, where the book has " +
                               std::to_string(in_book) + " units",
                           {});
}

void ShelfService::book(const PlaceId& place, Slot& slot, const WeightVerdict& verdict,
                        Weight weight) {
    const CountEstimate& estimate = *verdict.estimate;
    const ShelfChange change{place, slot.around, estimate.sku, estimate.units,
                             evidence_of(place, verdict.before, weight, estimate.tolerance)};
    const ItemRecord* record = ledger_.registers().sku(estimate.sku);
    if (record->tracking == Tracking::by_count) {
        static_cast<void>(inventory_.book_shelf_count(change));
    } else {
        open_change(place, slot, change);
    }
}

/// The weight of a tagged unit moves nothing: either its movement is known already, or it waits for
/// the sighting that says which unit it was.
void ShelfService::open_change(const PlaceId& place, Slot& slot, const ShelfChange& change) {
    const std::int64_t way = change.units < 0 ? -1 : 1;
    const std::int64_t known = slot.watch.match_moves(change.sku, change.units);
    const std::int64_t left = change.units - way * known;
    const ShelfData data{
        place.str(), left == 0 ? "confirmed" : "unidentified", change.sku, change.units, {}};
    const Result<Seq> seq =
        inventory_.note_shelf(data, change.evidence, {"device:" + place.str(), {}});
    if (!seq || left == 0) {
        return;
    }
    const std::string ref = event_ref(ledger_.edge(), ledger_.line().epoch(), *seq);
    slot.watch.add_change({{ref, change.sku, left, {}}, clock_.mono_now() + slot.limit});
    if (left > 0) {
        ShelfChange rest = change;
        rest.units = left;
        bind_arrivals(place, slot, rest, ref);
    }
}

/// As many units came as there are of the SKU in the zone in front: then it is these.
void ShelfService::bind_arrivals(const PlaceId& place, Slot& slot, const ShelfChange& change,
                                 const std::string& cause) {
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
    if (const auto from = slots_.find(event.from); from != slots_.end()) {
        moved(from->second, from->first, event, -1);
    }
    if (const auto to = slots_.find(event.to); to != slots_.end()) {
        moved(to->second, to->first, event, 1);
    }
}

void ShelfService::moved(Slot& slot, const PlaceId& place, const Event& event, std::int64_t units) {
    const SlotWatch::Matched matched = slot.watch.match_change(event.sku.str(), units);
    if (!matched.found) {
        slot.watch.add_move(
            {event.item.str(), event.sku.str(), units, clock_.mono_now() + slot.limit});
        return;
    }
    save(place, slot);
    if (!matched.anomaly.empty()) {
        inventory_.settle_shelf(matched.anomaly, "it was unit " + event.item.str());
    }
}

void ShelfService::look_at_deadlines() {
    if (!ledger_.full()) {
        const MonoTime now = clock_.mono_now();
        for (auto& [place, slot] : slots_) {
            overdue(place, slot, now);
        }
    }
    deadline_timer_.arm(kLookEvery, [this] { look_at_deadlines(); });
}

void ShelfService::overdue(const PlaceId& place, Slot& slot, MonoTime now) {
    bool changed = false;
    for (SlotWatch::Change& change : slot.watch.changes()) {
        if (!change.what.anomaly.empty() || now < change.deadline) {
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
    std::erase_if(slot.watch.changes(), [&](const SlotWatch::Change& change) {
        const bool resolved = !change.what.anomaly.empty() &&
                              !ledger_.registers().anomalies().contains(change.what.anomaly);
        changed = changed || resolved;
        return resolved;
    });
    if (changed) {
        save(place, slot);
    }
    if (slot.health.blind) {
        take_blind(place, ShelfReading(*slot.health.blind));  // Ignored where the span is open.
    }
    if (slot.health.blind || !slot.health.last) {
        return;  // It could not tell: what moved meanwhile shows when it sees again.
    }
    std::erase_if(slot.watch.moves(), [&](const SlotWatch::Move& move) {
        const bool late = now >= move.deadline;
        const ItemRecord* record = ledger_.registers().sku(move.sku);
        if (late && record != nullptr && record->unit_mg > slot.watch.layout().division.mg) {
            inventory_.doubt_shelf(AnomalyKind::count_differs, place,
                                   "unit " + move.item + " was booked " +
                                       (move.units < 0 ? "out of slot " : "into slot ") +
                                       place.str() +
                                       ", but the weight there does not move; the instrument may "
                                       "be stuck, or the unit is another",
                                   {});
        }
        return late;
    });
}

Result<Seq> ShelfService::command(const PlaceId& place, ShelfCommand what, const Actor& actor) {
    const auto found = slots_.find(place);
    if (found == slots_.end()) {
        return fail(ErrorKind::conflict,
                    "this edge has no slot " + place.str() + "; `tally shelf ls` lists them");
    }
    Slot& slot = found->second;
    if (slot.commanded || !command_) {
        return fail(ErrorKind::refused, "another command for slot " + place.str() +
                                            " is under way; wait for it and ask again");
    }
    // Afterwards the weight begins anew: what it cannot tell now would never be told.
    if (slot.health.blind || !slot.health.last ||
        slot.health.last->quality != ReadingQuality::stable || slot.watch.is_odd()) {
        return fail(ErrorKind::refused, "slot " + place.str() +
                                            " cannot tell its weight just now; mend it, or wait "
                                            "until it stands still, and ask again");
    }
    slot.commanded = true;
    const Weight shown = slot.health.last->weight;
    const Result<Seq> seq = inventory_.note_shelf(
        {place.str(), std::string(to_string(what)) + "_asked", {}, 0, {}},
        evidence_of(place, shown, shown, {}), actor, [this, place, what, actor] {
            command_(place, what, [this, place, what, actor](const Result<void>& outcome) {
                commanded(place, what, actor, outcome);
            });
        });
    slot.commanded = seq.has_value();
    return seq;
}

void ShelfService::commanded(const PlaceId& place, ShelfCommand what, const Actor& actor,
                             const Result<void>& outcome) {
    Slot& slot = slots_.at(place);
    slot.commanded = false;
    ShelfData data{place.str(),
                   std::string(to_string(what)) + (outcome ? "_done" : "_failed"),
                   {},
                   0,
                   outcome ? std::string() : outcome.error().text};
    ledger_.together([&] {
        static_cast<void>(inventory_.note_shelf(data, evidence_of(place, {}, {}, {}), actor));
        const bool perhaps_done = outcome || outcome.error().kind == ErrorKind::timeout ||
                                  outcome.error().kind == ErrorKind::malformed;
        if (perhaps_done) {
            slot.watch.adopt_next();
            save(place, slot);
        }
    });
}

const SlotHealth* ShelfService::health(const PlaceId& place) const {
    const auto found = slots_.find(place);
    return found == slots_.end() ? nullptr : &found->second.health;
}

std::vector<PlaceId> ShelfService::slots() const {
    std::vector<PlaceId> places;
    for (const auto& [place, slot] : slots_) {
        places.push_back(place);
    }
    return places;
}

const SlotLayout& ShelfService::layout(const PlaceId& place) const {
    return slots_.at(place).watch.layout();
}

std::size_t ShelfService::open_changes(const PlaceId& place) const {
    return slots_.at(place).watch.changes().size();
}

}  // namespace tally
