#include "tools/bench/planner_bench.hpp"

#include "tools/bench/planner_parts.hpp"

namespace tally::bench {

int bench_planner(const PlannerBenchOptions& options) {
    int failures = 0;
    for (const auto part : {bench_planner_tours, bench_planner_assignment, bench_planner_stops,
                            bench_planner_batching}) {
        failures += part(options);
    }
    return failures == 0 ? 0 : 1;
}

}  // namespace tally::bench
