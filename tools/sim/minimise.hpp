// From a seed that fails to the least that still fails: shorter, fewer boxes, fewer kinds of fault.
#pragma once

#include <functional>

#include "tools/sim/child_runs.hpp"

namespace tally::simtool {

/// Minimising ends after so many runs, with what it has by then.
inline constexpr std::size_t kMinimiseRunsMax = 200;

using TryRun = std::function<ChildOutcome(const RunWish& wish)>;

/// Looks for a run that shows the same failure, which is one whose first finding is of the same
/// checker. First it is shortened (the minutes of work, bisected), then as much as possible is put
/// to its simplest at once, else each half of it in turn (delta debugging, Zeller 2002): what can
/// be counted to its least, what says how a thing is made to its usual value. Last, each range
/// without which it fails just as well, with no more faults and hardly more going on, is taken out
/// again. Says on stdout what it keeps. `try_run` makes a run. What hangs or did not run at all is
/// given back as it is.
RunWish minimise(const RunWish& failing, const ChildOutcome& outcome, const TryRun& try_run);

}  // namespace tally::simtool
