#include "tools/sim/plants_command.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/planted/planted.hpp"

namespace tally::simtool {

namespace {

constexpr std::uint64_t kTwiceEvery = 10;  // as in the swarm

struct Trial {
    std::map<std::uint64_t, bool> caught;  ///< by seed
    std::set<std::string> checkers;

    /// Seeds that each catch took, in their order.
    [[nodiscard]] std::vector<std::uint64_t> gaps(std::uint64_t first) const {
        std::vector<std::uint64_t> all;
        std::uint64_t from = first;
        for (const auto& [seed, hit] : caught) {
            if (hit) {
                all.push_back(seed - from + 1);
                from = seed + 1;
            }
        }
        return all;
    }
};

std::set<std::string> named(const sim::PlantedBug& bug, const ChildOutcome& outcome) {
    std::set<std::string> checkers;
    for (const std::string_view checker : bug.checkers) {
        if (outcome.caught_by(std::string(checker))) {
            checkers.emplace(checker);
        }
    }
    return checkers;
}

RunWish run_of(const sim::PlantedBug& bug, const PlantsWish& wish) {
    RunWish run = wish.run;
    run.plant = bug.name;
    run.scenario = bug.scenario;
    return run;
}

Trial try_bug(const sim::PlantedBug& bug, const PlantsWish& wish) {
    Trial trial;
    std::size_t catches = 0;
    RunWish next;
    ChildRuns::run(
        wish.children,
        [&](std::size_t number) -> const RunWish* {
            if (number >= wish.most || catches >= wish.catches) {
                return nullptr;
            }
            next = run_of(bug, wish);
            next.seed = wish.run.seed + number;
            next.twice = next.seed % kTwiceEvery == 0;
            return &next;
        },
        [&](std::size_t number, const ChildOutcome& outcome) {
            const std::set<std::string> by = named(bug, outcome);
            trial.caught[wish.run.seed + number] = !by.empty();
            trial.checkers.insert(by.begin(), by.end());
            catches += by.empty() ? 0 : 1;
            if (outcome.caught_by("hung")) {
                fmt::print("{:<22} {}", bug.name, outcome.text);
            }
        });
    return trial;
}

/// All bugs, or the one that is wished for; with what it takes to run each.
Result<std::vector<sim::PlantedBug>> wished(const PlantsWish& wish) {
    std::vector<sim::PlantedBug> bugs;
    if (!wish.run.plant.empty()) {
        TALLY_TRY(sim::plant(wish.run.plant, wish.run.seed));
    }
    for (const sim::PlantedBug& bug : sim::planted_bugs()) {
        if (wish.run.plant.empty() || wish.run.plant == bug.name) {
            TALLY_TRY(check(run_of(bug, wish)));
            bugs.push_back(bug);
        }
    }
    return bugs;
}

}  // namespace

int plants_command(const PlantsWish& wish) {
    const auto bugs = wished(wish);
    if (!bugs) {
        fmt::print(stderr, "tally-sim: {}\n", bugs.error().text);
        return exit_code::kUsage;
    }
    int code = exit_code::kOk;
    for (const sim::PlantedBug& bug : *bugs) {
        const Trial trial = try_bug(bug, wish);
        std::vector<std::uint64_t> gaps = trial.gaps(wish.run.seed);
        std::string by;
        for (const std::string& checker : trial.checkers) {
            by += " " + checker;
        }
        if (gaps.empty()) {
            fmt::print("{:<22} NOT CAUGHT in {} seeds\n", bug.name, trial.caught.size());
            code = exit_code::kVerification;
        } else {
            std::sort(gaps.begin(), gaps.end());
            fmt::print("{:<22} median {} seed(s), at most {}, by{}\n", bug.name,
                       gaps[gaps.size() / 2], gaps.back(), by);
        }
        std::fflush(stdout);
    }
    return code;
}

}  // namespace tally::simtool
