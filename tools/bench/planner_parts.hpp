// The tables of bench_planner, one function each; all return 0, or 1 if an answer was wrong.
#pragma once

#include "tools/bench/planner_bench.hpp"

namespace tally::bench {

int bench_planner_tours(const PlannerBenchOptions& options);
int bench_planner_assignment(const PlannerBenchOptions& options);
int bench_planner_stops(const PlannerBenchOptions& options);
int bench_planner_batching(const PlannerBenchOptions& options);
int bench_planner_traffic(const PlannerBenchOptions& options);
int bench_planner_rolling(const PlannerBenchOptions& options);
int bench_planner_floor(const PlannerBenchOptions& options);
int bench_planner_pool(const PlannerBenchOptions& options);

}  // namespace tally::bench
