// How fast a large site runs in virtual time, with every checker on.
#pragma once

namespace tally::bench {

struct SimBenchOptions {
    int minutes = 30;  ///< of the site's time
    int tags = 50'000;
};

/// Prints a table: site-hours a minute of processor time, with what the site did meanwhile. Returns
/// 0, or 1 if a check failed or the site did less than it should (said on stderr).
int bench_sim(const SimBenchOptions& options);

}  // namespace tally::bench
