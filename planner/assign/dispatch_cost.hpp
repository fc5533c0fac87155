// What it costs to give a tour to a vehicle: way, battery and the trouble of changing one's mind.
#pragma once

#include <cstdint>
#include <vector>

#include "firmware/base/result.hpp"
#include "planner/assign/assignment.hpp"

namespace tally::planner {

struct DispatchVehicle {
    double reach_mm = 0;        ///< how far the charge lasts, as the vehicle or its model says
    std::int32_t current = -1;  ///< tour it is on its way to, which may still be changed; or -1
};

struct DispatchTour {
    double length_mm = 0;      ///< from its first stop to its last
    double to_charger_mm = 0;  ///< from its last stop to the nearest charger
};

struct DispatchOptions {
    double reserve_mm = 0;      ///< what must be left on reaching the charger
    double comfort_mm = 0;      ///< below this, what is left costs extra
    double battery_weight = 0;  ///< mm of cost for each mm missing to comfort
    double stickiness_mm = 0;   ///< taking a vehicle's current tour from it must save this much
};

/// Rows vehicles, columns tours: way to the tour, battery, stickiness; kForbidden where the reserve
/// would be touched. `approach_mm` is the way from each vehicle to each tour's first stop, also
/// kForbidden where there is none. Refuses shapes that do not fit, NaN and negative lengths.
Result<CostMatrix> dispatch_costs(const CostMatrix& approach_mm,
                                  const std::vector<DispatchVehicle>& vehicles,
                                  const std::vector<DispatchTour>& tours,
                                  const DispatchOptions& options);

}  // namespace tally::planner
