// Batching on the instances of the test data: mean total after 5 ms, 1 s and 10 s an instance.
// Seconds are turned into work by a calibration in the same run, so that the search itself knows no
// clock.
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "planner/check/batching_check.hpp"
#include "tools/bench/batch_bound.hpp"
#include "tools/bench/planner_parts.hpp"
#include "tools/bench/table.hpp"

namespace tally::bench {

namespace {

using planner::Batching;
using planner::BatchingProblem;
using planner::BatchSearch;

/// `id orders capacity`, then an order a line: `n (aisle offset)*`.
std::vector<BatchingProblem> read_problems(const std::string& path) {
    std::ifstream file(path);
    std::vector<BatchingProblem> problems;
    std::string id;
    std::size_t orders = 0;
    for (BatchingProblem problem; file >> id >> orders >> problem.capacity;) {
        problem.floor = {10, 5, {45}, {}, {}, {}, 0};
        problem.orders.assign(orders, {});
        for (planner::BatchOrder& order : problem.orders) {
            file >> order.weight;
            order.picks.resize(static_cast<std::size_t>(order.weight));
            for (FloorPoint& pick : order.picks) {
                file >> pick.aisle >> pick.y_mm;
            }
        }
        problems.push_back(problem);
    }
    return problems;
}

struct Run {
    double total = 0;
    double bound = 0;
    double ms = 0;
    bool is_sound = true;
};

Run run_all(const std::vector<BatchingProblem>& problems, std::int64_t work) {
    Run mean;
    for (const BatchingProblem& problem : problems) {
        const std::int64_t begin = processor_ns();
        Result<BatchSearch> search = BatchSearch::on(problem, {1, work});
        while (!search->step(100'000)) {
        }
        const Batching best = search->best();
        mean.ms += static_cast<double>(processor_ns() - begin) / 1e6;
        mean.total += static_cast<double>(best.total_mm);
        mean.bound += static_cast<double>(best.lower_bound_mm);
        mean.is_sound = mean.is_sound && check_batching(problem, best).empty();
    }
    const auto count = static_cast<double>(problems.size());
    return {mean.total / count, mean.bound / count, mean.ms / count, mean.is_sound};
}

double first_come_mean(const std::vector<BatchingProblem>& problems) {
    double total = 0;
    for (const BatchingProblem& problem : problems) {
        total += static_cast<double>(planner::first_come_batching(problem)->total_mm);
    }
    return total / static_cast<double>(problems.size());
}

constexpr std::int64_t kBoundNodes = 20'000'000;

struct Bounds {
    double mean = 0;
    double ms = 0;
    int relaxations = 0;  ///< solved to the end
};

Bounds strong_bounds(const std::vector<BatchingProblem>& problems) {
    Bounds bounds;
    for (const BatchingProblem& problem : problems) {
        Result<BatchSearch> search = BatchSearch::on(problem, {1, 0});
        while (!search->step(100'000)) {
        }
        const Batching savings = search->best();
        const std::int64_t begin = processor_ns();
        const BatchBound bound = batch_bound(problem, savings, kBoundNodes);
        bounds.ms += static_cast<double>(processor_ns() - begin) / 1e6;
        bounds.mean += bound.bound_mm;
        bounds.relaxations += bound.is_relaxation ? 1 : 0;
    }
    const auto count = static_cast<double>(problems.size());
    return {bounds.mean / count, bounds.ms / count, bounds.relaxations};
}

}  // namespace

int bench_planner_batching(const PlannerBenchOptions& options) {
    std::vector<BatchingProblem> problems =
        read_problems(options.testdata + "/planner/batching/own_henn_like.seed201.txt");
    if (problems.empty()) {
        std::fprintf(stderr, "bench_planner: no batching instances under %s\n",
                     options.testdata.c_str());
        return 0;
    }
    const Run savings = run_all(problems, 0);
    constexpr std::int64_t kTrialWork = 3'000'000;
    const Run trial = run_all(problems, kTrialWork);
    const double work_per_ms = static_cast<double>(kTrialWork) / (trial.ms - savings.ms);
    Table table("batching, mean of 32 instances of 40 to 100 orders");
    table.note("one unit of work took " + std::to_string(1e6 / work_per_ms) +
               " ns; the budgets below are work for so much processor time");
    table.row("one order after the other", {sample_of({first_come_mean(problems)}), "m", 1});
    table.row("savings heuristic C&W(ii)", {sample_of({savings.total}), "m", 1});
    table.row("  its time", {sample_of({savings.ms}), "ms", 2}, at_most(5));
    struct Row {
        const char* what;
        double ms;
        Beside beside;
    };
    const Row rows[] = {{"after 5 ms", 5, {}},
                        {"after 1 s", 1'000, at_most(8'690)},
                        {"after 10 s", 10'000, at_most(8'640)}};
    const Bounds bounds = strong_bounds(problems);
    table.row("bound by column generation (" + std::to_string(bounds.relaxations) +
                  " relaxations solved)",
              {sample_of({bounds.mean}), "m", 1});
    table.row("  its time", {sample_of({bounds.ms}), "ms", 0});
    bool is_sound = savings.is_sound && trial.is_sound;
    for (const Row& row : rows) {
        if (options.is_quick && row.ms > 1'000) {
            continue;
        }
        const double work = (row.ms - savings.ms) * work_per_ms;
        const Run run = run_all(problems, static_cast<std::int64_t>(work));
        is_sound = is_sound && run.is_sound;
        table.row(row.what, {sample_of({run.total}), "m", 1}, row.beside);
        table.row("  time it took", {sample_of({run.ms}), "ms", 0});
        table.row("  over the cheap lower bound",
                  {sample_of({100 * (run.total / run.bound - 1)}), "%", 1});
        table.row("  over the bound by column generation",
                  {sample_of({100 * (run.total / bounds.mean - 1)}), "%", 2});
    }
    if (!is_sound) {
        std::fprintf(stderr, "bench_planner: a batching was not valid\n");
    }
    return is_sound ? 0 : 1;
}

}  // namespace tally::bench
