// What a tag costs from LLRP bytes to a TagRead.
#pragma once

#include <string>

namespace tally::bench {

/// Prints ns and allocations per tag of the fast path (framing included, as the session does it) on
/// single-tag reports and on one report of 1.4 MB, both of our own making, and, if `testdata` holds
/// them, of the fast path and of the tree codec on the captured reports that the recorded peers
/// were measured on. Returns 0, or 1 if the big report did not decode to all its tags (said on
/// stderr).
int bench_llrp(const std::string& testdata);

}  // namespace tally::bench
