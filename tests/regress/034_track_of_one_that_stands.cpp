// Found by the simulated fleet (scenario fleet, seed 822): a vehicle stood for a while before a
// one-way road with track into it. Another one drove into a one-way road so near to that one that
// neither could leave once the first had driven on: it had been taken for staying where it stood.
#include <algorithm>

#include <catch2/catch.hpp>

#include "planner/traffic/rolling_traffic.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

/// Two one-way roads side by side in opposite directions: who is in the middle of one is too near
/// to the way on of the other. Around them it can be turned; beside f one can wait.
FloorLayout two_one_ways() {
    FloorLayout layout;
    layout.nodes = {{"a", 0, 0},        {"b", 4'000, 0},   {"c", 4'000, 800},  {"d", 0, 800},
                    {"e", -4'000, 400}, {"f", 8'000, 400}, {"g", 8'000, 4'400}};
    layout.lanes = {{0, 1, 4'000, LaneDirection::forward}, {2, 3, 4'000, LaneDirection::forward},
                    {1, 5, 4'020, LaneDirection::both},    {5, 2, 4'020, LaneDirection::both},
                    {5, 6, 4'000, LaneDirection::both},    {3, 4, 4'020, LaneDirection::both},
                    {4, 0, 4'020, LaneDirection::both}};
    return layout;
}

}  // namespace

TEST_CASE("one that stands with track into a one-way road is met nowhere in there") {
    const TrafficMap map = *TrafficMap::of_layout(two_one_ways(), {1'000, 900});
    const MotionMap motion(map, {0, 100});
    const auto there = map.lane(0);
    const auto back = map.lane(1);
    REQUIRE(there.size() == 5);
    // The one that stands at b's side of the way back, with track two cells into it.
    const Cell stands = back[0];
    const Cell ends = back[2];
    const auto run = [&](Cell track_end) {
        auto traffic =
            RollingTraffic::on(motion, {motion.at(there[0], 0), motion.at(stands, 0)}, {});
        REQUIRE(traffic);
        traffic->set_goal(0, there[4]);
        RollingVehicle mover{{motion.at(there[0], 0)}, 0, {}, kNoCell};
        RollingVehicle stander{{motion.at(stands, 0)}, 0, {back[0], back[1], back[2]}, track_end};
        std::vector<Cell> been;
        for (int tick = 0; tick < 40; ++tick) {
            traffic->resume({mover, stander});
            traffic->run(4'000);
            const State next = traffic->path(0)[1];
            mover.path = {next};
            been.push_back(motion.cell(next));
        }
        return been;
    };
    const std::vector<Cell> kept_out = run(ends);
    CHECK(std::count(kept_out.begin(), kept_out.end(), there[0]) == 40);
    // Of one that will never move again all would be well; this is what was believed.
    const std::vector<Cell> let_in = run(kNoCell);
    CHECK(std::count(let_in.begin(), let_in.end(), there[1]) > 0);
}
