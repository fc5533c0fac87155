// Weighing shelves over Modbus TCP: how much of a bus is used, and what 64 slots cost.
#pragma once

#include <string>

namespace tally::bench {

struct ShelvesBenchOptions {
    std::string folder;
    int runs = 5;
    int seconds = 20;  ///< of watching 64 slots
};

/// Needs tally-emul beside this program, and the register maps of deploy/. 0: done.
int bench_shelves(const ShelvesBenchOptions& options);

}  // namespace tally::bench
