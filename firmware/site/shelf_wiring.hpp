// The shelves of an edge: buses, drivers and the service that they feed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "drivers/registry.hpp"
#include "firmware/messages/config/box_files.hpp"
#include "firmware/services/shelf/shelf_service.hpp"
#include "firmware/site/buses.hpp"

namespace tally {

/// Single-threaded, on the loop.
class ShelfWiring {
 public:
    /// A bus with its driver.
    struct Unit {
        std::string id;
        std::string address;
        std::unique_ptr<ShelfDriver> driver;
    };

    /// The buses must outlive it.
    ShelfWiring(const EdgeConfig& config, Buses& buses, const DriverPorts& ports,
                Inventory& inventory, Ledger& ledger);

    /// The ledger must have started.
    void start();
    void stop();

    [[nodiscard]] ShelfService& service() { return service_; }
    [[nodiscard]] const std::vector<Unit>& units() const { return units_; }

 private:
    ShelfService service_;
    std::vector<Unit> units_;
};

}  // namespace tally
