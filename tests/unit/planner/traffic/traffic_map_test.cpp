// The floor as vehicles share it: grids, lanes cut into cells, and places too near each other.
#include "planner/traffic/traffic_map.hpp"

#include <catch2/catch.hpp>

#include "planner/traffic/goal_distances.hpp"
#include "planner/traffic/lane_cut.hpp"

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

TEST_CASE("a lane is cut where vehicles must stand, then where that is nearer than even steps") {
    struct Row {
        const char* name;
        LaneCut lane;
        std::vector<std::int32_t> cuts;
    };
    const Row row = GENERATE(values<Row>({
        {"no stops", {4'500, 1'000, {}, {}}, {0, 1'125, 2'250, 3'375, 4'500}},
        {"a charger", {4'000, 1'000, {1'400}, {}}, {0, 1'400, 2'700, 4'000}},
        {"twice the same, in any order",
         {4'000, 1'000, {2'500, 1'400, 2'500}, {}},
         {0, 1'400, 2'500, 4'000}},
        {"too near to either node",
         {4'000, 1'000, {400, 3'001}, {}},
         {0, 1'000, 2'000, 3'000, 4'000}},
        {"of two too near to each other the first",
         {4'000, 1'000, {1'500, 2'400}, {}},
         {0, 1'500, 2'750, 4'000}},
        {"slots that fit",
         {5'000, 1'000, {}, {1'300, 2'500, 3'900}},
         {0, 1'300, 2'500, 3'900, 5'000}},
        {"slots that fit, beside one that does not",
         {5'000, 1'000, {}, {300, 1'300, 2'500}},
         {0, 1'300, 2'500, 3'750, 5'000}},
        // 800 apart every second one would have its cell, the others none for 800.
        {"slots too many for cells",
         {8'000, 1'000, {}, {800, 1'600, 2'400, 3'200, 4'000, 4'800}},
         {0, 1'000, 2'000, 3'000, 4'000, 5'000, 6'000, 7'000, 8'000}},
        {"a slot gives way to a charger",
         {5'000, 1'000, {2'400}, {1'900, 3'700}},
         {0, 1'200, 2'400, 3'700, 5'000}},
        {"shorter than a step", {700, 1'000, {300}, {200}}, {0, 700}},
    }));
    INFO(row.name);
    CHECK(cut_lane(row.lane) == row.cuts);
}

TEST_CASE("stops have the cell that is right there, and say how far off it is else") {
    FloorLayout floor;
    floor.nodes = {{"a", 0, 0}, {"b", 5'000, 0}, {"c", 5'000, 4'000}};
    floor.lanes = {{0, 1, 5'000, LaneDirection::both}, {1, 2, 4'000, LaneDirection::both}};
    floor.stops = {{PlaceId("charger"), StopKind::charger, 0, 1'400},
                   {PlaceId("rack"), StopKind::slot, 0, 1'900},
                   {PlaceId("near"), StopKind::station, 0, 4'700},
                   {PlaceId("end"), StopKind::parking, 1, 0},
                   {PlaceId("door"), StopKind::door, 1, 1'500}};
    const TrafficMap map = *TrafficMap::of_layout(floor, {1'000, 900});
    const Cell charger = map.cell_of(floor.stops[0]);
    CHECK(map.x_mm(charger) == 1'400);
    CHECK(map.off_mm(floor.stops[0]) == 0);
    CHECK(map.off_mm(floor.stops[1]) == 500);
    CHECK(map.cell_of(floor.stops[2]) == 1);
    CHECK(map.off_mm(floor.stops[2]) == 300);
    CHECK(map.cell_of(floor.stops[3]) == 1);
    CHECK(map.lane(1).size() == 5);  // A door moves no cell.
    CHECK(map.offsets_mm(1)[2] == 2'000);
    // A slot whose carrier a vehicle picks up counts as much as a charger: the first of two is cut.
    floor.stops[0].offset_mm = 2'400;
    const TrafficMap exact = *TrafficMap::of_layout(floor, {1'000, 900, {PlaceId("rack")}});
    CHECK(exact.off_mm(floor.stops[1]) == 0);
    CHECK(exact.off_mm(floor.stops[0]) == 500);
}

TEST_CASE("vehicles that know nodes only have no cells between them") {
    FloorLayout floor = forked_floor();
    floor.stops = {{PlaceId("charger"), StopKind::charger, 0, 2'400}};
    const TrafficMap map = *TrafficMap::of_layout(floor, {1'000, 900, {}, LaneStops::at_nodes});
    CHECK(map.size() == 3);
    CHECK(map.lane(0).size() == 2);
    CHECK(map.has_step(0, 1));
    CHECK(map.off_mm(floor.stops[0]) == 2'400);
    CHECK(map.near(0).empty());
}
