// What a tag costs from LLRP bytes to a TagRead.
#pragma once

#include <string>

namespace tally::bench {

/// Prints ns per tag of the fast path (framing included, as the session does it) on single-tag
/// reports and on one report of 1.4 MB of our own making, of the tree codec on the same, and, if
/// `testdata` holds them, of the fast path on the golden reports that the recorded peers were
/// measured on. The limit and the peers' figures stand beside. Returns 0, or 1 if the big report
/// did not decode to all its tags (said on stderr).
int bench_llrp(const std::string& testdata);

}  // namespace tally::bench
