// An independent judge of batchings: has every tour planned again by the planner of aisle tours,
// and believes that planner no length whose walk check_aisle_tour does not measure too.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "planner/batch/batching.hpp"
#include "planner/tour/aisle_tour.hpp"

namespace tally::planner {

/// Everything wrong with a batching; empty means valid. Valid is: every order in exactly one batch,
/// no batch empty or above the capacity, every length that of a walk through all picks of the batch
/// and that of the optimal tour, the total their sum, and the lower bound not above it. An empty
/// answer is never valid.
std::vector<std::string> check_batching(const BatchingProblem& problem, const Batching& batching);

/// Who plans the optimal tour of a batch.
using BatchTourOf = std::function<Result<AisleTour>(const AisleTourRequest&)>;

/// The same with tours planned by another; their walks are checked all the same.
std::vector<std::string> check_batching(const BatchingProblem& problem, const Batching& batching,
                                        const BatchTourOf& tour_of);

/// The same on any floor, whose tours `length` knows; of the problem only weights and capacity
/// count. Give it another one than the search had.
std::vector<std::string> check_batching(const BatchingProblem& problem, const Batching& batching,
                                        BatchLength& length);

}  // namespace tally::planner
