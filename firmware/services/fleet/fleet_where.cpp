// Where vehicles say that they are, against the track they have.
#include <algorithm>
#include <utility>

#include "firmware/services/fleet/fleet.hpp"

namespace tally {

void Fleet::on_vehicle(const DeviceId& vehicle, const VehicleStatus& status) {
    if (const auto index = need(vehicle)) {
        vehicles_[*index].status = status;
        look_where_it_is(*index);
    }
}

/// Of one without an order: while it has one, the driver compares its states with its way.
void Fleet::look_where_it_is(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    const VehicleStatus& said = vehicle.status;
    if (!vehicle.way.empty() || vehicle.released_by_hand || said.heard_at <= vehicle.placed_at ||
        vehicle.phase == FleetPhase::lost || vehicle.phase == FleetPhase::held) {
        return;
    }
    const std::string& place = names_[motion_.cell(graph_->at(index))];
    if (said.busy) {
        hold_astray(index, "it drives order '" + said.order_shown +
                               "', which is not the fleet's; stop it, look where it stands, then "
                               "release it there");
    } else if (!said.last_node.empty() && said.last_node != place) {
        hold_astray(index, "it says that it stands at " + said.last_node + ", and its track is " +
                               place + "; look where it stands, then release it there");
    } else if (!vehicle.has_agreed && (!said.last_node.empty() || vehicle.is_vouched_for)) {
        vehicle.has_agreed = true;
        vehicle.text.clear();
        settle(index);
        if (std::exchange(vehicle.is_stopped, false)) {
            static_cast<void>(ports_.vehicles.act(vehicle.id, "stopPause", {}));
        }
    }
}

/// It may be where others have track, so it is stopped; and nobody gets more meanwhile.
void Fleet::hold_astray(std::uint32_t index, std::string text) {
    Vehicle& vehicle = vehicles_[index];
    vehicle.is_astray = true;
    hold(index, FleetPhase::held, std::move(text));
    if (ports_.vehicles.act(vehicle.id, "startPause", {})) {
        vehicle.is_stopped = true;
    }
}

bool Fleet::is_anybody_astray() const {
    return std::any_of(vehicles_.begin(), vehicles_.end(),
                       [](const Vehicle& vehicle) { return vehicle.is_astray; });
}

}  // namespace tally
