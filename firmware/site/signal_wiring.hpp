// The signals of an edge's gates: drivers and the service that tells them what to show.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "drivers/registry.hpp"
#include "firmware/messages/config/box_files.hpp"
#include "firmware/services/signal/signal_service.hpp"
#include "firmware/site/buses.hpp"

namespace tally {

/// Single-threaded, on the loop.
class GateSignals {
 public:
    /// What it stands on must outlive it. `sees` is true for a reader that is proven to see.
    GateSignals(const EdgeConfig& config, Buses& buses, const DriverPorts& ports,
                Inventory& inventory, Ledger& ledger, SignalService::Sees sees);

    /// The ledger must have started.
    void start();
    /// The lamps go dark; `done` comes once that was tried.
    void stop(std::function<void()> done);

    [[nodiscard]] SignalService& service() { return service_; }
    /// The driver's line for people; empty if the gate has no signal here.
    [[nodiscard]] std::string status_text(const GateId& gate) const;

 private:
    struct Unit {
        DeviceId id;
        GateId gate;
        std::unique_ptr<SignalDriver> driver;
    };
    [[nodiscard]] SignalDriver& driver(const DeviceId& id);

    SignalService service_;
    std::vector<Unit> units_;
};

}  // namespace tally
