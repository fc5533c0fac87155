// No plan is used before an independent judge has passed it (planner/check/path_plan_check.hpp): it
// looks at where vehicles are on the floor, not at who booked what.
#pragma once

#include <vector>

#include "planner/traffic/action_graph.hpp"

namespace tally {

/// Gives a plan (by vehicle its states, by step) to the graph, if neither the judge nor the graph
/// has anything against it. The forecast is what the plan was made on: nobody may be planned into
/// what is held of one that stands. corrupt: what the judge objects to; conflict: what the graph
/// refuses; either way the plan before stays as it was. Work is in proportion to vehicles, steps
/// and cells held.
Result<void> take_judged(planner::ActionGraph& graph, const planner::MotionMap& motion,
                         const std::vector<planner::RollingVehicle>& forecast,
                         const std::vector<std::vector<planner::State>>& paths);

}  // namespace tally
