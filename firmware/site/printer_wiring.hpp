// The label printers of an edge: drivers and the commissioning that they work for.
#pragma once

#include <memory>
#include <vector>

#include "drivers/registry.hpp"
#include "firmware/messages/config/box_files.hpp"
#include "firmware/services/tags/commissioning.hpp"

namespace tally {

/// Single-threaded, on the loop.
class Printers {
 public:
    /// What it stands on must outlive it. `confirmed` is true if the bridge holds an event.
    Printers(const EdgeConfig& config, const DriverPorts& ports, Inventory& inventory,
             Ledger& ledger, std::function<bool(Seq)> confirmed);

    /// The ledger must have started.
    void start();
    void stop();

    [[nodiscard]] Commissioning& service() { return service_; }

 private:
    struct Unit {
        DeviceId id;
        std::unique_ptr<PrinterDriver> driver;
    };

    Commissioning service_;
    std::vector<Unit> units_;
};

}  // namespace tally
