// Runs in processes of their own: what hangs is ended, named and reaped, and the others go on.
#include "tools/sim/child_runs.hpp"

#include <cerrno>
#include <map>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace tally;
using namespace tally::simtool;

namespace {

constexpr std::uint64_t kStuck = 7;

/// Seed 7 says something and never ends; of the others seed 2 finds what it should not.
Result<sim::RunReport> work(const RunWish& wish, const sim::RunOptions& options) {
    options.on_note("seed " + std::to_string(wish.seed) + " begins");
    while (wish.seed == kStuck) {
        ::pause();
    }
    sim::RunReport report;
    report.trace_entries = wish.seed;
    report.faults = 3;
    if (wish.seed == 2) {
        report.findings = {{"z.first", "one", 1}, {"a.second", "two", 2}, {"z.first", "more", 3}};
    }
    return report;
}

ChildOptions quick(std::size_t jobs) {
    ChildOptions options;
    options.jobs = jobs;
    options.limit = std::chrono::seconds(1);
    options.work = work;
    return options;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a run that hangs is ended and named, and leaves no process") {
    RunWish wish;
    wish.folder = library_folder();
    wish.scenario = "dusk";
    wish.seed = kStuck;
    const ChildOutcome outcome = ChildRuns::run_one(wish, quick(1));
    CHECK(outcome.checkers == std::vector<std::string>{"hung"});
    INFO(outcome.text);
    CHECK(contains(outcome.text, "hung: tally-sim run --scenario dusk --seed 7 had not ended"));
    CHECK(contains(outcome.text, "after 1 s of wall time"));
    CHECK(contains(outcome.text, "  seed 7 begins\n"));
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
    CHECK(errno == ECHILD);
}

TEST_CASE("beside a run that hangs the others go on, and somebody is told that time passes") {
    std::map<std::size_t, ChildOutcome> told;
    std::size_t ticks = 0;
    RunWish next;
    ChildRuns::run(
        quick(2),
        [&](std::size_t number) {
            next.seed = kStuck + number;
            return number < 5 ? &next : nullptr;
        },
        [&](std::size_t number, const ChildOutcome& outcome) { told[number] = outcome; },
        [&] { ++ticks; });
    REQUIRE(told.size() == 5);
    CHECK(told[0].caught_by("hung"));
    for (std::size_t number = 1; number < 5; ++number) {
        CHECK(told[number].good());
        CHECK(told[number].entries == kStuck + number);
    }
    CHECK(ticks > 0);
}

TEST_CASE("checkers are told once each, the one of the first finding first") {
    RunWish wish;
    wish.seed = 2;
    const ChildOutcome outcome = ChildRuns::run_one(wish, quick(1));
    CHECK(outcome.checkers == std::vector<std::string>{"z.first", "a.second"});
    CHECK(outcome.faults == 3);
}
