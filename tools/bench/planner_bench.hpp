// What plans cost, and how far they are from the best there is.
#pragma once

#include <string>

namespace tally::bench {

struct PlannerBenchOptions {
    std::string testdata;  ///< folder with planner/picker and planner/batching
    bool is_quick = false;
};

/// Prints a table each for tours, assignment, distances, batches and tours on graphs. Returns 0, or
/// 1 if an answer was wrong (said on stderr).
int bench_planner(const PlannerBenchOptions& options);

}  // namespace tally::bench
