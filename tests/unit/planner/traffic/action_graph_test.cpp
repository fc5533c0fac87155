// The action graph alone: what waits for what, what is refused, and what a slow, lost or misplaced
// vehicle means for the others; and the watch that judges floors.
#include "planner/traffic/action_graph.hpp"

#include <catch2/catch.hpp>

#include "planner/check/floor_watch.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

using Paths = std::vector<std::vector<State>>;

/// Cells 0 to 5 in a row over 6 to 11; a state a cell.
struct Floor {
    TrafficMap map = *TrafficMap::of_grid(std::vector<std::string_view>{"......", "......"});
    MotionMap motion{map, {0, 100}};
};

}  // namespace

TEST_CASE(
    "who comes later waits until the one before has arrived beyond, not until it should have") {
    const Floor floor;
    ActionGraph graph(floor.motion, {1, 0}, {});
    REQUIRE(graph.plan({{1, 2, 3, 4}, {0, 1, 2, 3}}));
    CHECK(graph.circle().empty());
    CHECK(graph.release() == std::vector<std::uint32_t>{0});
    CHECK(graph.base(0) == std::vector<State>{2, 3, 4});
    CHECK(graph.base(1).empty());
    CHECK(graph.waits_for(1) == std::vector<std::uint32_t>{0});
    CHECK(graph.release().empty());
    REQUIRE(graph.done(0));
    CHECK(graph.release() == std::vector<std::uint32_t>{1});
    CHECK(graph.base(1) == std::vector<State>{1});
    CHECK(graph.horizon(1) == std::vector<State>{2, 3});
    CHECK(graph.done(1));
    const Result<void> beyond = graph.done(1);
    REQUIRE_FALSE(beyond);
    CHECK(beyond.error().text == "vehicle 1 went on without released track; stop it and look");
}

TEST_CASE("no more than the base's length is released") {
    const Floor floor;
    ActionGraph graph(floor.motion, {0}, {2});
    REQUIRE(graph.plan({{0, 1, 2, 3, 4, 5}}));
    graph.release();
    CHECK(graph.base(0).size() == 2);
    REQUIRE(graph.done(0));
    graph.release();
    CHECK(graph.base(0) == std::vector<State>{2, 3});
}

TEST_CASE("the way back is not released before what it goes back for is reached") {
    const Floor floor;
    ActionGraph graph(floor.motion, {1}, {});
    REQUIRE(graph.plan({{1, 2, 1, 0}}));
    graph.release();
    CHECK(graph.base(0) == std::vector<State>{2});
    CHECK(graph.horizon(0) == std::vector<State>{1, 0});
    REQUIRE(graph.done(0));
    graph.release();
    CHECK(graph.base(0) == std::vector<State>{1, 0});
}

TEST_CASE("nothing is released beyond the cell where a vehicle is to stop, until that is lifted") {
    const Floor floor;
    ActionGraph graph(floor.motion, {0}, {});
    graph.set_stop(0, 2);
    REQUIRE(graph.plan({{0, 1, 2, 3, 4}}));
    CHECK(graph.horizon(0) == std::vector<State>{1, 2});
    graph.release();
    CHECK(graph.base(0) == std::vector<State>{1, 2});
    REQUIRE(graph.done(0));
    REQUIRE(graph.done(0));
    graph.release();
    CHECK(graph.base(0).empty());
    CHECK(graph.horizon(0).empty());
    graph.set_stop(0, kNoCell);
    graph.release();
    CHECK(graph.base(0) == std::vector<State>{3, 4});
}

TEST_CASE("a swap, a ring, a place never left and a plan without the base are refused") {
    const Floor floor;
    ActionGraph pair(floor.motion, {0, 1}, {});
    CHECK(pair.plan({{0, 1}, {1, 0}}).error().kind == ErrorKind::conflict);
    CHECK(pair.plan({{0, 0, 1}, {1, 1, 1}}).error().text ==
          "vehicle 0 is to come to a place that another one never leaves");
    ActionGraph ring(floor.motion, {0, 1, 7, 6}, {});
    const Result<void> round = ring.plan({{0, 1}, {1, 7}, {7, 6}, {6, 0}});
    REQUIRE_FALSE(round);
    CHECK(round.error().text ==
          "this plan has vehicles that wait for each other in a circle; plan without rings");
    ActionGraph one(floor.motion, {0}, {});
    REQUIRE(one.plan({{0, 1, 2}}));
    one.release();
    const Result<void> other = one.plan({{0, 6}});
    REQUIRE_FALSE(other);
    CHECK(other.error().text == "the plan leaves out what is released to vehicle 0");
    CHECK(one.base(0) == std::vector<State>{1, 2});
}

TEST_CASE("a slow vehicle delays only those behind it") {
    const Floor floor;
    ActionGraph graph(floor.motion, {1, 0, 6}, {6});
    REQUIRE(graph.plan({{1, 2, 3}, {0, 1, 2}, {6, 7, 8, 9, 10}}));
    graph.release();
    for (int i = 0; i < 4; ++i) {
        REQUIRE(graph.done(2));
    }
    graph.release();
    CHECK(graph.at(2) == 10);
    CHECK(graph.base(1).empty());  // behind vehicle 0, which has not moved
}

TEST_CASE("the forecast keeps the order of the plan and begins with the base") {
    const Floor floor;
    ActionGraph graph(floor.motion, {1, 0}, {2});
    REQUIRE(graph.plan({{1, 1, 1, 2, 3}, {0, 0, 0, 1, 2}}));
    graph.release();
    const std::vector<RollingVehicle> vehicles = graph.forecast(4);
    CHECK(vehicles[0].path == std::vector<State>{1, 2, 3, 3, 3});  // nobody waits for nothing
    CHECK(vehicles[0].fixed == 2);
    CHECK(vehicles[1].path == std::vector<State>{0, 1, 2, 2, 2});
    CHECK(vehicles[1].fixed == 0);
}

TEST_CASE("a lost vehicle keeps its track until a person hands it back") {
    const Floor floor;
    ActionGraph graph(floor.motion, {0, 6}, {});
    REQUIRE(graph.plan({{0, 1, 2}, {6}}));
    graph.release();
    graph.set_lost(0, true);
    CHECK(graph.forecast(3)[0].held == std::vector<Cell>{0, 1, 2});
    CHECK_FALSE(graph.plan({{0}, {6, 7, 1}}));  // over its track
    REQUIRE(graph.plan({{0}, {6, 7, 8}}));
    CHECK(graph.base(0) == std::vector<State>{1, 2});
    graph.release();
    CHECK(graph.put_back(0, 8).error().kind == ErrorKind::conflict);
    REQUIRE(graph.put_back(0, 5));
    CHECK(graph.at(0) == 5);
    CHECK(graph.forecast(3)[0].held.empty());
    REQUIRE(graph.plan({{5}, {6, 7, 8, 2}}));
}

TEST_CASE("the watch sees two that meet between two looks, and nothing where nothing is") {
    FloorWatch watch(900);
    CHECK(watch.look({{0, 0}, {2'000, 0}}).empty());
    CHECK(watch.look({{0, 1'000}, {2'000, 1'000}}).empty());
    CHECK(watch.look({{2'000, 1'000}, {0, 1'000}}).size() == 1);  // they changed places
    FloorWatch still(900);
    CHECK(still.look({{0, 0}, {500, 0}}).front() == "vehicles 0 and 1 came as near as 500 mm");
}
