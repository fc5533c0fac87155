// Six late vehicles on a floor with a narrow fork, drawn goals: one of them got nowhere for more
// than 400 ticks, whoever led. The simulated fleet (scenario fleet, seeds 183,
// 352, 479 and others) stood still for good in the same way.
#include <catch2/catch.hpp>

#include "tests/support/traffic_floor.hpp"

using namespace tally;
using namespace tally::planner;

TEST_CASE("who is in a knot that no order of turns unties gets out all the same") {
    const TrafficMap map = test::narrow_fork();
    const MotionMap motion(map, {90, 150});
    constexpr std::uint64_t kSeed = 42;
    Prng prng(kSeed);
    std::vector<State> starts;
    while (starts.size() < 6) {
        starts.push_back(static_cast<State>(prng.below(motion.size())));
        if (!RollingTraffic::on(motion, starts, {})) {
            starts.pop_back();
        }
    }
    test::FloorOptions options;
    options.seed = kSeed;
    test::TrafficFloor floor(motion, starts, options);
    for (std::uint32_t i = 0; i < 6; ++i) {
        floor.set_goal(i, static_cast<Cell>(prng.below(map.size())));
    }
    std::size_t stuck = 0;
    for (int tick = 0; tick < 1'500; ++tick) {
        floor.tick();
        for (std::uint32_t i = 0; i < 6; ++i) {
            if (floor.is_at_goal(i)) {
                floor.set_goal(i, static_cast<Cell>(prng.below(map.size())));
            }
        }
        stuck = std::max(stuck, floor.traffic().stuck(400));
    }
    CHECK(stuck == 0);
    CHECK(floor.problems().empty());
}
