// Found by the simulated fleet (scenario fleet, seeds 114 and 172): lanes that part at a sharp
// angle with steps of up to twice a cell. Both far ends keep the clearance from each other, and the
// step into the one comes nearer than that to who stands at the other.
#include <algorithm>

#include <catch2/catch.hpp>

#include "planner/traffic/traffic_map.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

bool are_near(const TrafficMap& map, Cell a, Cell b) {
    const auto near = map.near(a);
    return std::find(near.begin(), near.end(), b) != near.end();
}

}  // namespace

TEST_CASE("who stands beside a long step shuts it, where the lanes meet") {
    FloorLayout floor;
    // a - b is one step of 1.9 m; c is 1 m from b at 50 degrees: 766 mm from the step.
    floor.nodes = {{"a", -1'900, 0}, {"b", 0, 0}, {"c", -643, 766}};
    floor.lanes = {{0, 1, 1'900, LaneDirection::both}, {1, 2, 1'000, LaneDirection::both}};
    const auto map = TrafficMap::of_layout(floor, {1'000, 900});
    REQUIRE(map);
    CHECK(are_near(*map, 0, 2));
    CHECK(are_near(*map, 2, 0));
    CHECK_FALSE(are_near(*map, 1, 2));
}

TEST_CASE("who stands beside a long step shuts it, where another place is nearer to its ends") {
    FloorLayout floor;
    // c is 800 mm from the middle of a - b; d, the end of its lane, is nearer to a than c is.
    floor.nodes = {{"a", 0, 0}, {"b", 1'900, 0}, {"c", 950, 800}, {"d", 300, 900}};
    floor.lanes = {{0, 1, 1'900, LaneDirection::both}, {2, 3, 1'000, LaneDirection::both}};
    const auto map = TrafficMap::of_layout(floor, {1'000, 900});
    REQUIRE(map);
    CHECK((are_near(*map, 2, 0) || are_near(*map, 2, 1)));
}
