// Found by the simulated fleet (scenario fleet, seeds 28, 35, 64, 71, 88, 95): two vehicles in a
// dead end, and the one that is to go in stands in their only way out.
#include <catch2/catch.hpp>

#include "tests/support/traffic_floor.hpp"

using namespace tally;
using namespace tally::planner;

TEST_CASE("a vehicle before a dead end lets those out who are in its way") {
    const TrafficMap map =
        *TrafficMap::of_grid(std::vector<std::string_view>{".....", "@@.@@", "@@.@@", "@@.@@"});
    const MotionMap motion(map, {0, 100});
    test::FloorOptions options;
    options.stall_ppm = 0;
    for (options.seed = 1; options.seed <= 5; ++options.seed) {
        INFO("seed " << options.seed);
        test::TrafficFloor floor(
            motion,
            {motion.at(map.at(2, 0), 0), motion.at(map.at(2, 2), 0), motion.at(map.at(2, 3), 0)},
            options);
        floor.set_goal(0, map.at(2, 3));
        int ticks = 0;
        while (!floor.is_at_goal(0) && ticks < 400) {
            floor.tick();
            ++ticks;
        }
        CHECK(floor.is_at_goal(0));
        CHECK(floor.problems().empty());
    }
}
