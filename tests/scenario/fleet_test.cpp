// A fleet on drawn floors, some seeds, the first of them twice: no overlap, no swap, nobody beyond
// what was released to it, every goal ends. Among them are seeds that once found something: 5 (a
// vehicle held between two nodes), 28 and 64 (dead ends), 114 (lanes at a sharp angle), 145 (an
// order taken between two nodes).
#include <catch2/catch.hpp>

#include "sim/scenarios/run.hpp"
#include "tests/support/places.hpp"

using namespace tally;
using namespace tally::sim;

TEST_CASE("whatever goes wrong, vehicles never touch, stay on their base, and arrive") {
    const auto scenario = load_scenario(test::source_dir() + "/sim/scenarios/library", "fleet");
    REQUIRE(scenario);
    std::uint64_t arrivals = 0;
    for (const std::uint64_t seed : {1, 5, 28, 64, 114, 145}) {
        INFO("reproduce with: tally-sim run --scenario fleet --seed " << seed);
        RunOptions options;
        options.seed = seed;
        const RunReport report = run_scenario(*scenario, options);
        CHECK(to_text(report.findings) == "");
        CHECK(report.fleet.goals == report.fleet.arrivals + report.fleet.failed);
        CHECK(report.fleet.messages > 50);
        arrivals += report.fleet.arrivals;
        if (seed == 1) {
            CHECK(run_scenario(*scenario, options).trace_hash == report.trace_hash);
        }
    }
    CHECK(arrivals > 200);
}
