// Found by the simulated fleet (scenario fleet, seeds 85, 207 and others): a dead end of more steps
// than are planned ahead, somebody idle at its end, and several who are to go there. They drove in,
// met, backed out, and began again without end.
#include <catch2/catch.hpp>

#include "tests/support/traffic_floor.hpp"

using namespace tally;
using namespace tally::planner;

TEST_CASE("a dead end deeper than the window: who is in there comes out before others go in") {
    const TrafficMap map = *TrafficMap::of_grid(std::vector<std::string_view>{
        "...@@@@@@@@@@@@@@@@@@",
        ".@...................",
        "...@@@@@@@@@@@@@@@@@@",
    });
    const MotionMap motion(map, {0, 100});
    test::FloorOptions options;
    options.stall_ppm = 0;
    for (options.seed = 1; options.seed <= 5; ++options.seed) {
        INFO("seed " << options.seed);
        test::TrafficFloor floor(motion,
                                 {motion.at(map.at(20, 1), 0), motion.at(map.at(5, 1), 0),
                                  motion.at(map.at(2, 0), 0), motion.at(map.at(0, 2), 0)},
                                 options);
        floor.set_goal(1, map.at(20, 1));
        floor.set_goal(2, map.at(19, 1));
        floor.set_goal(3, map.at(20, 1));
        std::vector<char> has_arrived(4, 0);
        const auto all = [&] { return has_arrived[1] + has_arrived[2] + has_arrived[3] == 3; };
        for (int ticks = 0; ticks < 1'500 && !all(); ++ticks) {
            floor.tick();
            for (std::uint32_t vehicle = 1; vehicle < 4; ++vehicle) {
                if (has_arrived[vehicle] == 0 && floor.is_at_goal(vehicle)) {
                    has_arrived[vehicle] = 1;
                    floor.set_goal(vehicle, kNoCell);
                }
            }
        }
        CHECK(all());
        CHECK(floor.problems().empty());
    }
}
