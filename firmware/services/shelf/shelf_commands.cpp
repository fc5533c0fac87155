// ShelfService: tare and zero. Each is asked for, passed on after the commit, and written as done,
// failed or unknown; what is unknown is read back from the weight.
#include <utility>

#include "firmware/services/shelf/shelf_service.hpp"

namespace tally {

namespace {

/// Whether the instrument may have carried it out although no answer says so.
bool is_unknown(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::timeout:
        case ErrorKind::malformed:
        case ErrorKind::offline:
            return true;
        case ErrorKind::refused:
        case ErrorKind::conflict:
        case ErrorKind::exhausted:
        case ErrorKind::corrupt:
        case ErrorKind::unsupported:
            return false;
    }
    return true;
}

}  // namespace

Result<Seq> ShelfService::command(const PlaceId& place, ShelfCommand what, const Actor& actor) {
    const auto found = slots_.find(place);
    if (found == slots_.end()) {
        return fail(ErrorKind::conflict,
                    "this edge has no slot " + place.str() + "; `tally shelf ls` lists them");
    }
    Slot& slot = found->second;
    if (slot.asked || !command_) {
        return fail(ErrorKind::refused, "another command for slot " + place.str() +
                                            " is under way, or it is not known yet what became "
                                            "of it; wait for it and ask again");
    }
    // Afterwards the weight begins anew: what it cannot tell now would never be told.
    if (slot.watch.is_odd() && !slot.watch.odd_anomaly().empty()) {
        return fail(ErrorKind::refused, "slot " + place.str() +
                                            " shows a weight that nobody can explain; look what "
                                            "lies there, and resolve the anomaly before you ask "
                                            "again: tally anomaly resolve " +
                                            slot.watch.odd_anomaly() + " --how TEXT");
    }
    if (slot.health.blind || !slot.health.last ||
        slot.health.last->quality != ReadingQuality::stable || slot.watch.is_odd()) {
        return fail(ErrorKind::refused, "slot " + place.str() +
                                            " cannot tell its weight just now; mend it, or wait "
                                            "until it stands still, and ask again");
    }
    const Weight shown = slot.health.last->weight;
    Result<Seq> seq = Seq();
    ledger_.together([&] {
        seq = inventory_.note_shelf(
            {place.str(), std::string(to_string(what)) + "_asked", {}, 0, {}},
            {place.str(), shown.mg, shown.mg, 0}, actor, [this, place, what, actor] {
                command_(place, what, [this, place, actor](const Result<void>& outcome) {
                    commanded(place, outcome, actor);
                });
            });
        if (seq) {
            slot.asked =
                AskedCommand{std::string(to_string(what)),
                             event_ref(ledger_.edge(), ledger_.line().epoch(), *seq), shown.mg};
            slot.is_answered = false;
            save(place, slot);  // A box that stops now looks at the weight when it is back.
        }
    });
    return seq;
}

void ShelfService::note_command(const PlaceId& place, const Slot& slot, const std::string& how,
                                const std::string& text, const Actor& actor) {
    Actor who = actor;
    who.cause = slot.asked->ref;
    static_cast<void>(
        inventory_.note_shelf({place.str(), slot.asked->what + "_" + how, {}, 0, text},
                              {place.str(), slot.asked->shown_mg, slot.asked->shown_mg, 0}, who));
}

void ShelfService::commanded(const PlaceId& place, const Result<void>& outcome,
                             const Actor& actor) {
    Slot& slot = slots_.at(place);
    slot.is_answered = true;
    ledger_.together([&] {
        if (!outcome && is_unknown(outcome.error().kind)) {
            note_command(place, slot, "unknown",
                         outcome.error().text + "; the weight will tell whether it was done",
                         actor);
            slot.look_again = clock_.mono_now() + kLookAgain;
            return;
        }
        note_command(place, slot, outcome ? "done" : "failed",
                     outcome ? std::string() : outcome.error().text, actor);
        slot.asked.reset();
        if (outcome) {
            slot.watch.adopt_next();
        }
        save(place, slot);
    });
}

/// Both commands bring what is shown to nothing. Where it shows what it did, it is given time: the
/// instrument may have begun only.
void ShelfService::read_back(const PlaceId& place, Slot& slot, const ShelfReading& reading) {
    const Weight division = slot.watch.layout().division;
    const bool is_done = distance(reading.weight, {}) <= division;
    const bool is_as_before = distance(reading.weight, {slot.asked->shown_mg}) <= division;
    if (!is_done && reading.at < slot.look_again) {
        return;
    }
    const Actor rule{"rule:shelf", {}};
    if (is_done) {
        note_command(place, slot, "done", "read back: it shows nothing", rule);
    } else if (is_as_before) {
        note_command(place, slot, "failed", "read back: it shows what it did before", rule);
    } else {
        note_command(place, slot, "unknown",
                     "read back: it shows neither nothing nor what it did before", rule);
        inventory_.doubt_shelf(AnomalyKind::count_differs, place,
                               "nobody can tell whether the " + slot.asked->what + " of slot " +
                                   place.str() +
                                   " was done, nor what moved meanwhile; count the slot",
                               slot.asked->ref);
    }
    slot.asked.reset();
    if (!is_as_before || is_done) {
        slot.watch.adopt_next();
    }
    save(place, slot);
}

}  // namespace tally
