#include "firmware/site/door_wiring.hpp"

#include <algorithm>
#include <map>

namespace tally {

namespace {

constexpr Duration kFreshFor = std::chrono::seconds(3);
constexpr int kLooksFreshFor = 3;  ///< where a door is looked at ever so rarely

std::vector<DoorSetup> setups_of(const EdgeConfig& config) {
    std::vector<DoorSetup> setups;
    for (const DoorConfig& door : config.fleet.doors) {
        setups.push_back({door.id, door.place, door.close_after,
                          std::max<Duration>(kFreshFor, kLooksFreshFor * door.period)});
    }
    return setups;
}

}  // namespace

DoorWiring::DoorWiring(const EdgeConfig& config, Buses& buses, const DriverPorts& ports)
    : service_(setups_of(config), ports.clock, ports.scheduler, ports.events) {
    std::map<DeviceId, SignalDriver*> by_id;
    for (const DoorConfig& door : config.fleet.doors) {
        const SignalSpec spec{door.id,     door.kind,   door.unit,
                              door.wiring, door.period, door.timeout};
        drivers_.push_back(make_signal_driver(spec, buses.at(door.bus), ports, service_));
        by_id[door.id] = drivers_.back().get();
    }
    service_.on_move([drivers = std::move(by_id)](const DeviceId& door, BarrierOrder order) {
        drivers.at(door)->move(order);
    });
}

void DoorWiring::start() {
    for (const auto& driver : drivers_) {
        driver->start();
    }
}

void DoorWiring::stop() {
    for (const auto& driver : drivers_) {
        driver->stop([] {});
    }
}

}  // namespace tally
