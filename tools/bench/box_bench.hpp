// Memory and start-up of an edge box.
#pragma once

#include <cstdint>
#include <string>

namespace tally::bench {

struct BoxBenchOptions {
    std::string folder;
    std::uint64_t events = 1'000'000;  ///< in the journal, by 100,000 units
    int runs = 5;                      ///< starts
};

/// Writes a journal of so many events and then as many as a start-up must at most fold (no orderly
/// stop: the newest checkpoint is as old as it gets), starts an edge on it in a fresh process, and
/// lets that hold 100,000 tags. Prints start-up time and resident memory. Returns 0, or 1 if
/// something failed (said on stderr).
int bench_box(const BoxBenchOptions& options);

}  // namespace tally::bench
