// The quiet day of a whole site, several seeds, each run twice: nothing may be lost, doubled or
// altered on its way, stock is the fold of its events everywhere, where a book is not the truth a
// box has said that it was in doubt, and after a count nothing is left open.
#include <set>

#include <catch2/catch.hpp>

#include "sim/scenarios/run.hpp"
#include "tests/support/places.hpp"

using namespace tally;
using namespace tally::sim;

TEST_CASE("after a quiet day edges, bridge and truth agree, and each day runs twice the same") {
    const auto scenario = load_scenario(test::source_dir() + "/sim/scenarios/library", "quiet_day");
    REQUIRE(scenario);
    std::set<Digest> hashes;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        INFO("reproduce with: tally-sim run --scenario quiet_day --seed " << seed);
        RunOptions options;
        options.seed = seed;
        const RunReport first = run_scenario(*scenario, options);
        CHECK(to_text(first.findings) == "");
        CHECK(first.walks >= 15);
        CHECK(first.ledger_events > 100);
        const std::vector<std::string> ballast(seed * 7, std::string(100 + seed, 'x'));
        const RunReport second = run_scenario(*scenario, options);
        CHECK(first.trace_hash == second.trace_hash);
        CHECK(first.trace_entries == second.trace_entries);
        CHECK(first.events == second.events);
        hashes.insert(first.trace_hash);
    }
    CHECK(hashes.size() == 3);
}
