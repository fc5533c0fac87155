// An independent judge of batchings: plans every tour again with the planner of aisle tours.
#pragma once

#include <string>
#include <vector>

#include "planner/batch/batching.hpp"

namespace tally::planner {

/// Everything wrong with a batching; empty means valid. Valid is: every order in exactly one batch,
/// no batch empty or above the capacity, every length that of the optimal tour, the total their
/// sum, and the lower bound not above it. An empty answer is never valid.
std::vector<std::string> check_batching(const BatchingProblem& problem, const Batching& batching);
/// The same on any floor, whose tours `length` knows; of the problem only weights and capacity
/// count. Give it another one than the search had.
std::vector<std::string> check_batching(const BatchingProblem& problem, const Batching& batching,
                                        BatchLength& length);

}  // namespace tally::planner
