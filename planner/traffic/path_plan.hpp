// What one-shot traffic planning is asked and what it answers: every vehicle from its cell to its
// goal, in steps of equal length.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/traffic/traffic_map.hpp"

namespace tally::planner {

/// A ring is three or more vehicles that each move into the cell of the next in one step. It never
/// touches, but real vehicles cannot all start at the same moment: plans that an action graph
/// executes must do without.
enum class Rings : std::uint8_t { allowed, forbidden };

struct PathProblem {
    std::vector<Cell> starts;  ///< one a vehicle, all different
    std::vector<Cell> goals;   ///< likewise
    Rings rings = Rings::allowed;
};

struct PathPlan {
    /// By vehicle, the cell after each step: from start (step 0) to goal, where it stays. Ends with
    /// the arrival from which on it stays, so lengths differ.
    std::vector<std::vector<Cell>> paths;
    std::int64_t sum_of_costs = 0;  ///< arrivals, added up
    std::int64_t lower_bound = 0;   ///< shortest ways, added up

    bool operator==(const PathPlan&) const = default;
};

}  // namespace tally::planner
