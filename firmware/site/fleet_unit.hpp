// The vehicles of a site as one unit: the driver on the site's broker and the fleet that moves
// them, each the other's ear. Single-threaded, on the loop; no thread of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "drivers/vda5050/vehicle_line.hpp"
#include "firmware/services/fleet/fleet.hpp"

namespace tally {

struct FleetUnitOptions {
    std::string client_id = "fleet";  ///< at the broker
    std::vector<vda5050::LineVehicle> vehicles;
    FleetOptions fleet;  ///< its vehicles bear the names of those above
};

class FleetUnit final {
 public:
    /// All ports must outlive it. `ear` hears what the driver tells after the fleet has; null:
    /// nobody. Refuses what Fleet::make and VehicleLine::add refuse.
    static Result<std::unique_ptr<FleetUnit>> make(FleetUnitOptions options,
                                                   const vda5050::LinePorts& ports,
                                                   VehicleFeed* ear = nullptr);
    void start();

    [[nodiscard]] Fleet& fleet() { return *fleet_; }
    [[nodiscard]] const vda5050::VehicleLine& line() const { return *line_; }

 private:
    /// Hands on what the driver tells, for the driver must be made first.
    struct Relay final : VehicleFeed {
        void on_vehicle(const DeviceId& vehicle, const VehicleStatus& status) override;
        void on_order(const DeviceId& vehicle, const OrderStatus& order) override;
        void on_action(const DeviceId& vehicle, const ActionReport& action) override;
        VehicleFeed* to = nullptr;
        VehicleFeed* ear = nullptr;
    };
    FleetUnit() = default;

    Relay relay_;
    std::unique_ptr<vda5050::VehicleLine> line_;
    std::unique_ptr<Fleet> fleet_;
};

}  // namespace tally
