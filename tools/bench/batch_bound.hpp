// How short any batching could be at best: the linear relaxation of choosing batches so that every
// order is in one and there are as many as the weight fills, by column generation (Gilmore and
// Gomory 1961; for batches Gademann and van de Velde, IIE Transactions 37, 2005), solved by Clp:
// the independent judge of planner/batch/batch_prices.
#pragma once

#include <cstdint>

#include "planner/batch/batching.hpp"

namespace tally::bench {

struct BatchBound {
    double bound_mm = 0;  ///< no batching is shorter in total
    bool is_relaxation =
        false;       ///< the relaxation itself was reached; else what was proven on the way
    int rounds = 0;  ///< in which batches were added
};

/// `known`: a batching to begin with. `nodes`: partial batches looked at in a round at most; fewer
/// than it takes to look at all give a weaker bound, never a wrong one.
BatchBound batch_bound(const planner::BatchingProblem& problem, const planner::Batching& known,
                       std::int64_t nodes);

}  // namespace tally::bench
