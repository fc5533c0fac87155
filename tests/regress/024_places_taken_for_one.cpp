// Found by the simulated fleet (scenario fleet, seed 10): of three places in a row, with an aisle
// between the last two that is too narrow for two vehicles, the first counted as too near the third
// although they are far apart. Vehicles that stood there were held for ever, each on the other's
// track.
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

TEST_CASE("who stands too near an end of a step is not too near its other end as well") {
    FloorLayout floor;
    floor.nodes = {{"a", 0, 0}, {"b", 1'900, 0}, {"c", 2'700, 0}};
    floor.lanes = {{0, 1, 1'900, LaneDirection::both}, {1, 2, 800, LaneDirection::both}};
    const auto map = TrafficMap::of_layout(floor, {1'000, 900});
    REQUIRE(map);
    CHECK(are_near(*map, 1, 2));  // And so nobody drives between a and b while one stands at c.
    CHECK_FALSE(are_near(*map, 0, 2));
    CHECK_FALSE(are_near(*map, 2, 0));
}
