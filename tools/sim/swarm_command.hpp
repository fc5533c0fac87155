// Many seeds of one scenario, on all processors, until one fails.
#pragma once

#include <cstdint>

#include "tools/sim/child_runs.hpp"

namespace tally::simtool {

struct SwarmWish {
    RunWish run;  ///< its seed is the first
    std::uint64_t runs = 100;
    ChildOptions children;
    /// Between two lines of how far it is, where stdout is no terminal (there a bar moves).
    std::chrono::seconds tell_every{60};
    enum class OnFailure { show, minimise } on_failure = OnFailure::show;
    enum class Print { progress, hashes } print = Print::progress;  ///< hashes: a line a seed
};

/// Each tenth seed runs twice and must make the same trace. Stops at the first failure (the lowest
/// seed of those that were under way), shows it and how to see it again. Says how far it is. Gives
/// the exit code.
int swarm_command(const SwarmWish& wish);

}  // namespace tally::simtool
