// An independent judge of traffic: it looks at where vehicles are on the floor, not at who booked
// what.
#pragma once

#include <string>
#include <vector>

#include "planner/traffic/path_plan.hpp"

namespace tally::planner {

struct TrafficRules {
    Rings rings = Rings::allowed;
    /// While they move, each on a straight line at even speed, the centres of two vehicles never
    /// come nearer than this; 0: not looked at.
    std::int32_t clearance_mm = 0;
};

/// Everything wrong with vehicles on their ways, at most 20 sentences; empty means valid. Valid is:
/// paths not empty, every step to the same cell or one that the map joins to it, never two vehicles
/// on one cell or on cells near each other, never two that change places, rings and clearance as
/// the rules say. A vehicle stays where its path ends.
std::vector<std::string> check_traffic(const TrafficMap& map,
                                       const std::vector<std::vector<Cell>>& paths,
                                       const TrafficRules& rules);

/// The same for an answer to a problem; also: every path from its start to its goal and no longer
/// than it must be to say so, costs as they say, and not below the bound.
std::vector<std::string> check_path_plan(const TrafficMap& map, const PathProblem& problem,
                                         const PathPlan& plan, std::int32_t clearance_mm);

}  // namespace tally::planner
