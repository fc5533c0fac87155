// The judge of traffic is distrusted until it has caught every planted bug.
#include "planner/check/path_plan_check.hpp"

#include <catch2/catch.hpp>

using namespace tally;
using namespace tally::planner;

namespace {

using Paths = std::vector<std::vector<Cell>>;

/// Cells 0 1 2 over 3 4 5.
TrafficMap two_rows() {
    return *TrafficMap::of_grid(std::vector<std::string_view>{"...", "..."});
}

bool says(const std::vector<std::string>& problems, const std::string& what) {
    for (const std::string& problem : problems) {
        if (problem.find(what) != std::string::npos) {
            return true;
        }
    }
    return false;
}

}  // namespace

TEST_CASE("planted bugs in joint paths are caught, and named by vehicle and step") {
    const TrafficMap map = two_rows();
    struct Planted {
        Paths paths;
        TrafficRules rules;
        std::string what;
    };
    const Planted kPlanted[] = {
        {{{0, 1}, {2, 1}}, {}, "vehicle 1, step 1: is on the cell of vehicle 0"},
        {{{0, 1, 2}, {1}}, {}, "is on the cell"},
        {{{0, 1}, {1, 0}}, {}, "vehicle 0, step 0: changes places with vehicle 1"},
        {{{0, 2}}, {}, "jumps"},
        {{{0, 4}}, {}, "jumps"},
        {{{0, 1}, {1, 4}, {4, 3}, {3, 0}}, {Rings::forbidden, 0}, "moves in a ring"},
        {{{}}, {}, "has no path"},
        {{{17}}, {}, "off the map"},
        {{{0, 1}, {1, 4}}, {Rings::allowed, 800}, "touches vehicle"},
        {{{0}, {1}}, {Rings::allowed, 1'100}, "touches vehicle"},
    };
    for (const Planted& planted : kPlanted) {
        INFO(planted.what);
        CHECK(says(check_traffic(map, planted.paths, planted.rules), planted.what));
    }
    CHECK(check_traffic(map, {{0, 1}, {1, 4}, {4, 3}, {3, 0}}, {}).empty());
    CHECK(check_traffic(map, {{0, 1, 2}, {1, 2, 5}}, {Rings::forbidden, 700}).empty());
}

TEST_CASE("vehicles on places nearer than their clearance are caught") {
    FloorLayout floor;
    floor.nodes = {{"a", 0, 0}, {"b", 3000, 0}, {"c", 0, 500}, {"d", 3000, 500}};
    floor.lanes = {{0, 1, 3000, LaneDirection::both}, {2, 3, 3000, LaneDirection::both}};
    const TrafficMap map = *TrafficMap::of_layout(floor, {3'000, 900});
    CHECK(says(check_traffic(map, {{0}, {2}}, {}), "too near"));
    CHECK(check_traffic(map, {{0}, {3}}, {}).empty());
    // They pass each other on lanes half a metre apart, never on near places at a whole step.
    CHECK(says(check_traffic(map, {{0, 1}, {3, 2}}, {Rings::allowed, 900}), "touches"));
}

TEST_CASE("an answer that is empty, elsewhere, padded or miscounted is not valid") {
    const TrafficMap map = two_rows();
    const PathProblem problem{{0, 5}, {1, 4}, Rings::allowed};
    const PathPlan good{{{0, 1}, {5, 4}}, 2, 2};
    CHECK(check_path_plan(map, problem, good, 700).empty());
    PathPlan bad = good;
    bad.paths.clear();
    CHECK(says(check_path_plan(map, problem, bad, 0), "empty"));
    bad = good;
    bad.paths[0] = {0, 3};
    CHECK(says(check_path_plan(map, problem, bad, 0), "does not go"));
    bad = good;
    bad.paths[0] = {0, 1, 1};
    bad.sum_of_costs = 3;
    CHECK(says(check_path_plan(map, problem, bad, 0), "does not go"));
    bad = good;
    bad.sum_of_costs = 1;
    CHECK(says(check_path_plan(map, problem, bad, 0), "add up to 2"));
}
