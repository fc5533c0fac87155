// The checkers on trial: each planted bug, in the default swarm, until it is caught.
#pragma once

#include "tools/sim/child_runs.hpp"

namespace tally::simtool {

struct PlantsWish {
    RunWish run;               ///< its plant names one bug; empty: all
    std::uint64_t most = 200;  ///< seeds until a bug counts as not caught
    std::size_t catches = 5;   ///< then the median is told
    ChildOptions children;
};

/// Prints, for each bug, which checkers caught it and the median number of seeds that took. Gives
/// the exit code: verification failed if one was not caught by a checker named for it.
int plants_command(const PlantsWish& wish);

}  // namespace tally::simtool
