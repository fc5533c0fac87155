// What a site takes for granted of a vehicle: what its plans are made with and what its missions
// tell it to do. A driver that hears what a vehicle says of its kind holds it against this. Values
// only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/domain/fleet/vehicle.hpp"

namespace tally {

struct VehicleNeeds {
    std::int64_t clearance_mm = 0;          ///< the circle that it turns in, at most; 0: any
    std::int64_t speed_min_mm_s = 0;        ///< it must be able to drive so fast
    std::vector<VehicleAction> at_nodes{};  ///< as missions tell it, without ids
    std::vector<std::string> at_once{};     ///< types of actions outside an order
};

}  // namespace tally
