// Hands on what a driver tells, for a driver and its owner each need the other when they are made.
#pragma once

#include "firmware/domain/fleet/vehicle.hpp"

namespace tally {

/// Set `to` before the driver starts; it must outlive the driver.
class VehicleRelay final : public VehicleFeed {
 public:
    void on_vehicle(const DeviceId& vehicle, const VehicleStatus& status) override {
        to->on_vehicle(vehicle, status);
    }
    void on_order(const DeviceId& vehicle, const OrderStatus& order) override {
        to->on_order(vehicle, order);
    }
    void on_action(const DeviceId& vehicle, const ActionReport& action) override {
        to->on_action(vehicle, action);
    }

    VehicleFeed* to = nullptr;
};

}  // namespace tally
