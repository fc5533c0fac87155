// What driving vehicles costs the loop of a box.
#pragma once

#include <string>

namespace tally::bench {

struct FleetBenchOptions {
    std::string folder;  ///< for the broker's files
    int vehicles = 50;
    int seconds = 120;
    int picks = 300;  ///< open all the time, in the second table
};

/// The fleet with its driver on a real loop and a real broker, and that many emulated vehicles in
/// tally-emul beside it, each sent on as soon as it is where it was sent; then the same with the
/// dispatcher and picking, and an order a second. Prints a table each. 1 if they
/// get nowhere, or one is held or lost (said on stderr).
int bench_fleet(const FleetBenchOptions& options);

}  // namespace tally::bench
