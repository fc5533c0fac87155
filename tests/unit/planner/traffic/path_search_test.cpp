// One-shot traffic: solvable exactly where a search over all joint positions says so, valid and not
// below its bound everywhere, the same however it is sliced.
#include "planner/traffic/path_search.hpp"

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "planner/check/path_plan_check.hpp"
#include "tests/support/joint_reference.hpp"
#include "tests/support/testdata.hpp"
#include "tools/bench/traffic_data.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

const std::vector<std::vector<std::string_view>> kSmallMaps{
    {"....."},
    {"...", ".@.", "..."},
    {"....", "@.@@"},
    {".....", "@@.@@", "@@.@@"},
    {"@.@.@", ".....", "@@@.@"},
    {"..", ".."},
    {"...@...", "@@...@@"},
};

/// A loop of four one-way lanes with a two-way spur.
TrafficMap one_way_loop() {
    FloorLayout floor;
    floor.nodes = {{"a", 0, 0}, {"b", 3000, 0}, {"c", 3000, 3000}, {"d", 0, 3000}, {"e", 6000, 0}};
    for (std::uint32_t i = 0; i < 4; ++i) {
        floor.lanes.push_back({i, (i + 1) % 4, 3000, LaneDirection::forward});
    }
    floor.lanes.push_back({1, 4, 3000, LaneDirection::both});
    return *TrafficMap::of_layout(floor, {3'000, 900});
}

/// Solves with work to spare; true if a plan was found and valid, false if proven impossible.
bool is_solved(const TrafficMap& map, const PathProblem& problem) {
    Result<PathSearch> search = PathSearch::on(map, problem, {1, 200'000});
    if (!search) {
        REQUIRE(search.error().kind == ErrorKind::refused);  // no way at all
        return false;
    }
    for (int i = 0; i < 2'000 && !search->has_plan(); ++i) {
        if (search->step(100)) {
            break;
        }
    }
    const Result<PathPlan> plan = search->best();
    if (!plan) {
        REQUIRE(plan.error().kind == ErrorKind::refused);
        return false;
    }
    REQUIRE(check_path_plan(map, problem, *plan, 0).empty());
    search->step(2'000);
    REQUIRE(search->best()->sum_of_costs <= plan->sum_of_costs);
    REQUIRE(check_path_plan(map, problem, *search->best(), 0).empty());
    return true;
}

void compare(const TrafficMap& map, const PathProblem& problem) {
    INFO("starts " << problem.starts[0] << " " << problem.starts[1] << ", goals "
                   << problem.goals[0] << " " << problem.goals[1]);
    const bool is_possible = test::JointReference(map, problem).makespan() >= 0;
    REQUIRE(is_solved(map, problem) == is_possible);
}

}  // namespace

TEST_CASE("every pair of vehicles on small maps is solved, or proven to be impossible") {
    std::vector<TrafficMap> maps;
    for (const auto& rows : kSmallMaps) {
        maps.push_back(*TrafficMap::of_grid(rows));
    }
    maps.push_back(one_way_loop());
    for (const TrafficMap& map : maps) {
        const auto size = static_cast<Cell>(map.size());
        for (Cell code = 0; code < size * size * size * size; ++code) {
            const Cell a = code % size;
            const Cell b = code / size % size;
            const Cell c = code / size / size % size;
            const Cell d = code / size / size / size;
            if (a < b && c != d) {
                compare(map, {{a, b}, {c, d}, Rings::allowed});
            }
        }
    }
}

TEST_CASE("three and four vehicles on small maps, with and without rings, equal the reference") {
    const std::uint64_t seed = 20261129;
    INFO("seed " << seed);
    Prng prng(seed);
    int impossible = 0;
    for (int round = 0; round < 250; ++round) {
        INFO("round " << round);
        const auto& rows = kSmallMaps[prng.below(kSmallMaps.size())];
        const TrafficMap map = *TrafficMap::of_grid(rows);
        const std::size_t count = std::min<std::size_t>(map.size(), 3 + prng.below(2));
        PathProblem problem;
        problem.rings = prng.below(2) == 0 ? Rings::allowed : Rings::forbidden;
        for (std::vector<Cell>* cells : {&problem.starts, &problem.goals}) {
            while (cells->size() < count) {
                const auto cell = static_cast<Cell>(prng.below(map.size()));
                if (std::find(cells->begin(), cells->end(), cell) == cells->end()) {
                    cells->push_back(cell);
                }
            }
        }
        compare(map, problem);
        impossible += test::JointReference(map, problem).makespan() < 0 ? 1 : 0;
    }
    CHECK(impossible > 10);
    CHECK(impossible < 240);
}

TEST_CASE("the same seed and work give the same plan, in one slice or in many") {
    const TrafficMap map = *TrafficMap::of_grid(std::vector<std::string_view>{
        "............", ".@@@.@@@.@@.", ".@@@.@@@.@@.", "............"});
    PathProblem problem;
    for (Cell i = 0; i < 8; ++i) {
        problem.starts.push_back(i);
        problem.goals.push_back(static_cast<Cell>(map.size()) - 1 - i);
    }
    Result<PathSearch> whole = PathSearch::on(map, problem, {7, 30'000});
    while (!whole->step(30'000)) {
    }
    Result<PathSearch> sliced = PathSearch::on(map, problem, {7, 30'000});
    while (!sliced->step(37)) {
    }
    REQUIRE(whole->best());
    CHECK(*whole->best() == *sliced->best());
    CHECK(check_path_plan(map, problem, *whole->best(), 700).empty());
}

TEST_CASE("what cannot be planned is refused with its reason") {
    const TrafficMap map = *TrafficMap::of_grid(std::vector<std::string_view>{"..@."});
    const auto error = [&](PathProblem problem) {
        const Result<PathSearch> search = PathSearch::on(map, std::move(problem), {});
        REQUIRE_FALSE(search);
        return search.error().text;
    };
    CHECK(error({{0}, {2}, {}}) == "no way leads vehicle 0 from cell 0 to cell 2");
    CHECK(error({{0, 1}, {1, 1}, {}}) == "cell 1 is the goal of two vehicles; give each its own");
    CHECK(error({{0, 9}, {1, 0}, {}}) == "a start is cell 9; the map has 3");
    CHECK(error({{}, {}, {}}) == "0 starts and 0 goals; each vehicle needs one of each");
    Result<PathSearch> swap = PathSearch::on(map, {{0, 1}, {1, 0}, {}}, {});
    REQUIRE(swap);
    CHECK(swap->best().error().kind == ErrorKind::timeout);
    while (!swap->step(10)) {
    }
    CHECK(swap->best().error().kind == ErrorKind::refused);
}

TEST_CASE("a hundred vehicles on a published warehouse get a valid plan near their shortest ways") {
    if (!test::have_testdata("planner/mapf")) {
        return;
    }
    const std::string folder = test::testdata() / "planner/mapf";
    const auto map = bench::read_traffic_map(folder + "/maps/warehouse-10-20-10-2-1.map");
    REQUIRE(map);
    auto problem =
        bench::read_scenario(folder + "/scen/warehouse-10-20-10-2-1-own-1.scen", *map, 100);
    REQUIRE(problem);
    problem->rings = Rings::forbidden;
    Result<PathSearch> search = PathSearch::on(*map, *problem, {1, 4'000'000});
    while (!search->step(100'000)) {
    }
    const Result<PathPlan> plan = search->best();
    REQUIRE(plan);
    CHECK(check_path_plan(*map, *problem, *plan, 700).empty());
    CHECK(static_cast<double>(plan->sum_of_costs) < 1.03 * static_cast<double>(plan->lower_bound));
}
