// No plan reaches the action graph that an independent judge objects to, and the one before stands.
#include "firmware/services/fleet/plan_judge.hpp"

#include <string_view>

#include <catch2/catch.hpp>

using namespace tally;
using planner::Cell;
using planner::State;

namespace {

/// Three by two crossings, 1 m apart: cells 0 1 2 above 3 4 5.
struct Floor {
    Floor() {
        constexpr std::string_view kRows[] = {"...", "..."};
        map.emplace(*planner::TrafficMap::of_grid(kRows));
        motion.emplace(*map, planner::MotionOptions{0, 100});
        graph.emplace(*motion, std::vector<State>{0, 1}, planner::ReleaseOptions{});
    }
    Result<void> take(const std::vector<std::vector<State>>& paths) {
        return take_judged(*graph, *motion, graph->forecast(4), paths);
    }
    std::optional<planner::TrafficMap> map;
    std::optional<planner::MotionMap> motion;
    std::optional<planner::ActionGraph> graph;
};

}  // namespace

TEST_CASE("a plan that is right is taken") {
    Floor floor;
    REQUIRE(floor.take({{0, 3, 4}, {1, 2, 2}}));
    CHECK(floor.graph->horizon(0) == std::vector<State>{3, 4});
}

TEST_CASE("a planted bug in a plan is named, and the plan before is kept") {
    struct Bug {
        const char* name;
        std::vector<std::vector<State>> paths;
        const char* said;
    };
    const Bug kBugs[] = {
        {"two on one cell", {{0, 3, 4}, {1, 4, 4}}, "is on the cell of vehicle"},
        {"they change places", {{0, 1, 1}, {1, 0, 0}}, "changes places"},
        {"a jump", {{0, 5, 5}, {1, 1, 1}}, "jumps"},
        {"an empty path", {{}, {1, 1, 1}}, "has no path"},
    };
    for (const Bug& bug : kBugs) {
        INFO(bug.name);
        Floor floor;
        REQUIRE(floor.take({{0, 3, 4}, {1, 2, 2}}));
        const auto taken = floor.take(bug.paths);
        REQUIRE_FALSE(taken);
        CHECK(taken.error().kind == ErrorKind::corrupt);
        CHECK(taken.error().text.find(bug.said) != std::string::npos);
        CHECK(floor.graph->horizon(0) == std::vector<State>{3, 4});
        CHECK(floor.graph->horizon(1) == std::vector<State>{2});
    }
}

TEST_CASE("nobody is planned into the track of one that stands") {
    Floor floor;
    REQUIRE(floor.take({{0, 3, 3}, {1, 1, 1}}));
    floor.graph->release();
    floor.graph->set_lost(0, true);
    const auto taken = floor.take({{0, 0, 0}, {1, 4, 3}});
    REQUIRE_FALSE(taken);
    CHECK(taken.error().text.find("into the track of vehicle 0") != std::string::npos);
    CHECK(floor.take({{0, 0, 0}, {1, 4, 5}}));
}
