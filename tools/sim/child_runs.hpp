// Runs in processes of their own, several at a time: one that crashes takes nothing else with it,
// and one that hangs is ended.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tools/sim/run_command.hpp"

namespace tally::simtool {

/// What a child said of its run. One that crashed has a finding "crashed", and in its text what
/// happened last and what it printed; one that was ended because it hung, a finding "hung", and in
/// its text also the line that runs it again.
struct ChildOutcome {
    std::string hash;
    std::uint64_t entries = 0, events = 0, faults = 0;
    std::int64_t site_s = 0;
    std::vector<std::string> checkers;  ///< of the findings, each once, the first finding's first
    std::string text;                   ///< findings and the last of the trace, for people

    [[nodiscard]] bool good() const { return checkers.empty(); }
    [[nodiscard]] bool caught_by(const std::string& checker) const;
};

struct ChildOptions {
    std::size_t jobs = 1;
    /// Wall time after which a run hangs. One that is made twice may take twice as long. Generous,
    /// as it must never end a run that is only slow: a day of a site takes minutes.
    std::chrono::seconds limit{20 * 60};
    /// What a child does.
    std::function<Result<sim::RunReport>(const RunWish&, sim::RunOptions)> work = run_once;
};

/// Asks `next` for wishes until it gives none, runs up to `jobs` at a time, and tells `done` each
/// outcome as it comes, by the number of its wish. What runs when `next` gives none is waited for.
/// `tick` (may be empty) is called once a second at least.
class ChildRuns {
 public:
    using Next = std::function<const RunWish*(std::size_t number)>;
    using Done = std::function<void(std::size_t number, const ChildOutcome&)>;

    using Tick = std::function<void()>;

    static void run(const ChildOptions& options, const Next& next, const Done& done,
                    const Tick& tick = {});
    static ChildOutcome run_one(const RunWish& wish, ChildOptions options);
};

/// As many as there are processors.
std::size_t default_jobs();

}  // namespace tally::simtool
