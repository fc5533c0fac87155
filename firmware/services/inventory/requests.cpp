// Inventory: what people and the bridge ask for.
#include <optional>
#include <utility>

#include "firmware/domain/place.hpp"
#include "firmware/services/inventory/inventory.hpp"

namespace tally {

Result<void> Inventory::not_booked_yet(const HandOverNotice& notice) const {
    if (ledger_.registers().is_paired(notice.ref)) {
        return fail(ErrorKind::conflict, "this half of hand-over " + notice.ref +
                                             " is in the ledger already; nothing is to be done");
    }
    return {};
}

/// True while it is not explained how the unit came to where it was seen.
bool Inventory::is_unexplained(const std::string& item) const {
    const auto& open = ledger_.registers().anomalies();
    for (const std::string& id : ledger_.registers().anomalies_of(item)) {
        if (anomaly_kind_from(open.at(id).what.kind) == AnomalyKind::unknown_item) {
            return true;
        }
    }
    return false;
}

Result<Seq> Inventory::expect(const HandOverNotice& notice, const Actor& actor, Written written) {
    TALLY_TRY(not_booked_yet(notice));
    const auto unit = known(notice.item);
    const bool is_here = unit && unit->place && !is_virtual(*unit->place);
    const bool open_question = is_unexplained(notice.item);
    HandOverData data;
    data.edge = notice.edge;
    Event event;
    event.type = EventType::received;
    event.by = actor.by;
    event.cause = notice.ref;
    event.sku = SkuId(notice.sku);
    event.lot = LotId(notice.lot);
    event.custody = notice.custody;
    event.quality = notice.quality;
    event.qty = Quantity::of_units(1);
    event.from = PlaceId(kInTransit);
    const bool was_ahead = is_here || (unit && unit->place && open_question);
    if (was_ahead) {
        // It was seen here before the news came, and booked out of UNEXPLAINED: the news pays that
        // debt back and does not move the unit again.
        event.to = PlaceId(kUnexplained);
        data.item = notice.item;
    } else {
        if (site_.owner_of(PlaceId(notice.place)) != ledger_.edge()) {
            return fail(ErrorKind::refused, "place " + notice.place + " does not belong to edge " +
                                                ledger_.edge().str() +
                                                "; compare the site files of bridge and edge");
        }
        event.item = ItemId(notice.item);
        event.parent = notice.parent;
        event.to = PlaceId(notice.place);
    }
    event.data = encode(data);
    const Result<Seq> seq = write(std::move(event), std::move(written));
    if (seq && was_ahead) {
        settle(notice.item, "explained by hand-over " + notice.ref);
    }
    return seq;
}

Result<Seq> Inventory::release(const HandOverNotice& notice, const Actor& actor, Written written) {
    TALLY_TRY(not_booked_yet(notice));
    const auto unit = known(notice.item);
    const bool is_here = unit && unit->place && !is_virtual(*unit->place);
    HandOverData data;
    data.edge = notice.edge;
    data.place = notice.place;
    Event event;
    event.type = EventType::handed_over;
    event.by = actor.by;
    event.cause = notice.ref;
    event.qty = Quantity::of_units(1);
    event.to = PlaceId(kInTransit);
    event.sku = SkuId(is_here ? unit->sku : notice.sku);
    event.lot = LotId(is_here ? unit->lot : notice.lot);
    event.custody = is_here ? unit->custody : notice.custody;
    event.quality = is_here ? unit->quality : notice.quality;
    event.parent = is_here ? unit->parent : std::string();
    if (is_here) {
        event.item = ItemId(notice.item);
        event.from = *unit->place;
    } else {
        event.from = PlaceId(kUnexplained);
        data.item = notice.item;
    }
    event.data = encode(data);
    const Result<Seq> seq = write(std::move(event), std::move(written));
    if (seq && !is_here) {
        AnomalyData about;
        about.text = "edge " + notice.edge + " saw the unit come from here, but the book of " +
                     ledger_.edge().str() + " did not have it";
        raise(AnomalyKind::unknown_item, notice.item, about,
              event_ref(ledger_.edge(), ledger_.line().epoch(), *seq));
    }
    return seq;
}

Result<Inventory::ImportOutcome> Inventory::import_master(const std::vector<MasterRecord>& records,
                                                          const Actor& actor, Written written) {
    MasterImport import;
    for (const MasterRecord& record : records) {
        import.rows.push_back({record, 0, 0});
    }
    return import_master(import, actor, std::move(written));
}

/// What stands in the house as a number has no items that could be tracked, and the other way.
Result<void> Inventory::may_track(const ItemRecord& item) const {
    const ItemRecord* standing = ledger_.registers().sku(item.sku);
    if (standing == nullptr || standing->tracking == item.tracking) {
        return {};
    }
    for (const PositionView& row : ledger_.book().positions()) {
        const PlaceId place{std::string(row.place)};
        if (row.sku == item.sku && row.quantity.milli != 0 && !is_virtual(place)) {
            return fail(ErrorKind::conflict,
                        "SKU " + item.sku + " is tracked " +
                            (item.tracking == Tracking::by_item ? "by count" : "by item") +
                            " and stands at " + place.str() +
                            "; its tracking changes only while none is in the house: write it off "
                            "there and book it anew, or give the goods a SKU of their own");
        }
    }
    return {};
}

Result<Registers::MasterEffect> Inventory::judge(const Registers& trial,
                                                 const MasterRow& row) const {
    if (const auto* plan = std::get_if<PlanRecord>(&row.record)) {
        if (!site_.has_place(PlaceId(plan->place))) {
            return fail(ErrorKind::conflict,
                        "place " + plan->place + " is not in site.toml; write one of its places");
        }
    }
    if (const auto* item = std::get_if<ItemRecord>(&row.record)) {
        TALLY_TRY(may_track(*item));
    }
    TALLY_TRY_ASSIGN(const Registers::MasterEffect effect, trial.judge(row.record));
    TALLY_TRY(trial.check_version(row));
    return effect;
}

Result<Inventory::ImportOutcome> Inventory::import_master(const MasterImport& import,
                                                          const Actor& actor, Written written) {
    ImportOutcome outcome;
    std::vector<const MasterRecord*> changes;
    const Registers& standing = ledger_.registers();
    std::optional<Registers> trial;  // One record is tried on what stands: nothing to copy.
    if (import.rows.size() > 1) {
        trial = standing;
    }
    for (const MasterRow& row : import.rows) {
        const auto effect = judge(trial ? *trial : standing, row);
        if (!effect && row.line > 0) {
            return fail(file_line(import.file, row.line), effect.error());
        }
        TALLY_TRY(effect);
        if (*effect == Registers::MasterEffect::none) {
            ++outcome.unchanged;
            continue;
        }
        ++outcome.changed;
        changes.push_back(&row.record);
        if (trial) {
            trial->put(row.record);
        }
    }
    Result<void> all;
    ledger_.together([&] {
        all = write_master(changes, actor);
        if (written) {
            ledger_.after_commit(std::move(written));
        }
    });
    TALLY_TRY(all);
    return outcome;
}

Result<void> Inventory::write_master(const std::vector<const MasterRecord*>& records,
                                     const Actor& actor) {
    for (const MasterRecord* record : records) {
        Event event;
        const auto* binding = std::get_if<BindingRecord>(record);
        event.type = binding != nullptr ? EventType::bound : EventType::master_changed;
        event.item = ItemId(binding != nullptr ? binding->item : std::string());
        event.by = actor.by;
        event.cause = actor.cause;
        event.data = encode(*record);
        const auto* item = std::get_if<ItemRecord>(record);
        const ItemRecord* before = item == nullptr ? nullptr : ledger_.registers().sku(item->sku);
        const bool reweighed = before != nullptr && before->unit_mg != item->unit_mg;
        TALLY_TRY(write(std::move(event)));
        if (reweighed && shelf_watch_ != nullptr) {
            shelf_watch_->on_unit_weight(item->sku);
        }
    }
    return {};
}

Result<Seq> Inventory::resolve_anomaly(const std::string& id, const std::string& how,
                                       const Actor& actor, Written written) {
    const auto& open = ledger_.registers().anomalies();
    const auto found = open.find(id);
    if (found == open.end()) {
        return fail(ErrorKind::conflict,
                    "there is no open anomaly " + id + "; `tally anomaly ls` lists the open ones");
    }
    Event event;
    event.type = EventType::anomaly_resolved;
    event.item = ItemId(found->second.item);
    event.by = actor.by;
    event.cause = actor.cause;
    event.data = encode(ResolutionData{id, how});
    return write(std::move(event), std::move(written));
}

Result<Seq> Inventory::unpack(const std::string& item, const Actor& actor, Written written) {
    const auto held = ledger_.book().item(item);
    const bool is_pallet = ledger_.registers().pallet(item) != nullptr;
    if (!is_pallet && (!held || held->parent.empty())) {
        return fail(ErrorKind::conflict, item +
                                             " is neither a pallet that is expected or here "
                                             "nor a unit on one; `tally item trace " +
                                             item + "` shows what is known of it");
    }
    Event event;
    event.type = EventType::unpacked;
    event.item = ItemId(item);
    event.by = actor.by;
    event.cause = actor.cause;
    return write(std::move(event), std::move(written));
}

Result<Seq> Inventory::correct(const std::string& item, const PlaceId& to,
                               const std::string& reason, const Actor& actor, Written written) {
    const auto unit = known(item);
    if (!unit) {
        return fail(ErrorKind::conflict, "the SKU of unit " + item +
                                             " is not known; import its "
                                             "item record or bind it first");
    }
    if (!is_virtual(to) && site_.owner_of(to) != ledger_.edge()) {
        return fail(ErrorKind::refused, "place " + to.str() + " does not belong to edge " +
                                            ledger_.edge().str() + "; ask the edge that owns it");
    }
    const bool is_here = unit->place && !is_virtual(*unit->place);
    if (is_here && is_virtual(to)) {
        return fail(ErrorKind::refused,
                    "that would take unit " + item +
                        " out of the house, which takes two people; propose it: "
                        "tally count writeoff --place " +
                        unit->place->str() + " --item " + item +
                        " --reason WORD, and a second manager approves it; then it is in LOST, "
                        "and one person may say where it went");
    }
    const PlaceId from = unit->place.value_or(PlaceId(kFound));
    if (from == to) {
        return fail(ErrorKind::conflict, "unit " + item + " is at " + to.str() + " already");
    }
    Event event;
    event.type = EventType::corrected;
    event.item = ItemId(item);
    event.parent = unit->parent;
    event.by = actor.by;
    event.cause = actor.cause;
    event.sku = SkuId(unit->sku);
    event.lot = LotId(unit->lot);
    event.custody = unit->custody;
    event.quality = unit->quality;
    event.qty = Quantity::of_units(1);
    event.from = from;
    event.to = to;
    event.data = encode(CorrectionData{reason});
    const Result<Seq> seq = write(std::move(event), std::move(written));
    if (seq) {
        settle(item, "corrected by " + actor.by);
    }
    return seq;
}

}  // namespace tally
