// Reads of a reader that a vehicle carries past places: evidence of where a unit is, and no more.
// UHF reaches some slots far, so a read never books; it agrees with the book or raises a doubt.
#include "firmware/services/inventory/inventory.hpp"

namespace tally {

bool Inventory::on_place_read(const PlaceRead& read) {
    const std::string item = read.epc.str();
    const Registers& registers = ledger_.registers();
    const RetiredTag* const retired = registers.tags().retired(item);
    const bool is_label = registers.pallet(item) != nullptr || registers.was_unpacked(item);
    const std::optional<Known> unit = known(item);
    const bool is_bound = retired != nullptr || is_label || unit.has_value();
    if (ownership_.classify(read.epc, is_bound ? Binding::bound : Binding::unbound) ==
        Ownership::foreign) {
        return false;
    }
    Event event;
    event.type = EventType::sighted;
    event.item = ItemId(item);
    event.by = "device:" + read.evidence.device;
    event.cause = read.mission;
    event.evidence = encode(read.evidence);
    const Result<Seq> seq = write(std::move(event));
    if (!seq) {
        return false;
    }
    AnomalyData about;
    about.device = read.evidence.device;
    about.text = "place " + read.place.str();
    if (retired != nullptr) {
        raise_retired(item, *retired, about, *seq);
        return false;
    }
    if (is_label || (unit && moves_by_count(*unit))) {
        return false;  // A read supports what counts and scans tell of these (design 5).
    }
    if (unit && unit->place && (*unit->place == read.place || read.beside.contains(*unit->place))) {
        settle(item, "read by " + read.evidence.device + " where the book has it");
        return true;
    }
    if (!registers.anomalies_of(item).empty()) {
        return false;
    }
    const std::string cause = event_ref(ledger_.edge(), ledger_.line().epoch(), *seq);
    if (!unit) {
        about.text =
            "a tag numbered as ours was read at " + about.text + ", but nobody commissioned it";
        raise(AnomalyKind::unknown_tag, item, about, cause);
        return false;
    }
    about.place = unit->place ? unit->place->str() : read.place.str();
    about.text = "unit " + item + " was read at " + read.place.str() + " by " +
                 read.evidence.device + ", the book has it " +
                 (unit->place ? "at " + unit->place->str() : "nowhere");
    about.next = "Look at " + read.place.str() + " and scan it where it stands: tally scan " +
                 item + " --place " + read.place.str();
    raise(unit->place ? AnomalyKind::missed_passage : AnomalyKind::unknown_item, item, about,
          cause);
    return false;
}

}  // namespace tally
