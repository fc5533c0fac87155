// The doors that vehicles come through: drivers and the service that opens and closes them.
#pragma once

#include <memory>
#include <vector>

#include "drivers/registry.hpp"
#include "firmware/messages/config/box_files.hpp"
#include "firmware/services/fleet/doors.hpp"
#include "firmware/site/buses.hpp"

namespace tally {

/// Single-threaded, on the loop.
class DoorWiring {
 public:
    /// What it stands on must outlive it.
    DoorWiring(const EdgeConfig& config, Buses& buses, const DriverPorts& ports);

    void start();
    /// Doors stay as they are: a vehicle may stand in one.
    void stop();

    [[nodiscard]] Doors& service() { return service_; }

 private:
    Doors service_;
    std::vector<std::unique_ptr<SignalDriver>> drivers_;
};

}  // namespace tally
