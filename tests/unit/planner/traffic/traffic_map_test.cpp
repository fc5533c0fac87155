// The floor as vehicles share it: grids, lanes cut into cells, and places too near each other.
#include "planner/traffic/traffic_map.hpp"

#include <catch2/catch.hpp>

#include "planner/traffic/goal_distances.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

Result<TrafficMap> grid(std::vector<std::string_view> rows) {
    return TrafficMap::of_grid(rows);
}

/// Two lanes of 5 m that leave one node at a narrow angle, and a one-way lane back.
FloorLayout forked_floor() {
    FloorLayout floor;
    floor.nodes = {{"a", 0, 0}, {"b", 5000, 0}, {"c", 5000, 1500}};
    floor.lanes = {{0, 1, 5000, LaneDirection::both},
                   {0, 2, 5220, LaneDirection::both},
                   {2, 1, 1500, LaneDirection::forward}};
    return floor;
}

}  // namespace

TEST_CASE("a grid joins each free cell with those beside it, never across a row's end") {
    const Result<TrafficMap> map = grid({"..@", "@..", "@@."});
    REQUIRE(map);
    CHECK(map->size() == 5);
    CHECK(map->at(0, 1) == kNoCell);
    CHECK(map->at(3, 0) == kNoCell);
    CHECK(map->at(0, 3) == kNoCell);
    CHECK(map->has_step(map->at(0, 0), map->at(1, 0)));
    CHECK(map->has_step(map->at(1, 0), map->at(1, 1)));
    CHECK_FALSE(map->has_step(map->at(1, 0), map->at(2, 1)));
    CHECK(map->next(map->at(2, 2)).size() == 1);
    CHECK_FALSE(map->has_near());
    GoalDistances distances(*map);
    CHECK(distances.to(map->at(2, 2))[map->at(0, 0)] == 4);
}

TEST_CASE("a grid that is none is refused with its reason") {
    const Result<TrafficMap> ragged = grid({"...", ".."});
    REQUIRE_FALSE(ragged);
    CHECK(ragged.error().text == "row 1 of the grid has 2 columns; the first has 3");
    CHECK_FALSE(grid({"@@"}));
    CHECK_FALSE(grid({}));
}

TEST_CASE("lanes are cut into steps, one-way lanes lead one way, narrow angles are near") {
    const FloorLayout floor = forked_floor();
    const Result<TrafficMap> map = TrafficMap::of_layout(floor, {1'000, 900});
    REQUIRE(map);
    CHECK(map->lane(0).size() == 6);  // 5 steps of 1 m
    CHECK(map->lane(1).size() == 6);  // 5 steps of 1,044 mm
    CHECK(map->lane(2).size() == 2);  // one step of 1.5 m
    CHECK(map->has_step(2, 1));
    CHECK_FALSE(map->has_step(1, 2));
    CHECK(map->x_mm(map->lane(0)[2]) == 2'000);
    // One and two steps into the fork the lanes are 300 and 600 mm apart, after three 900.
    const Cell second = map->lane(0)[2];
    REQUIRE(map->near(second).size() == 1);
    CHECK(map->near(second)[0] == map->lane(1)[2]);
    CHECK(map->near(map->lane(0)[4]).empty());
    const Result<TrafficMap> short_cells = TrafficMap::of_layout(floor, {500, 900});
    REQUIRE_FALSE(short_cells);
    CHECK(short_cells.error().kind == ErrorKind::refused);
}
