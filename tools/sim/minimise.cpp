#include "tools/sim/minimise.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "sim/scenarios/parameters.hpp"

namespace tally::simtool {

namespace {

constexpr std::size_t kKeysShown = 6;  // in one line
constexpr int kStepsEach = 3;          // towards the simplest, where that itself does not fail
/// Without a range no more may happen than so, in percent of the kernel's events with it: chance
/// alone moves them a little.
constexpr std::uint64_t kEventsPercentMax = 105;

/// What is simplest: the least where something is counted, the usual where a thing is described
/// (a queue of 8 rows or a link of 16-byte segments is harsh, and not simple).
std::int64_t simplest(const sim::Parameter& parameter) {
    static const std::set<std::string_view> counted{"site", "work", "world", "fault",
                                                    "fleet_fault"};
    static const std::set<std::string> counted_too{"fleet.vehicles", "floor.columns", "floor.rows"};
    const bool is_counted =
        counted.contains(parameter.table) || counted_too.contains(parameter.key());
    // A fleet of none would be a site.
    const std::int64_t floor = parameter.key() == "fleet.vehicles" ? 1 : 0;
    return is_counted ? std::max(parameter.least, floor) : sim::parse_range(parameter.usual)->low;
}

using Settings = std::map<std::string, std::int64_t>;

class Search {
 public:
    Search(const RunWish& failing, const ChildOutcome& outcome, const TryRun& try_run)
        : failing_(failing), checker_(outcome.checkers.front()), try_run_(try_run), last_(outcome) {
        failing_.twice = checker_ == "run.twice";
        drawn_ = sim::draw_options(*load(failing_), failing_.seed);
        minutes_ = drawn_.at("fleet.vehicles") > 0 ? "fleet.minutes" : "work.minutes";
    }

    RunWish run() {
        approach(minutes_, sim::find_parameter(minutes_)->least - 1, kAllSteps);
        Settings wished;
        for (const sim::Parameter& parameter : sim::parameters()) {
            const std::string key = parameter.key();
            if (key != minutes_ && parameter.table != "expect" &&
                sim::says_something(parameter, drawn_) && drawn_.at(key) != simplest(parameter)) {
                wished[key] = simplest(parameter);
            }
        }
        put(wished);
        for (const auto& [key, value] : wished) {
            if (!kept_.contains(key)) {
                approach(key, value, kStepsEach);
            }
        }
        approach(minutes_, sim::find_parameter(minutes_)->least - 1, kAllSteps);
        most_events_ = last_.events * kEventsPercentMax / 100;
        most_faults_ = last_.faults;
        Settings ours = kept_;
        ours.erase(minutes_);
        take_out(ours);
        fmt::print("{} runs made{}\n", runs_,
                   runs_ < kMinimiseRunsMax ? "" : ", as many as may be; there may be less");
        return wish(kept_);
    }

 private:
    static constexpr int kAllSteps = 64;

    [[nodiscard]] RunWish wish(const Settings& settings) const {
        RunWish all = failing_;
        std::erase_if(all.sets, [&](const std::string& set) {
            return settings.contains(set.substr(0, set.find('=')));
        });
        for (const auto& [key, value] : settings) {
            all.sets.push_back(fmt::format("{}={}", key, value));
        }
        return all;
    }

    /// The outcome if it shows the same failure.
    std::optional<ChildOutcome> fails(const Settings& settings) {
        if (runs_ >= kMinimiseRunsMax) {
            return std::nullopt;
        }
        ++runs_;
        ChildOutcome outcome = try_run_(wish(settings));
        return !outcome.good() && outcome.checkers.front() == checker_
                   ? std::optional(std::move(outcome))
                   : std::nullopt;
    }

    /// Keeps the value nearest to `passes_at` that a bisection of so many steps finds.
    void approach(const std::string& key, std::int64_t passes_at, int steps) {
        std::int64_t fails_at = kept_.contains(key) ? kept_.at(key) : drawn_.at(key);
        for (; steps > 0 && std::abs(fails_at - passes_at) > 1; --steps) {
            const std::int64_t middle = passes_at + (fails_at - passes_at) / 2;
            Settings attempt = kept_;
            attempt[key] = middle;
            if (const auto outcome = fails(attempt)) {
                keep(attempt, *outcome, {{key, middle}});
                fails_at = middle;
            } else {
                passes_at = middle;
            }
        }
    }

    /// All of them, or what can be of each half.
    void put(const Settings& wished) {
        if (wished.empty()) {
            return;
        }
        Settings attempt = kept_;
        for (const auto& [key, value] : wished) {
            attempt[key] = value;
        }
        if (const auto outcome = fails(attempt)) {
            keep(attempt, *outcome, wished);
        } else if (wished.size() > 1) {
            const auto [first, second] = halves(wished);
            put(first);
            put(second);
        }
    }

    /// Likewise, away.
    void take_out(const Settings& ours) {
        if (ours.empty()) {
            return;
        }
        Settings attempt = kept_;
        for (const auto& [key, value] : ours) {
            attempt.erase(key);
        }
        const auto outcome = fails(attempt);
        if (outcome && outcome->events <= most_events_ && outcome->faults <= most_faults_) {
            kept_ = attempt;
            fmt::print("fails as well without{}\n", text(ours));
        } else if (ours.size() > 1) {
            const auto [first, second] = halves(ours);
            take_out(first);
            take_out(second);
        }
    }

    void keep(const Settings& settings, const ChildOutcome& outcome, const Settings& changed) {
        kept_ = settings;
        last_ = outcome;
        fmt::print("still fails with{}\n", text(changed));
        std::fflush(stdout);
    }

    static std::pair<Settings, Settings> halves(const Settings& all) {
        const auto middle = std::next(all.begin(), static_cast<std::ptrdiff_t>(all.size() / 2));
        return {Settings(all.begin(), middle), Settings(middle, all.end())};
    }

    static std::string text(const Settings& settings) {
        std::string line;
        std::size_t shown = 0;
        for (const auto& [key, value] : settings) {
            if (shown++ < kKeysShown) {
                line += fmt::format(" {}={}", key, value);
            }
        }
        return shown > kKeysShown ? line + fmt::format(" and {} more", shown - kKeysShown) : line;
    }

    RunWish failing_;
    std::string checker_;  ///< of the first finding
    const TryRun& try_run_;
    ChildOutcome last_;  ///< of what is kept
    sim::Draws drawn_;
    std::string minutes_;
    Settings kept_;
    std::size_t runs_ = 0;
    std::uint64_t most_events_ = 0, most_faults_ = 0;
};

}  // namespace

RunWish minimise(const RunWish& failing, const ChildOutcome& outcome, const TryRun& try_run) {
    for (const char* what : {"hung", "unusable"}) {
        if (outcome.caught_by(what)) {
            fmt::print("not reduced: {} runs say nothing that could be compared\n", what);
            return failing;
        }
    }
    return Search(failing, outcome, try_run).run();
}

}  // namespace tally::simtool
