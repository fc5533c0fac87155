#include "firmware/services/fleet/doors.hpp"

#include <algorithm>
#include <utility>

namespace tally {

Doors::Doors(const std::vector<DoorSetup>& setups, Clock& clock, Scheduler& scheduler,
             Events& events)
    : clock_(clock), events_(events) {
    for (const DoorSetup& setup : setups) {
        doors_.push_back(std::make_unique<Door>(setup, scheduler));
    }
}

Doors::Door* Doors::at(const PlaceId& place) const {
    const auto found = std::find_if(doors_.begin(), doors_.end(),
                                    [&](const auto& door) { return door->setup.place == place; });
    return found == doors_.end() ? nullptr : found->get();
}

void Doors::ask_open(const PlaceId& place) {
    if (Door* const door = at(place)) {
        door->asked_at = door->is_asked ? door->asked_at : clock_.mono_now();
        door->is_asked = true;
        door->closing.cancel();
        move_(door->setup.id, BarrierOrder::open);
    }
}

void Doors::let_go(const PlaceId& place) {
    if (Door* const door = at(place)) {
        door->is_asked = false;
        door->closing.arm(door->setup.close_after,
                          [this, door] { move_(door->setup.id, BarrierOrder::closed); });
    }
}

bool Doors::is_fresh(const Door& door) const {
    return door.read && clock_.mono_now() - door.read->at <= door.setup.fresh_for;
}

bool Doors::is_open(const Door& door) const {
    return door.is_asked && is_fresh(door) && door.read->at > door.asked_at &&
           door.read->fault == SignalFault::none && door.read->barrier == BarrierPosition::opened;
}

bool Doors::is_broken(const PlaceId& place) const {
    const Door* const door = at(place);
    if (door == nullptr || !door->read) {
        return false;
    }
    // That it did not close says nothing of whether it opens.
    const bool is_of_asking = door->is_asked && door->read->at > door->asked_at;
    return !is_fresh(*door) ||
           (door->read->fault == SignalFault::disobeys ? is_of_asking
                                                       : door->read->fault != SignalFault::none);
}

bool Doors::is_open(const PlaceId& place) const {
    const Door* const door = at(place);
    return door == nullptr || is_open(*door);
}

std::string Doors::text_of(const Door& door) const {
    if (!door.read) {
        return "not read yet";
    }
    if (door.read->fault != SignalFault::none) {
        return door.read->text;
    }
    if (!is_fresh(door)) {
        return "not read for a while";
    }
    return std::string(to_string(door.read->barrier));
}

std::string Doors::state_text(const PlaceId& place) const {
    const Door* const door = at(place);
    return door == nullptr ? "none there" : text_of(*door);
}

void Doors::on_signal(const DeviceId& id, const SignalReading& reading) {
    for (const auto& door : doors_) {
        if (door->setup.id != id) {
            continue;
        }
        const SignalFault before = door->read ? door->read->fault : SignalFault::none;
        door->read = reading;
        // Of a unit that does not answer its driver tells.
        if (reading.fault == SignalFault::disobeys && before != SignalFault::disobeys) {
            events_.report(Severity::warning, "door " + id.str(),
                           reading.text + "; vehicles wait before it");
        } else if (reading.fault == SignalFault::none && before == SignalFault::disobeys) {
            events_.report(Severity::info, "door " + id.str(), "it does what it is told again");
        }
    }
}

std::vector<DoorRow> Doors::rows() const {
    std::vector<DoorRow> rows;
    for (const auto& door : doors_) {
        rows.push_back({door->setup.id, door->setup.place, door->is_asked, is_open(*door),
                        door->read ? door->read->fault : SignalFault::none, text_of(*door)});
    }
    return rows;
}

}  // namespace tally
