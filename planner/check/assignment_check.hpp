// An independent judge of assignments: recomputes costs and bound from the matrix and the duals.
#pragma once

#include <string>
#include <vector>

#include "planner/assign/assignment.hpp"

namespace tally::planner {

/// Everything wrong with an assignment; empty means valid. Valid is: no row and no column twice, no
/// forbidden pair, the cost is that of the pairs, every allowed pair costs at least its two duals,
/// free rows or columns have none to pay, and the duals add up to the lower bound. If the answer is
/// also is_optimal(), that is a proof.
std::vector<std::string> check_assignment(const CostMatrix& cost, const Assignment& assignment);

}  // namespace tally::planner
