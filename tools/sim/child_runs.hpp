// Runs in processes of their own, several at a time: one that crashes takes nothing else with it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tools/sim/run_command.hpp"

namespace tally::simtool {

/// What a child said of its run. A child that crashed has a finding "crashed", and in its text what
/// happened last and what it printed.
struct ChildOutcome {
    std::string hash;
    std::uint64_t entries = 0, events = 0;
    std::int64_t site_s = 0;
    std::vector<std::string> checkers;  ///< of the findings, each once
    std::string text;                   ///< findings and the last of the trace, for people

    [[nodiscard]] bool good() const { return checkers.empty(); }
    [[nodiscard]] bool caught_by(const std::string& checker) const;
};

/// Asks `next` for wishes until it gives none, runs up to `jobs` at a time, and tells `done` each
/// outcome as it comes, by the number of its wish. What runs when `next` gives none is waited for.
class ChildRuns {
 public:
    using Next = std::function<const RunWish*(std::size_t number)>;
    using Done = std::function<void(std::size_t number, const ChildOutcome&)>;

    static void run(std::size_t jobs, const Next& next, const Done& done);
    static ChildOutcome run_one(const RunWish& wish);
};

/// As many as there are processors.
std::size_t default_jobs();

}  // namespace tally::simtool
