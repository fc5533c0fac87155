// Determinism, shown: a run is a function of its seed. Each seed runs twice in one process, so that
// anything the first run leaves behind (statics, caches, addresses) would show in the second. The
// other builds are compared by tests/scenario/sim_hash, whose lines must be equal in all of them.
#include <cstdlib>
#include <set>

#include <catch2/catch.hpp>

#include "tests/scenario/small_world.hpp"

using namespace tally;
using namespace tally::scenario;

TEST_CASE("fifty seeds run twice give the same trace, and different ones different traces") {
    std::set<Digest> hashes;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        INFO("reproduce with: sim_hash --trace " << seed);
        const SmallWorldRun first = run_small_world(seed, 0);
        // Other work in between moves every address that the second run gets.
        const std::vector<std::string> ballast(seed, std::string(100 + seed, 'x'));
        const SmallWorldRun second = run_small_world(seed, 30);
        CHECK(first.trace_hash == second.trace_hash);
        CHECK(first.trace_entries == second.trace_entries);
        CHECK(first.events == second.events);
        CHECK(first.trace_entries > 1000);
        hashes.insert(first.trace_hash);
    }
    CHECK(hashes.size() == 50);
}

TEST_CASE("after the faults every number has arrived once and in order, both ways") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        const SmallWorldRun run = run_small_world(seed, 30);
        INFO("reproduce with: sim_hash --trace " << seed);
        for (const std::string& line : run.last) {
            UNSCOPED_INFO(line);
        }
        CHECK(run.converged);
        CHECK(run.errors == 0);
    }
}

TEST_CASE("over fifty seeds each kind of fault happens, and each option is on and off") {
    std::set<std::string> seen;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        for (const std::string& line : run_small_world(seed, 0).options) {
            const std::size_t equals = line.find('=');
            const bool fault = line.rfind("fault", 0) == 0;
            const bool zero = line.substr(equals) == "=0";
            seen.insert(
                fault ? line.substr(line.find("kind="), line.find(" node=") - line.find("kind="))
                      : line.substr(0, equals) + (zero ? " off" : " on"));
        }
    }
    for (const char* expected :
         {"kind=kill_process", "kind=cut_power", "kind=partition", "kind=half_open", "kind=reset",
          "kind=step_wall", "link.loss_ppm on", "link.loss_ppm off", "link.reset_ppm on",
          "link.silence_ppm on", "link.silence_ppm off", "link.refuse_ppm on",
          "broker.duplicate_ppm on", "broker.duplicate_ppm off", "broker.reorder_ppm on",
          "broker.break_ppm on", "broker.break_ppm off", "broker.late_will_ppm on"}) {
        INFO(expected);
        CHECK(seen.count(expected) == 1);
    }
}
