#include <algorithm>
#include <limits>
#include <utility>

#include "firmware/services/plan/floor_stops.hpp"
#include "firmware/services/plan/plan_solver.hpp"
#include "planner/batch/batching.hpp"
#include "planner/check/batching_check.hpp"

namespace tally {

namespace {

class BatchSolver final : public PlanSolver {
 public:
    BatchSolver(OrderFile file, planner::BatchingProblem problem, planner::BatchSearch search)
        : file_(std::move(file)), problem_(std::move(problem)), search_(std::move(search)) {}

    bool step(std::int64_t work) override { return search_.step(work); }

    Result<PlanFound> found() override {
        const planner::Batching best = search_.best();
        TALLY_TRY(judged(check_batching(problem_, best)));
        PlanFound found;
        PlanAnswer& answer = found.answer;
        answer.columns = {"batch", "orders", "weight", "length_mm"};
        answer.numbers = {"batch", "weight", "length_mm"};
        for (std::size_t i = 0; i < best.batches.size(); ++i) {
            std::string orders;
            std::int64_t weight = 0;
            for (const std::uint32_t order : best.batches[i].orders) {
                orders += (orders.empty() ? "" : " ") + file_.orders[order].id;
                weight += problem_.orders[order].weight;
            }
            answer.rows.push_back({std::to_string(i + 1), orders, std::to_string(weight),
                                   std::to_string(best.batches[i].length_mm)});
        }
        answer.total = static_cast<double>(best.total_mm);
        answer.lower_bound = static_cast<double>(best.lower_bound_mm);
        answer.method = "mm, annealing over optimal tours";
        return found;
    }

 private:
    OrderFile file_;
    planner::BatchingProblem problem_;
    planner::BatchSearch search_;
};

Result<planner::BatchingProblem> problem_of(const PlanQuestion& question, const FloorFile& floor,
                                            const OrderFile& file) {
    if (!floor.aisles) {
        return fail(ErrorKind::unsupported, "batches are planned on aisle floors only");
    }
    if (question.from.empty()) {
        return fail(ErrorKind::malformed, "name the place where tours begin: --from PLACE");
    }
    const FloorStops stops(floor.layout);
    planner::BatchingProblem problem;
    problem.floor = *floor.aisles;
    TALLY_TRY_ASSIGN(const std::uint32_t depot, stops.find(question.from));
    problem.depot = floor.aisle_stops[depot].at;
    problem.capacity = question.capacity > 0 ? question.capacity : file.capacity;
    if (problem.capacity == 0) {
        return fail(
            ErrorKind::refused,
            "how much a vehicle carries is not said; write --capacity N, in the unit of the "
            "orders' weights");
    }
    for (const OrderFile::Order& order : file.orders) {
        if (order.weight > problem.capacity) {
            return fail(ErrorKind::refused,
                        "order '" + order.id + "' weighs " + std::to_string(order.weight) +
                            " and a vehicle carries " + std::to_string(problem.capacity) +
                            "; split the order or take a larger vehicle");
        }
        planner::BatchOrder& batched = problem.orders.emplace_back();
        batched.weight = order.weight;
        for (const PlaceId& pick : order.picks) {
            TALLY_TRY_ASSIGN(const std::uint32_t stop, stops.find(pick));
            batched.picks.push_back(floor.aisle_stops[stop].at);
        }
    }
    return problem;
}

}  // namespace

MadeSolver batch_solver(const PlanQuestion& question, const FloorFile& floor) {
    TALLY_TRY_ASSIGN(OrderFile file, read_order_file(question.text));
    TALLY_TRY_ASSIGN(planner::BatchingProblem problem, problem_of(question, floor, file));
    planner::BatchSearchOptions options{question.seed, question.work};
    options.savings_tours = question.work;
    TALLY_TRY_ASSIGN(planner::BatchSearch search, planner::BatchSearch::on(problem, options));
    return std::make_unique<BatchSolver>(std::move(file), std::move(problem), std::move(search));
}

}  // namespace tally
