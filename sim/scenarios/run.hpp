// One run of a scenario: the site opens, lives through work and faults (safety phase), then nothing
// new goes wrong and all must converge (liveness phase); people count in the evening; every checker
// has looked all the time and looks once more.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "firmware/base/sha256.hpp"
#include "sim/checkers/finding.hpp"
#include "sim/checkers/queue_watch.hpp"
#include "sim/scenarios/scenario.hpp"
#include "sim/scenarios/wrapped.hpp"

namespace tally::sim {

struct RunOptions {
    std::uint64_t seed = 1;
    std::size_t trace_entries_kept = 60;
    // Who hears what, line by line; empty: nobody.
    /// Each entry of the trace as it is made, up to where its hash is taken.
    std::function<void(const std::string&)> on_trace;
    /// What was drawn, before anything happens.
    std::function<void(const std::string&)> on_option;
    /// Then what happens, and what boxes say of themselves.
    std::function<void(const std::string&)> on_note;
    Wrappers wrappers;  ///< bugs planted on purpose
};

/// What people at carts and stations have done.
struct CrewCounts {
    std::uint64_t handed_over = 0, cancelled = 0;  ///< orders, of the last 256 that ended
    std::uint64_t scanned = 0;  ///< units or portions laid on carts or brought on foot
    std::uint64_t parcels = 0;  ///< packed
    std::uint64_t left = 0;     ///< and taken by a carrier
    std::uint64_t on_foot = 0;  ///< tasks that no vehicle is sent for
    std::uint64_t shorts = 0;   ///< picks that found less than they asked for
    std::uint64_t counted = 0;  ///< counts
    std::uint64_t refusals = 0;
    std::uint64_t words = 0;  ///< missions that went on by a person's word
};

/// Of a run of vehicles.
struct FleetCounts {
    std::int64_t vehicle_seconds = 0;  ///< 0: it was a run of a site
    std::uint64_t goals = 0, arrivals = 0, failed = 0;
    std::uint64_t messages = 0;  ///< orders and updates published
    std::uint64_t releases = 0;  ///< vehicles that a person released
    Duration longest_still{0};   ///< nobody moved, though somebody had a goal
    /// Of the vehicles' time that in which nothing but the fleet hindered anybody: a deadlock in it
    /// would be seen.
    std::int64_t watched_seconds = 0;
    CrewCounts crew;  ///< of a site with vehicles
};

struct RunReport {
    Digest trace_hash{};
    std::uint64_t trace_entries = 0;
    std::uint64_t events = 0;         ///< of the kernel
    std::uint64_t ledger_events = 0;  ///< of all edges
    std::uint64_t reads = 0;          ///< that readers heard
    std::size_t walks = 0, units_walked = 0, picks = 0, faults = 0;
    std::size_t blind_spans = 0;  ///< that were checked
    Duration ran{0};              ///< true time of the whole run
    Duration converged_in{0};
    std::size_t evening_differences = 0, unsaid = 0, corrections = 0;
    std::size_t slots_counted = 0;            ///< in the evening, because an edge was in doubt
    std::map<std::string, QueuePeak> queues;  ///< by what waits in them
    FleetCounts fleet;
    Findings findings;
    /// The newest lines of the trace, and what happened last and boxes said, as of the first
    /// finding; without one, of the end.
    std::vector<std::string> last, last_notes;
};

/// Runs it. Touches nothing outside of itself.
RunReport run_scenario(const Scenario& scenario, const RunOptions& options);

}  // namespace tally::sim
