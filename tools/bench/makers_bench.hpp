// Vehicles of another maker, many at once, over a broker that dies.
#pragma once

#include <string>

namespace tally::bench {

struct MakersBenchOptions {
    std::string folder;  ///< for the broker's files
    int vehicles = 300;
};

/// Vehicles of npm vda-5050-lib under our driver over a real broker, which is killed with an order
/// on its way to each and once more with each being driven. Prints a table. 1 if an order is lost;
/// where the npm registry cannot be reached it says so and gives 0.
int bench_makers(const MakersBenchOptions& options);

}  // namespace tally::bench
