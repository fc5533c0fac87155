#include "planner/assign/dispatch_cost.hpp"

#include <algorithm>
#include <string>

namespace tally::planner {

namespace {

/// False for NaN as well.
bool is_length(double value) {
    return value >= 0;
}

Result<void> check(const CostMatrix& approach_mm, const std::vector<DispatchVehicle>& vehicles,
                   const std::vector<DispatchTour>& tours, const DispatchOptions& options) {
    if (static_cast<std::size_t>(approach_mm.rows()) != vehicles.size() ||
        static_cast<std::size_t>(approach_mm.cols()) != tours.size()) {
        return fail(ErrorKind::malformed,
                    "the ways to the tours need one row a vehicle and one "
                    "column a tour");
    }
    for (std::size_t i = 0; i < vehicles.size(); ++i) {
        if (!is_length(vehicles[i].reach_mm)) {
            return fail(ErrorKind::malformed,
                        "the reach of vehicle " + std::to_string(i) + " is no length");
        }
    }
    for (std::size_t i = 0; i < tours.size(); ++i) {
        if (!is_length(tours[i].length_mm) || !is_length(tours[i].to_charger_mm)) {
            return fail(ErrorKind::malformed,
                        "the length of tour " + std::to_string(i) + " is no length");
        }
    }
    if (!std::all_of(approach_mm.data(), approach_mm.data() + approach_mm.size(), is_length)) {
        return fail(ErrorKind::malformed, "a way to a tour is no length");
    }
    if (!is_length(options.reserve_mm) || !is_length(options.comfort_mm) ||
        !is_length(options.battery_weight) || !is_length(options.stickiness_mm)) {
        return fail(ErrorKind::malformed, "dispatch options are 0 or more");
    }
    return {};
}

}  // namespace

Result<CostMatrix> dispatch_costs(const CostMatrix& approach_mm,
                                  const std::vector<DispatchVehicle>& vehicles,
                                  const std::vector<DispatchTour>& tours,
                                  const DispatchOptions& options) {
    TALLY_TRY(check(approach_mm, vehicles, tours, options));
    CostMatrix cost = approach_mm;
    for (Eigen::Index row = 0; row < cost.rows(); ++row) {
        const DispatchVehicle& vehicle = vehicles[static_cast<std::size_t>(row)];
        for (Eigen::Index column = 0; column < cost.cols(); ++column) {
            const DispatchTour& tour = tours[static_cast<std::size_t>(column)];
            double& pair = cost(row, column);
            const double left_mm = vehicle.reach_mm - pair - tour.length_mm - tour.to_charger_mm;
            if (!(left_mm >= options.reserve_mm)) {
                pair = kForbidden;
                continue;
            }
            pair += options.battery_weight * std::max(0.0, options.comfort_mm - left_mm);
            pair -= vehicle.current == column ? options.stickiness_mm : 0;
        }
    }
    return cost;
}

}  // namespace tally::planner
