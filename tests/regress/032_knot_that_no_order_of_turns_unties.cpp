// Six late vehicles on a floor with a narrow fork, drawn goals: one of them got nowhere for more
// than 400 ticks, whoever led. The simulated fleet (scenario fleet, seeds 183,
// 352, 479 and others) stood still for good in the same way.
#include <catch2/catch.hpp>

#include "tests/support/traffic_floor.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

TrafficMap narrow_fork() {
    FloorLayout floor;
    floor.nodes = {{"a", 0, 0},        {"b", 5000, 0},    {"c", 10000, 0},
                   {"d", 0, 8000},     {"e", 5000, 8000}, {"f", 10000, 8000},
                   {"g", 11200, 8000}, {"h", 2500, 4000}, {"i", 7500, 4000}};
    floor.lanes = {{0, 1, 5000, LaneDirection::both},    {1, 2, 5000, LaneDirection::both},
                   {0, 3, 8000, LaneDirection::both},    {1, 4, 8000, LaneDirection::both},
                   {2, 5, 8000, LaneDirection::both},    {2, 6, 8090, LaneDirection::both},
                   {3, 4, 5000, LaneDirection::both},    {4, 5, 5000, LaneDirection::both},
                   {5, 6, 1200, LaneDirection::forward}, {7, 8, 5000, LaneDirection::both},
                   {7, 3, 4717, LaneDirection::both},    {8, 5, 4717, LaneDirection::both}};
    return *TrafficMap::of_layout(floor, {1'000, 900});
}

}  // namespace

TEST_CASE("who is in a knot that no order of turns unties gets out all the same") {
    const TrafficMap map = narrow_fork();
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
