// The first day of the whole site in virtual time, several seeds, each run twice: nothing may be
// lost, doubled or altered on its way, stock is the fold of its events everywhere, and where a book
// is not the truth, a box has said that it was in doubt. After a count nothing is left open.
#include "sim/scenarios/quiet_day.hpp"

#include <set>

#include <catch2/catch.hpp>

using namespace tally;
using namespace tally::sim;

TEST_CASE("after a quiet day edges, bridge and truth agree, and each day runs twice the same") {
    std::set<Digest> hashes;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        INFO("reproduce with: day_hash --log " << seed);
        const QuietDayRun first = run_quiet_day(seed);
        CHECK(to_text(first.findings) == "");
        CHECK(first.settled);
        CHECK(first.after_count.empty());
        CHECK(first.anomalies_open == 0);
        CHECK(first.walks >= 20);
        CHECK(first.ledger_events > 120);
        const std::vector<std::string> ballast(seed * 7, std::string(100 + seed, 'x'));
        const QuietDayRun second = run_quiet_day(seed, 30);
        CHECK(first.trace_hash == second.trace_hash);
        CHECK(first.trace_entries == second.trace_entries);
        CHECK(first.events == second.events);
        hashes.insert(first.trace_hash);
    }
    CHECK(hashes.size() == 5);
}
