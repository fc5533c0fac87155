// A quiet day at the site: pallets arrive and are unpacked, units walk all ways and from one edge's
// zones to the other's; the broker dies and comes back, an edge is killed and restarted, a reader
// reboots while units pass. In the evening somebody counts what the boxes say they are unsure of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/base/sha256.hpp"
#include "sim/checkers/finding.hpp"
#include "sim/checkers/truth_checks.hpp"

namespace tally::sim {

struct QuietDayRun {
    Digest trace_hash{};
    std::uint64_t trace_entries = 0;
    std::uint64_t events = 0;         ///< of the kernel
    std::uint64_t ledger_events = 0;  ///< of both edges
    std::size_t walks = 0;
    bool settled = false;                 ///< bridge and edges level, before and after the count
    std::vector<Difference> evening;      ///< before the count; all within the doubts, or a finding
    std::vector<Difference> after_count;  ///< must be none
    std::size_t anomalies_open = 0;       ///< after the count; must be none
    std::size_t corrections = 0;          ///< that the count needed
    Findings findings;
    std::vector<std::string> log;   ///< what happened, for people
    std::vector<std::string> last;  ///< newest lines of the trace
};

/// Runs the day of `seed`. Touches nothing outside of itself.
QuietDayRun run_quiet_day(std::uint64_t seed, std::size_t trace_entries_kept = 0);

}  // namespace tally::sim
