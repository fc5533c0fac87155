// A small world for testing the kernel: two edges, a center and a broker, with clocks, streams, bus
// and faults drawn from a seed. Safety phase with faults for a minute, then everything must
// converge.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/base/sha256.hpp"
#include "firmware/base/time.hpp"

namespace tally::scenario {

/// How a run ended.
struct SmallWorldRun {
    std::vector<std::string> options;  ///< every drawn option and fault
    Digest trace_hash{};
    std::uint64_t trace_entries = 0;
    std::uint64_t events = 0;
    std::uint64_t errors = 0;  ///< events of severity error that programs reported
    MonoTime ended;
    bool converged = false;
    std::vector<std::string> last;  ///< the newest lines of the trace
};

/// Faults end after this much true time.
constexpr Duration kFaultsUntil = std::chrono::seconds(60);
/// And everything must have converged by then.
constexpr Duration kConvergedBy = std::chrono::minutes(10);

/// Runs the world of `seed` from the beginning to the end. Touches nothing outside of itself.
SmallWorldRun run_small_world(std::uint64_t seed, std::size_t trace_entries_kept);

}  // namespace tally::scenario
