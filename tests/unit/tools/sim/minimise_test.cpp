// A failure is reduced to what it needs. Runs are made up here: what fails is a rule over the
// numbers that were drawn, so that the least is known.
#include "tools/sim/minimise.hpp"

#include <algorithm>
#include <functional>

#include <catch2/catch.hpp>

#include "sim/scenarios/scenario.hpp"

using namespace tally;
using namespace tally::simtool;

namespace {

using Checkers = std::vector<std::string>;
using Rule = std::function<Checkers(const sim::Draws&)>;

/// As much happens as is drawn of work and faults, on each box, for so many minutes.
ChildOutcome outcome_of(const sim::Draws& draws, const Rule& rule) {
    ChildOutcome outcome;
    outcome.checkers = rule(draws);
    std::uint64_t things = 1;
    for (const auto& [key, value] : draws) {
        if (key.rfind("fault.", 0) == 0 && key != "fault.lasts_s" && key != "fault.outage_min") {
            outcome.faults += static_cast<std::uint64_t>(value);
        }
        if (key.find("_per_hour") != std::string::npos && key.rfind("work.", 0) == 0) {
            things += static_cast<std::uint64_t>(value);
        }
    }
    outcome.events = things * static_cast<std::uint64_t>(draws.at("work.minutes")) *
                     static_cast<std::uint64_t>(draws.at("site.edges"));
    return outcome;
}

RunWish drawn_by_seed_4() {
    RunWish wish;
    wish.folder = library_folder();
    wish.scenario = "swarm";
    wish.seed = 4;
    return wish;
}

struct Trial {
    explicit Trial(Rule fails) : rule(std::move(fails)) {
        wish = drawn_by_seed_4();
        least = minimise(wish, outcome_of(draws(wish), rule), [this](const RunWish& attempt) {
            ++runs;
            return outcome_of(draws(attempt), rule);
        });
    }
    static sim::Draws draws(const RunWish& wish) {
        return sim::draw_options(*load(wish), wish.seed);
    }
    [[nodiscard]] std::int64_t now(const char* key) const { return draws(least).at(key); }
    [[nodiscard]] std::int64_t before(const char* key) const { return draws(wish).at(key); }
    [[nodiscard]] bool sets(const std::string& key) const {
        return std::any_of(least.sets.begin(), least.sets.end(),
                           [&](const std::string& set) { return set.rfind(key, 0) == 0; });
    }

    Rule rule;
    RunWish wish, least;
    std::size_t runs = 0;
};

}  // namespace

TEST_CASE("the work is shortened to the very minute that is needed") {
    const Trial trial([](const sim::Draws& draws) {
        return draws.at("work.minutes") >= 4 ? Checkers{"stock.fold"} : Checkers{};
    });
    REQUIRE(trial.before("work.minutes") > 5);
    CHECK(trial.now("work.minutes") == 4);
    CHECK(trial.now("site.edges") == 1);
    CHECK(trial.now("work.walks_per_hour") == 0);
    REQUIRE(trial.before("fault.kills") + trial.before("fault.resets") > 0);
    CHECK(trial.now("fault.kills") + trial.now("fault.resets") == 0);
    CHECK_FALSE(trial.sets("fault.lasts_s"));  // Nothing is left that could last.
    CHECK(trial.runs <= kMinimiseRunsMax);
}

TEST_CASE("what fails with another first finding is another failure") {
    REQUIRE(Trial::draws(drawn_by_seed_4()).at("work.walks_per_hour") > 10);
    const Trial trial([](const sim::Draws& draws) {
        return draws.at("work.walks_per_hour") > 10 ? Checkers{"b.first", "a.other"}
                                                    : Checkers{"a.other", "b.first"};
    });
    CHECK(trial.now("work.walks_per_hour") > 10);
    CHECK(trial.now("work.walks_per_hour") < trial.before("work.walks_per_hour"));
    CHECK(trial.now("work.minutes") == 1);
}

TEST_CASE("how a thing is made goes to its usual value, and away where that is not needed") {
    const Trial trial([](const sim::Draws& draws) {
        const bool harsh = draws.at("box.waiting_rows_max") < 100 ||
                           draws.at("link.segment_bytes") < 100 || draws.at("disk.lost_ppm") == 0;
        return harsh ? Checkers{"harsh"} : Checkers{"stock.fold"};
    });
    REQUIRE(trial.before("box.waiting_rows_max") > 100);
    for (const char* table : {"box.", "link.", "broker.", "disk.", "reader.", "expect.", "fleet"}) {
        INFO(table);
        CHECK_FALSE(trial.sets(table));
    }
    CHECK(trial.now("box.waiting_rows_max") == trial.before("box.waiting_rows_max"));
}
