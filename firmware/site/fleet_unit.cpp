#include "firmware/site/fleet_unit.hpp"

#include <utility>

namespace tally {

void FleetUnit::Relay::on_vehicle(const DeviceId& vehicle, const VehicleStatus& status) {
    to->on_vehicle(vehicle, status);
    if (ear != nullptr) {
        ear->on_vehicle(vehicle, status);
    }
}

void FleetUnit::Relay::on_order(const DeviceId& vehicle, const OrderStatus& order) {
    to->on_order(vehicle, order);
    if (ear != nullptr) {
        ear->on_order(vehicle, order);
    }
}

void FleetUnit::Relay::on_action(const DeviceId& vehicle, const ActionReport& action) {
    to->on_action(vehicle, action);
    if (ear != nullptr) {
        ear->on_action(vehicle, action);
    }
}

Result<std::unique_ptr<FleetUnit>> FleetUnit::make(FleetUnitOptions options,
                                                   const vda5050::LinePorts& ports,
                                                   VehicleFeed* ear) {
    std::unique_ptr<FleetUnit> unit(new FleetUnit());
    unit->relay_.ear = ear;
    unit->line_ = std::make_unique<vda5050::VehicleLine>(options.client_id, ports, unit->relay_);
    for (const vda5050::LineVehicle& vehicle : options.vehicles) {
        TALLY_TRY(unit->line_->add(vehicle));
    }
    TALLY_TRY_ASSIGN(unit->fleet_,
                     Fleet::make(std::move(options.fleet),
                                 {*unit->line_, ports.scheduler, ports.clock, ports.events}));
    unit->relay_.to = unit->fleet_.get();
    return unit;
}

void FleetUnit::start() {
    line_->start();
    fleet_->start();
}

}  // namespace tally
