#include "planner/check/batching_check.hpp"

#include <algorithm>

#include "planner/tour/aisle_tour.hpp"

namespace tally::planner {

namespace {

/// Weight and picks of a batch; notes orders that are none or were in a batch before.
struct Load {
    std::int64_t weight = 0;
    std::vector<FloorPoint> picks;
};

Load load_of(const BatchingProblem& problem, const Batch& batch, std::vector<char>& is_taken,
             std::vector<std::string>& problems) {
    Load load;
    for (const std::uint32_t order : batch.orders) {
        if (order >= is_taken.size() || is_taken[order] != 0) {
            problems.push_back("order " + std::to_string(order) +
                               " is in two batches, or it is none");
            continue;
        }
        is_taken[order] = 1;
        load.weight += problem.orders[order].weight;
        const std::vector<FloorPoint>& picks = problem.orders[order].picks;
        load.picks.insert(load.picks.end(), picks.begin(), picks.end());
    }
    return load;
}

/// `length_of(batch, load)`: of its tour in mm; below 0: it has none.
template <typename LengthOf>
std::vector<std::string> judge(const BatchingProblem& problem, const Batching& batching,
                               LengthOf length_of) {
    std::vector<std::string> problems;
    std::vector<char> is_taken(problem.orders.size(), 0);
    std::int64_t total_mm = 0;
    for (const Batch& batch : batching.batches) {
        const Load load = load_of(problem, batch, is_taken, problems);
        if (load.weight < 1 || load.weight > problem.capacity) {
            problems.push_back("a batch weighs " + std::to_string(load.weight) + " of " +
                               std::to_string(problem.capacity));
        }
        if (length_of(batch, load) != batch.length_mm) {
            problems.push_back("the tour of a batch is not " + std::to_string(batch.length_mm) +
                               " mm long");
        }
        total_mm += batch.length_mm;
    }
    for (std::size_t order = 0; order < is_taken.size(); ++order) {
        if (is_taken[order] == 0) {
            problems.push_back("order " + std::to_string(order) + " is in no batch");
        }
    }
    if (total_mm != batching.total_mm || batching.lower_bound_mm > batching.total_mm ||
        batching.lower_bound_mm < 0) {
        problems.push_back("the batches are " + std::to_string(total_mm) +
                           " mm together; the answer says " + std::to_string(batching.total_mm) +
                           ", not less than " + std::to_string(batching.lower_bound_mm));
    }
    return problems;
}

}  // namespace

std::vector<std::string> check_batching(const BatchingProblem& problem, const Batching& batching) {
    Result<AisleTourPlanner> planner = AisleTourPlanner::on(problem.floor);
    if (!planner || batching.batches.empty()) {
        return {"the answer is empty, or the floor cannot be planned"};
    }
    return judge(problem, batching, [&](const Batch&, const Load& load) {
        const auto length = planner->length_mm({load.picks, problem.depot, {}});
        return length ? std::int64_t{*length} : std::int64_t{-1};
    });
}

std::vector<std::string> check_batching(const BatchingProblem& problem, const Batching& batching,
                                        BatchLength& length) {
    if (batching.batches.empty()) {
        return {"the answer is empty"};
    }
    return judge(problem, batching, [&](const Batch& batch, const Load&) {
        const bool are_known =
            std::all_of(batch.orders.begin(), batch.orders.end(),
                        [&](std::uint32_t order) { return order < problem.orders.size(); });
        return are_known && !batch.orders.empty() ? std::int64_t{length.of(batch.orders)}
                                                  : std::int64_t{-1};
    });
}

}  // namespace tally::planner
