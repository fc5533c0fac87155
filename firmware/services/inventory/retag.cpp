#include "firmware/services/inventory/retag.hpp"

#include <utility>

#include "firmware/domain/place.hpp"
#include "firmware/messages/tag_data.hpp"

namespace tally {

namespace {

Event moved_event(const Inventory::Known& unit, const Actor& actor) {
    Event event;
    event.type = EventType::corrected;
    event.by = actor.by;
    event.cause = actor.cause;
    event.sku = SkuId(unit.sku);
    event.lot = LotId(unit.lot);
    event.custody = unit.custody;
    event.quality = unit.quality;
    event.qty = Quantity::of_units(1);
    return event;
}

}  // namespace

Result<void> check_fresh(const Ledger& ledger, const std::string& item) {
    if (ledger.registers().tags().retired(item) != nullptr) {
        return fail(ErrorKind::conflict, "tag " + item + " was retired; take a fresh one");
    }
    if (ledger.book().item(item) || ledger.registers().binding(item) != nullptr) {
        return fail(ErrorKind::conflict, "tag " + item + " is in use already; take a fresh one");
    }
    return {};
}

Result<Seq> retag(Inventory& inventory, const Ledger& ledger, const Retag& what, const Actor& actor,
                  const std::string& evidence) {
    const auto unit = inventory.known(what.old_item);
    if (!unit) {
        return fail(ErrorKind::conflict, "unit " + what.old_item +
                                             " is not known here, so nobody can say what its new "
                                             "tag would stand for; bind the new tag instead");
    }
    TALLY_TRY(check_fresh(ledger, what.new_item));
    Event bound;
    bound.type = EventType::bound;
    bound.item = ItemId(what.new_item);
    bound.by = actor.by;
    bound.cause = actor.cause;
    bound.evidence = evidence;
    bound.data = encode(MasterRecord(BindingRecord{what.new_item, unit->sku, unit->lot}));
    TALLY_TRY(inventory.write(std::move(bound)));
    if (unit->place) {
        Event out = moved_event(*unit, actor);
        Event in = out;
        out.item = ItemId(what.old_item);
        out.parent = unit->parent;
        out.from = *unit->place;
        out.to = PlaceId(std::string(kUnexplained));
        out.data = encode(CorrectionData{"tagged anew as " + what.new_item, {}});
        in.item = ItemId(what.new_item);
        in.from = PlaceId(std::string(kUnexplained));
        in.to = *unit->place;
        in.data = encode(CorrectionData{"tagged anew, was " + what.old_item, {}});
        TALLY_TRY(inventory.write(std::move(out)));
        TALLY_TRY(inventory.write(std::move(in)));
    }
    TagData gone;
    gone.act = TagAct::retire;
    gone.replaced_by = what.new_item;
    gone.text = what.why;
    Event retired;
    retired.type = EventType::tag_changed;
    retired.item = ItemId(what.old_item);
    retired.by = actor.by;
    retired.cause = actor.cause;
    retired.data = encode(gone);
    return inventory.write(std::move(retired));
}

}  // namespace tally
