// What a site sees of this folder.
#include "drivers/driver.hpp"

#include <utility>

#include "drivers/vda5050/vehicle_line.hpp"

namespace tally {

MakeDriver<DriverClass::vehicle> make_vda5050_vehicle;

Result<std::unique_ptr<VehicleDriver>> make_vda5050_vehicle(const VehicleLineSpec& spec,
                                                            MessageBus& bus,
                                                            const DriverPorts& ports,
                                                            VehicleFeed& feed) {
    const vda5050::LinePorts seams{bus, ports.scheduler, ports.clock, ports.entropy, ports.events};
    auto line = std::make_unique<vda5050::VehicleLine>(spec.client_id, seams, feed);
    for (const VehicleSpec& vehicle : spec.vehicles) {
        const auto version =
            vehicle.version == "2.1" ? vda5050::Version::v2_1 : vda5050::Version::v2_0;
        TALLY_TRY(line->add(
            {vehicle.id, {spec.interface, vehicle.maker, vehicle.serial}, version, vehicle.needs}));
    }
    return std::unique_ptr<VehicleDriver>(std::move(line));
}

}  // namespace tally
