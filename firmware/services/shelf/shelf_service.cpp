#include "firmware/services/shelf/shelf_service.hpp"

#include <algorithm>
#include <utility>

#include "firmware/base/check.hpp"

namespace tally {

namespace {

constexpr const char* kSlotRows = "shelf_slot";  // state rows: slot -> SlotMemory

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
        slot.ever_weighed = !memory->never_weighed;
        if (memory->baseline_mg) {
            slot.watch.set_baseline({*memory->baseline_mg});
            slot.stored_mg = memory->baseline_mg;
        }
        if (memory->counted) {
            slot.watch.set_counted(*memory->counted, now);
        }
        if (memory->odd) {
            slot.watch.set_odd(*memory->odd, now);
        }
        for (const OpenShelfChange& open : memory->open) {
            // When counted goods came nobody knows any more: before the box stopped is long ago.
            const bool is_counted = tracking_of(open.sku) == Tracking::by_count;
            slot.watch.changes().push_back(
                {open, is_counted ? now - slot.limit : now + slot.limit});
        }
        for (const WaitingMove& move : memory->moves) {
            slot.watch.moves().push_back({move, now + slot.limit});
        }
        for (const WaitingMove& move : memory->crossed) {
            slot.watch.crossed().push_back({move, now + slot.limit});
        }
        // Whether it was sent, and done, before the box stopped nobody knows.
        slot.asked = memory->asked;
        slot.look_again = now + kLookAgain;
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
    for (const SlotWatch::Move& move : slot.watch.moves()) {
        memory.moves.push_back(move.what);
    }
    for (const SlotWatch::Move& move : slot.watch.crossed()) {
        memory.crossed.push_back(move.what);
    }
    memory.counted = slot.watch.counted();
    memory.odd = slot.watch.odd();
    memory.asked = slot.asked;
    memory.never_weighed = !slot.ever_weighed;
    slot.stored_mg = memory.baseline_mg;
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
        if (slot.health.blind) {  // Only now can it tell of what moved while it was dark.
            const MonoTime later = clock_.mono_now() + slot.limit;
            for (auto* waiting : {&slot.watch.moves(), &slot.watch.crossed()}) {
                for (SlotWatch::Move& move : *waiting) {
                    move.deadline = std::max(move.deadline, later);
                }
            }
        }
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
    if (reading.quality == ReadingQuality::stable && slot.is_answered) {
        ledger_.together([&] { take_stable(place, slot, reading); });
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
    if (slot.asked) {
        read_back(place, slot, reading);
        if (slot.asked) {
            return;  // What this weight means is not known yet.
        }
    }
    SlotWatch& watch = slot.watch;
    const std::string doubt = watch.odd_anomaly();
    if (!doubt.empty() && !is_open(doubt)) {
        watch.accept_odd();
        save(place, slot);
    }
    judge(place, slot, reading);
    slot.health.is_odd = watch.is_odd();
    if (!watch.is_odd() && !watch.odd_anomaly().empty()) {
        inventory_.settle_shelf(watch.odd_anomaly(), "the weight can be explained again");
        watch.set_odd_anomaly({});
        save(place, slot);
    }
    const auto baseline = watch.baseline();
    if (baseline && slot.stored_mg &&
        distance(*baseline, {*slot.stored_mg}) > watch.layout().division) {
        save(place, slot);
    }
}

void ShelfService::judge(const PlaceId& place, Slot& slot, const ShelfReading& reading) {
    SlotWatch& watch = slot.watch;
    const std::vector<UnitWeight> units = candidates(place);
    if (!slot.ever_weighed && units.empty()) {
        return;  // The item master does not say yet what may stand here.
    }
    const WeightVerdict verdict = watch.weigh(reading.weight, reading.at, units);
    switch (verdict.kind) {
        case WeightVerdict::Kind::same:
        case WeightVerdict::Kind::odd_waits:
            break;
        case WeightVerdict::Kind::adopted:
            if (!slot.ever_weighed) {
                first_weighing(place, slot, reading.weight);
                slot.ever_weighed = true;
                watch.moves().clear();  // The book that it was compared with has them.
                watch.crossed().clear();
            }
            save(place, slot);
            break;
        case WeightVerdict::Kind::units:
            book(place, slot, verdict, reading.weight);
            save(place, slot);
            break;
        case WeightVerdict::Kind::odd:
            watch.set_odd_anomaly(
                inventory_.doubt_shelf(AnomalyKind::count_differs, place,
                                       "slot " + place.str() + ": " + verdict.why_not, {}));
            save(place, slot);
            break;
    }
}

void ShelfService::book(const PlaceId& place, Slot& slot, const WeightVerdict& verdict,
                        Weight weight) {
    for (const CountEstimate& estimate : verdict.estimates) {
        ShelfChange change{place, slot.around, estimate.sku, estimate.units,
                           evidence_of(place, verdict.before, weight, estimate.tolerance)};
        if (tracking_of(estimate.sku) == Tracking::by_count) {
            book_counted(place, slot, std::move(change));
        } else {
            open_change(place, slot, std::move(change));
        }
    }
    if (verdict.is_unsure) {
        inventory_.doubt_shelf(AnomalyKind::count_differs, place,
                               "what slot " + place.str() +
                                   " has counted lately does not weigh what its weight changed "
                                   "by; count the slot",
                               {});
    }
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
