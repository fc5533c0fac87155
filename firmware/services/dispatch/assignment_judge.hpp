// No assignment is used before an independent judge has passed it: it recomputes costs and bound
// from the matrix and the duals (planner/check/assignment_check.hpp).
#pragma once

#include "planner/assign/assignment.hpp"

namespace tally {

/// The assignment as it is, if the judge has nothing against it. corrupt: what is wrong with it;
/// what the search itself refused stays refused. Costs as many looks as the matrix has pairs.
Result<planner::Assignment> judged(const planner::CostMatrix& cost,
                                   Result<planner::Assignment> assignment);

}  // namespace tally
