// From a seed that fails to the least that still fails: shorter, fewer boxes, fewer kinds of fault.
#pragma once

#include "tools/sim/child_runs.hpp"

namespace tally::simtool {

/// Tries one simplification after the other, keeps each with which one of the same checkers still
/// finds something, and goes round until none helps. Says on stdout what it keeps.
RunWish minimise(const RunWish& failing, const ChildOutcome& outcome);

}  // namespace tally::simtool
