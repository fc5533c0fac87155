// Found by the simulated fleet (scenario fleet, seeds 19, 174, 711 and others): a vehicle followed
// another one down a one-way lane, and stood so near to the only way on that the other could not
// leave; nor could it turn back. No plan unties that: nobody may drive in there.
#include <catch2/catch.hpp>

#include "tests/support/traffic_floor.hpp"

using namespace tally;
using namespace tally::planner;

TEST_CASE("down a one-way lane nobody comes so near that the one before it cannot leave") {
    FloorLayout layout;
    layout.nodes = {{"end", 0, 0}, {"in", 5'000, 0}, {"out", 5'000, 3'000}};
    layout.lanes = {{1, 0, 5'000, LaneDirection::forward},
                    {0, 2, 5'831, LaneDirection::forward},
                    {1, 2, 3'000, LaneDirection::both}};
    const TrafficMap map = *TrafficMap::of_layout(layout, {1'000, 900});
    REQUIRE(map.has_near());  // The first cell of the way out, and the last of the way in.
    const MotionMap motion(map, {0, 100});
    test::FloorOptions options;
    for (options.seed = 1; options.seed <= 5; ++options.seed) {
        INFO("seed " << options.seed);
        test::TrafficFloor floor(motion, {motion.at(1, 0), motion.at(2, 0)}, options);
        floor.set_goal(0, 0);
        floor.set_goal(1, 0);
        int arrivals = 0;
        std::uint64_t still = 0;
        for (int tick = 0; tick < 600; ++tick) {
            floor.tick();
            for (std::uint32_t vehicle = 0; vehicle < 2; ++vehicle) {
                if (floor.is_at_goal(vehicle)) {
                    ++arrivals;
                    floor.set_goal(vehicle, floor.traffic().goal(vehicle) == 0 ? 2 : 0);
                }
            }
            still = std::max(still, floor.ticks_without_arrival());
        }
        CHECK(arrivals > 20);
        CHECK(still < 60);
        CHECK(floor.problems().empty());
    }
}
