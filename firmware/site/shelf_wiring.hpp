// The shelves of an edge: buses, drivers and the service that they feed.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "drivers/registry.hpp"
#include "firmware/messages/config/box_files.hpp"
#include "firmware/services/shelf/shelf_service.hpp"

namespace tally {

/// Makes the bus of a config: libmodbus on a box, streams in virtual time.
using OpenBus = std::function<std::unique_ptr<RegisterBus>(const ShelfBusConfig&)>;

/// Single-threaded, on the loop.
class ShelfWiring {
 public:
    /// A bus with its driver; the driver goes first.
    struct Unit {
        std::string id;
        std::string address;
        std::unique_ptr<RegisterBus> bus;
        std::unique_ptr<ShelfDriver> driver;
    };

    /// `open_bus` is asked once a bus; it must be there if the config names buses.
    ShelfWiring(const EdgeConfig& config, const OpenBus& open_bus, const DriverPorts& ports,
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
