// Execution under delay: whatever the times that actions take, vehicles on released track never
// touch, never change places and never stand still for good. The watch knows only positions.
#include <catch2/catch.hpp>

#include "planner/traffic/action_graph.hpp"
#include "tests/support/traffic_floor.hpp"

using namespace tally;
using namespace tally::planner;
using test::FloorOptions;
using test::TrafficFloor;

namespace {

TrafficMap aisles() {
    return *TrafficMap::of_grid(std::vector<std::string_view>{
        "...........", ".@@.@@@.@@.", ".@@.@@@.@@.", "...........", ".@@.@@@.@@.", "..........."});
}

std::vector<State> starts_on(const MotionMap& motion, std::size_t count, Prng& prng) {
    std::vector<State> starts;
    while (starts.size() < count) {
        starts.push_back(static_cast<State>(prng.below(motion.size())));
        if (!RollingTraffic::on(motion, starts, {})) {
            starts.pop_back();
        }
    }
    return starts;
}

struct Outcome {
    int arrivals = 0;
    std::uint64_t longest_quiet = 0;
    std::size_t stuck = 0;
    std::vector<std::string> problems;
};

Outcome run(const TrafficMap& map, std::size_t count, const FloorOptions& options, int ticks,
            int lose_at = -1) {
    const MotionMap motion(map, {90, 150});
    Prng prng(options.seed);
    TrafficFloor floor(motion, starts_on(motion, count, prng), options);
    for (std::uint32_t i = 0; i < count; ++i) {
        floor.set_goal(i, static_cast<Cell>(prng.below(map.size())));
    }
    Outcome outcome;
    for (int tick = 0; tick < ticks; ++tick) {
        if (tick == lose_at) {
            floor.lose(0);
        }
        floor.tick();
        for (std::uint32_t i = 0; i < count; ++i) {
            if (floor.is_at_goal(i)) {
                ++outcome.arrivals;
                floor.set_goal(i, static_cast<Cell>(prng.below(map.size())));
            }
        }
        outcome.longest_quiet = std::max(outcome.longest_quiet, floor.ticks_without_arrival());
        outcome.stuck = std::max(outcome.stuck, floor.traffic().stuck(400));
    }
    outcome.problems = floor.problems();
    return outcome;
}

}  // namespace

TEST_CASE("under chance delays vehicles never touch, never swap and never deadlock") {
    const TrafficMap maps[] = {aisles(), test::narrow_fork()};
    for (const TrafficMap& map : maps) {
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
            INFO("map of " << map.size() << " cells, seed " << seed);
            FloorOptions options;
            options.seed = seed;
            const Outcome outcome = run(map, map.has_near() ? 6 : 9, options, 800);
            INFO((outcome.problems.empty() ? "" : outcome.problems.front()));
            CHECK(outcome.problems.empty());
            CHECK(outcome.arrivals > 30);
            CHECK(outcome.longest_quiet < 100);
            CHECK(outcome.stuck == 0);
        }
    }
}

TEST_CASE("a slow vehicle and a lost one do not stop the rest") {
    FloorOptions options;
    options.seed = 11;
    options.slow = 3;
    options.stall_ppm = 0;
    const TrafficMap map = aisles();
    const Outcome slow = run(map, 7, options, 800);
    CHECK(slow.problems.empty());
    CHECK(slow.arrivals > 30);
    options.slow = kNoVehicle;
    const Outcome lost = run(map, 7, options, 800, 100);
    INFO((lost.problems.empty() ? "" : lost.problems.front()));
    CHECK(lost.problems.empty());
    CHECK(lost.arrivals > 30);
}

TEST_CASE("planted: track freed as soon as a vehicle starts to leave it is seen on the floor") {
    FloorOptions options;
    options.seed = 5;
    options.is_track_freed_early = true;
    bool is_seen = false;
    for (const std::string& problem : run(aisles(), 9, options, 400).problems) {
        is_seen = is_seen || problem.find("came as near as") != std::string::npos;
    }
    CHECK(is_seen);
}
