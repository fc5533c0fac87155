#include "tools/sim/swarm_command.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <map>
#include <optional>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "tools/sim/minimise.hpp"

namespace tally::simtool {

namespace {

constexpr std::uint64_t kTwiceEvery = 10;

class Swarm {
 public:
    explicit Swarm(const SwarmWish& wish)
        : wish_(wish),
          began_(std::chrono::steady_clock::now()),
          told_(began_),
          bar_(::isatty(1) == 1) {}

    int run() {
        ChildRuns::run(
            wish_.children, [this](std::size_t number) { return next(number); },
            [this](std::size_t number, const ChildOutcome& outcome) { take(number, outcome); },
            [this] { tell(); });
        if (bar_ && wish_.print == SwarmWish::Print::progress) {
            fmt::print("\n");
        }
        return failed_ ? fail() : succeed();
    }

 private:
    const RunWish* next(std::size_t number) {
        if (failed_ || number >= wish_.runs) {
            return nullptr;
        }
        next_ = wish_.run;
        next_.seed = wish_.run.seed + number;
        next_.twice = next_.seed % kTwiceEvery == 0;
        return &next_;
    }

    void take(std::size_t number, const ChildOutcome& outcome) {
        ++done_;
        site_s_ += outcome.site_s;
        lines_[number] = fmt::format("{} {} {} {}", wish_.run.seed + number, outcome.hash,
                                     outcome.entries, outcome.events);
        if (!outcome.good() && (!failed_ || number < failed_->first)) {
            failed_ = std::pair(number, outcome);
        }
    }

    void tell() {
        if (wish_.print == SwarmWish::Print::hashes) {
            return;
        }
        if (bar_) {
            print_bar();
        } else if (std::chrono::steady_clock::now() - told_ >= wish_.tell_every) {
            told_ = std::chrono::steady_clock::now();
            fmt::print("{} of {} seeds, {:.1f} site-hours in {:.0f} s\n", done_, wish_.runs,
                       hours(), wall_s());
            std::fflush(stdout);
        }
    }

    void print_bar() const {
        constexpr std::uint64_t kWidth = 30;
        const std::uint64_t full = done_ * kWidth / std::max<std::uint64_t>(wish_.runs, 1);
        fmt::print("\r[{:<30}] {} of {} seeds, {:.1f} site-hours in {:.0f} s ",
                   std::string(full, '#'), done_, wish_.runs, hours(), wall_s());
        std::fflush(stdout);
    }

    int succeed() const {
        if (wish_.print == SwarmWish::Print::hashes) {
            for (const auto& [number, line] : lines_) {
                fmt::print("{}\n", line);
            }
            return exit_code::kOk;
        }
        fmt::print("{} seeds of {}, {} to {}: all checks hold ({:.1f} site-hours in {:.0f} s)\n",
                   done_, wish_.run.scenario, wish_.run.seed, wish_.run.seed + wish_.runs - 1,
                   hours(), wall_s());
        return exit_code::kOk;
    }

    int fail() const {
        RunWish wish = wish_.run;
        wish.seed += failed_->first;
        wish.twice = failed_->second.caught_by("run.twice");
        fmt::print("seed {} failed after {} seeds\n{}see it again: {}\n", wish.seed, done_,
                   failed_->second.text, replay_line(wish));
        if (wish_.on_failure == SwarmWish::OnFailure::minimise) {
            const RunWish least = minimise(wish, failed_->second, [this](const RunWish& attempt) {
                return ChildRuns::run_one(attempt, wish_.children);
            });
            fmt::print("the least that still fails: {}\n", replay_line(least));
        }
        return exit_code::kVerification;
    }

    [[nodiscard]] double hours() const { return static_cast<double>(site_s_) / 3'600; }
    [[nodiscard]] double wall_s() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    }

    SwarmWish wish_;
    std::chrono::steady_clock::time_point began_, told_;
    bool bar_;
    RunWish next_;
    std::uint64_t done_ = 0;
    std::int64_t site_s_ = 0;
    std::map<std::size_t, std::string> lines_;
    std::optional<std::pair<std::size_t, ChildOutcome>> failed_;
};

}  // namespace

int swarm_command(const SwarmWish& wish) {
    if (const auto known = check(wish.run); !known) {
        fmt::print(stderr, "tally-sim: {}\n", known.error().text);
        return exit_code::kUsage;
    }
    if (wish.runs - 1 > std::numeric_limits<std::uint64_t>::max() - wish.run.seed) {
        fmt::print(stderr, "tally-sim: there are no {} seeds from {} on; begin with a lower one\n",
                   wish.runs, wish.run.seed);
        return exit_code::kUsage;
    }
    return Swarm(wish).run();
}

}  // namespace tally::simtool
