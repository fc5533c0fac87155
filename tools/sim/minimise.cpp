#include "tools/sim/minimise.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/scenarios/parameters.hpp"

namespace tally::simtool {

namespace {

/// What a number may be put down to: nothing, the least, the usual, and half of what it is.
std::vector<std::int64_t> simpler(const sim::Parameter& parameter, std::int64_t value) {
    const auto usual = *sim::parse_range(parameter.usual);
    const bool calm = parameter.table == "link" || parameter.table == "broker";
    std::vector<std::int64_t> values;
    const auto add = [&](std::int64_t wanted) {
        const bool known = std::find(values.begin(), values.end(), wanted) != values.end();
        if (wanted != value && !known && wanted >= parameter.least) {
            values.push_back(wanted);
        }
    };
    if (calm) {
        add(usual.low);
    } else if (parameter.table != "expect") {
        add(std::max<std::int64_t>(parameter.least, 0));
        add(value / 2);
    }
    return values;
}

bool same_failure(const ChildOutcome& before, const ChildOutcome& now) {
    return std::any_of(before.checkers.begin(), before.checkers.end(),
                       [&](const std::string& checker) { return now.caught_by(checker); });
}

}  // namespace

RunWish minimise(const RunWish& failing, const ChildOutcome& outcome) {
    RunWish least = failing;
    least.twice = outcome.caught_by("run.twice");
    for (bool better = true; better;) {
        better = false;
        for (const sim::Parameter& parameter : sim::parameters()) {
            const sim::Draws draws = sim::draw_options(*load(least), least.seed);
            if (!sim::says_something(parameter, draws)) {
                continue;
            }
            const std::int64_t value = draws.at(parameter.key());
            for (const std::int64_t wanted : simpler(parameter, value)) {
                RunWish attempt = least;
                const std::string set = parameter.key() + "=" + std::to_string(wanted);
                attempt.sets.push_back(set);
                if (same_failure(outcome, ChildRuns::run_one(attempt, {}))) {
                    fmt::print("still fails with {}\n", set);
                    std::erase_if(least.sets, [&](const std::string& each) {
                        return each.rfind(parameter.key() + "=", 0) == 0;
                    });
                    least.sets.push_back(set);
                    better = true;
                    break;
                }
            }
        }
    }
    return least;
}

}  // namespace tally::simtool
