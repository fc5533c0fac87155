// What faults of vehicles, and the person who walks the floor, act on: the same in a run of
// vehicles alone and on a whole site.
#pragma once

#include <string>

#include "firmware/services/fleet/fleet.hpp"
#include "sim/kernel/network.hpp"
#include "sim/scenarios/fleet/vehicle_yard.hpp"

namespace tally::sim {

class FleetScene {
 public:
    virtual ~FleetScene() = default;

    virtual VehicleYard& yard() = 0;
    virtual Network& network() = 0;
    /// The box that moves the vehicles.
    virtual Node& box() = 0;
    /// Null while the box is down.
    virtual Fleet* running_fleet() = 0;
    virtual void kill_box() = 0;
    virtual void start_box() = 0;

    // What a person orders; only while the box is up.
    virtual void pause(std::size_t car) = 0;
    virtual void resume(std::size_t car) = 0;
    virtual Result<void> release(std::size_t car, const std::string& node) = 0;
    /// That one of the floor's lanes, and all others between its nodes.
    virtual void close_road(std::size_t lane, Duration span) = 0;
    virtual void open_road(std::size_t lane) = 0;
};

}  // namespace tally::sim
