// Ways over floors: equal to those of a reference on aisle floors, right by hand with turns and
// one-way lanes, and every way a floor can be wrong is named.
#include "planner/map/floor_graph.hpp"

#include <cstdlib>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "tests/support/floor_graph.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

std::vector<AisleStop> drawn_stops(Prng& prng, const AisleFloor& floor, int count) {
    std::vector<AisleStop> stops;
    for (int i = 0; i < count; ++i) {
        const auto aisle = static_cast<std::int32_t>(prng.between(0, floor.aisles - 1));
        const auto y = static_cast<std::int32_t>(prng.between(0, floor.cross_y_mm().back()));
        stops.push_back({PlaceId("slot-" + std::to_string(i)), StopKind::slot, {aisle, y}});
    }
    return stops;
}

/// Four nodes in a square of 1000 mm, stops in the middle of the first and the third side.
FloorLayout square() {
    FloorLayout floor;
    floor.nodes = {{"sw", 0, 0}, {"se", 1000, 0}, {"ne", 1000, 1000}, {"nw", 0, 1000}};
    for (std::uint32_t i = 0; i < 4; ++i) {
        floor.lanes.push_back({i, (i + 1) % 4, 1000, LaneDirection::both});
    }
    floor.stops = {{PlaceId("south"), StopKind::slot, 0, 400},
                   {PlaceId("north"), StopKind::station, 2, 500},
                   {PlaceId("corner"), StopKind::door, 1, 0}};
    return floor;
}

}  // namespace

TEST_CASE("ways on aisle floors equal those of the reference") {
    Prng prng(41);
    for (int round = 0; round < 60; ++round) {
        INFO("round " << round);
        AisleFloor floor{4, 7, {10, 15}, {}, {}, {}, 0};
        if (round % 2 == 0) {
            floor.blocked_aisles.push_back({1, 3, 6});
            floor.blocked_crosses.push_back({round % 3, 1});
        }
        std::vector<AisleStop> stops = drawn_stops(prng, floor, 8);
        for (AisleStop& stop : stops) {
            if (stop.at.aisle == 1 && stop.at.y_mm > 3 && stop.at.y_mm < 6) {
                stop.at.y_mm = 6;
            }
        }
        const Result<FloorLayout> layout = layout_of(floor, stops);
        REQUIRE(layout);
        const Result<FloorGraph> graph = FloorGraph::on(*layout);
        REQUIRE(graph);
        std::vector<FloorPoint> points;
        std::vector<std::uint32_t> all;
        for (std::uint32_t i = 0; i < stops.size(); ++i) {
            points.push_back(stops[i].at);
            all.push_back(i);
        }
        const auto expected = test::FloorReference(floor, points).matrix();
        const Result<WayMatrix> ways = graph->ways(all);
        REQUIRE(ways);
        for (std::size_t i = 0; i < points.size(); ++i) {
            for (std::size_t k = 0; k < points.size(); ++k) {
                const std::int64_t way =
                    (*ways)(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k));
                REQUIRE(way == std::min<std::int64_t>(expected[i][k], kNoWay));
            }
            CHECK(graph->ways_from(static_cast<std::uint32_t>(i))[i] == 0);
        }
    }
}

TEST_CASE("turns cost where the heading changes, and one-way lanes are gone round") {
    FloorLayout floor = square();
    Result<FloorGraph> graph = FloorGraph::on(floor);
    REQUIRE(graph);
    CHECK(graph->ways_from(0) == std::vector<std::int32_t>{0, 1900, 600});
    CHECK(graph->path(0, 1) == std::vector<std::uint32_t>{0, 3});
    floor.turn_mm = 30;
    graph = FloorGraph::on(floor);
    CHECK(graph->ways_from(0) == std::vector<std::int32_t>{0, 1960, 600});
    floor.lanes[0].direction = LaneDirection::forward;  // south: only eastwards
    graph = FloorGraph::on(floor);
    CHECK(graph->ways_from(0) == std::vector<std::int32_t>{0, 2160, 600});
    CHECK(graph->ways_from(2)[0] == 3490);
    CHECK(graph->path(2, 0) == std::vector<std::uint32_t>{1, 2, 3, 0});
    CHECK(graph->check_reach().empty());
    CHECK(graph->find(PlaceId("north")) == 1U);
    CHECK(!graph->find(PlaceId("west")));
}

TEST_CASE("a floor that does not hang together is named stop by stop") {
    FloorLayout floor = square();
    for (FloorLane& lane : floor.lanes) {
        lane.direction = LaneDirection::forward;
    }
    floor.lanes.erase(floor.lanes.begin() + 3);
    const Result<FloorGraph> graph = FloorGraph::on(floor);
    REQUIRE(graph);
    const std::vector<std::string> problems = graph->check_reach();
    REQUIRE(problems.size() == 2);
    CHECK(problems[0].find("'south' cannot be reached from 'north'") != std::string::npos);
    CHECK(problems[1].find("'corner' cannot be reached") != std::string::npos);
    CHECK(graph->ways_from(1)[0] == kNoWay);
}

TEST_CASE("every contradiction of a floor is told") {
    const auto problem = [](auto change) {
        FloorLayout floor = square();
        change(floor);
        const std::vector<std::string> problems = check_floor_layout(floor);
        return problems.empty() ? std::string() : problems.front();
    };
    const auto has = [](const std::string& text, const char* part) {
        return text.find(part) != std::string::npos;
    };
    CHECK(problem([](FloorLayout&) {}).empty());
    CHECK(has(problem([](auto& floor) { floor.lanes[1].length_mm = -5; }), "-5 mm"));
    CHECK(has(problem([](auto& floor) { floor.lanes[1].to = 9; }), "does not exist"));
    CHECK(has(problem([](auto& floor) { floor.lanes[1].to = 1; }), "itself"));
    CHECK(has(problem([](auto& floor) { floor.nodes[1].id = "sw"; }), "twice"));
    CHECK(has(problem([](auto& floor) { floor.stops[1].offset_mm = 1001; }), "its lane"));
    CHECK(has(problem([](auto& floor) { floor.stops[1].place = PlaceId("south"); }), "twice"));
    CHECK(has(problem([](auto& floor) { floor.stops[1].place = PlaceId("a b"); }), "place id"));
    CHECK(has(problem([](auto& floor) { floor.turn_mm = -1; }), "turn"));
    CHECK(has(problem([](auto& floor) { floor.nodes.clear(); }), "nodes"));
}
