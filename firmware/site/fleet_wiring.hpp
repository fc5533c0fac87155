// The vehicles of an edge: driver, fleet, dispatcher, the picks they are sent for, and the desk
// where people order something of them.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "drivers/registry.hpp"
#include "firmware/domain/fleet/vehicle_relay.hpp"
#include "firmware/messages/config/box_files.hpp"
#include "firmware/services/fleet/fleet_desk.hpp"
#include "firmware/services/picking/ledger_pick_work.hpp"
#include "firmware/site/door_wiring.hpp"

namespace tally {

/// Single-threaded, on the loop.
class FleetWiring {
 public:
    struct Services {
        Buses& buses;  ///< of doors
        Inventory& inventory;
        Ledger& ledger;
        Tasks& tasks;
        ScanRounds::Sees sees;  ///< a reader that a vehicle carries is proven to see now
    };
    /// What it stands on must outlive it; `bus` is of the vehicles alone. Malformed: addresses that
    /// the protocol cannot carry, a floor or starts that the fleet cannot use.
    static Result<std::unique_ptr<FleetWiring>> make(const EdgeConfig& config, MessageBus& bus,
                                                     const DriverPorts& ports,
                                                     const Services& services);

    /// The ledger must have started.
    void start();
    /// Vehicles end what is released to them and wait.
    void stop();

    /// Of any reader of the box.
    void on_reads(const DeviceId& reader, std::span<const TagRead> reads) {
        rounds_->on_reads(reader, reads);
    }

    [[nodiscard]] FleetDesk& desk() { return *desk_; }
    [[nodiscard]] Fleet& fleet() { return *fleet_; }
    [[nodiscard]] Dispatch& dispatch() { return *dispatch_; }
    [[nodiscard]] Doors& doors() { return doors_->service(); }
    /// To the vehicles' broker.
    [[nodiscard]] bool connected() const { return driver_->connected(); }

 private:
    FleetWiring(Ledger& ledger, const DriverPorts& ports)
        : ledger_(ledger), clock_(ports.clock), events_(ports.events) {}
    void close_roads();
    void take_off_again();

    Ledger& ledger_;
    Clock& clock_;
    Events& events_;
    std::vector<std::string> findings_;  ///< of the config, said at each start

    VehicleRelay relay_;
    std::unique_ptr<VehicleDriver> driver_;
    std::unique_ptr<DoorWiring> doors_;
    std::unique_ptr<Fleet> fleet_;
    std::unique_ptr<Dispatch> dispatch_;
    std::unique_ptr<LedgerPickWork> pick_work_;
    std::unique_ptr<Picking> picking_;
    std::unique_ptr<ScanRounds> rounds_;
    std::unique_ptr<FleetDesk> desk_;
};

}  // namespace tally
