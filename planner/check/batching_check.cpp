#include "planner/check/batching_check.hpp"

#include <algorithm>

#include "planner/check/aisle_tour_check.hpp"

namespace tally::planner {

namespace {

constexpr std::int64_t kNoTour = -1;

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

/// `length_of(batch, load)`: of its tour in mm, or kNoTour.
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
    if (!planner) {
        return {"the floor cannot be planned: " + planner.error().text};
    }
    return check_batching(problem, batching,
                          [&](const AisleTourRequest& request) { return planner->solve(request); });
}

std::vector<std::string> check_batching(const BatchingProblem& problem, const Batching& batching,
                                        const BatchTourOf& tour_of) {
    if (batching.batches.empty()) {
        return {"the answer is empty"};
    }
    std::vector<std::string> problems;
    const std::vector<std::string> others =
        judge(problem, batching, [&](const Batch&, const Load& load) {
            const AisleTourRequest request{load.picks, problem.depot, {}};
            const Result<AisleTour> tour = tour_of(request);
            if (!tour) {
                problems.push_back("a batch has no tour: " + tour.error().text);
                return kNoTour;
            }
            if (!tour->is_optimal()) {
                problems.push_back("the tour of a batch is not proven to be the shortest");
            }
            for (const std::string& wrong : check_aisle_tour(problem.floor, request, *tour)) {
                problems.push_back("in the tour of a batch " + wrong);
            }
            return tour->length_mm;
        });
    problems.insert(problems.end(), others.begin(), others.end());
    return problems;
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
        return are_known && !batch.orders.empty() ? std::int64_t{length.of(batch.orders)} : kNoTour;
    });
}

}  // namespace tally::planner
