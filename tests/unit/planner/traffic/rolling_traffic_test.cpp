// Traffic without end: nobody ever touches, turns as it cannot or is kept from its goal for ever,
// on grids and on floors with narrow places; closed roads and held track stop only those concerned.
#include "planner/traffic/rolling_traffic.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "planner/check/heading_check.hpp"
#include "planner/check/path_plan_check.hpp"
#include "tests/support/testdata.hpp"
#include "tools/bench/traffic_data.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

TrafficMap grid(const std::vector<std::string_view>& rows) {
    return *TrafficMap::of_grid(rows);
}

/// Two aisles of 8 m that leave a cross lane, one of them forking narrowly; one-way lane back.
FloorLayout narrow_floor() {
    FloorLayout floor;
    floor.nodes = {{"a", 0, 0},       {"b", 4000, 0},    {"c", 8000, 0},   {"d", 0, 8000},
                   {"e", 4000, 8000}, {"f", 8000, 8000}, {"g", 9200, 8000}};
    floor.lanes = {{0, 1, 4000, LaneDirection::both}, {1, 2, 4000, LaneDirection::both},
                   {0, 3, 8000, LaneDirection::both}, {1, 4, 8000, LaneDirection::forward},
                   {2, 5, 8000, LaneDirection::both}, {2, 6, 8090, LaneDirection::both},
                   {3, 4, 4000, LaneDirection::both}, {4, 5, 4000, LaneDirection::both},
                   {5, 6, 1200, LaneDirection::both}};
    return floor;
}

struct Rig {
    const MotionMap& motion;
    RollingTraffic traffic;
    Prng prng;
    std::vector<std::vector<Cell>> cells;
    std::vector<std::vector<Pose>> poses;
    int done = 0;

    Rig(const MotionMap& map, std::size_t count, Rings rings, std::uint64_t seed)
        : motion(map),
          traffic(start(map, count, rings, seed)),
          prng(seed),
          cells(count),
          poses(count) {
        record();
        for (std::uint32_t i = 0; i < count; ++i) {
            traffic.set_goal(i, free_goal());
        }
    }

    static RollingTraffic start(const MotionMap& map, std::size_t count, Rings rings,
                                std::uint64_t seed) {
        Prng prng(seed);
        std::vector<State> starts;
        while (starts.size() < count) {
            starts.push_back(static_cast<State>(prng.below(map.size())));
            if (!RollingTraffic::on(map, starts, {})) {
                starts.pop_back();
            }
        }
        RollingOptions options;
        options.rings = rings;
        options.seed = seed;
        return *RollingTraffic::on(map, starts, options);
    }

    Cell free_goal() { return static_cast<Cell>(prng.below(motion.map().size())); }

    void record() {
        for (std::uint32_t i = 0; i < cells.size(); ++i) {
            const State state = traffic.path(i)[0];
            cells[i].push_back(motion.cell(state));
            poses[i].push_back({motion.cell(state), motion.bearing(state)});
        }
    }

    void step() {
        traffic.run(std::max<std::int64_t>(6'000, 100 * static_cast<std::int64_t>(cells.size())));
        traffic.advance();
        record();
        for (std::uint32_t i = 0; i < cells.size(); ++i) {
            if (cells[i].back() == traffic.goal(i)) {
                ++done;
                traffic.set_goal(i, free_goal());
            }
        }
    }

    void require_sound(const TrafficRules& rules, std::int32_t turn_degrees) const {
        const std::vector<std::string> problems = check_traffic(motion.map(), cells, rules);
        INFO((problems.empty() ? "" : problems.front()));
        REQUIRE(problems.empty());
        for (const std::vector<Pose>& one : poses) {
            REQUIRE((turn_degrees == 0 || check_headings(motion.map(), one, turn_degrees).empty()));
        }
    }
};

}  // namespace

TEST_CASE("a vehicle turns a quarter a step, half a turn in two, and one without headings never") {
    const TrafficMap map = grid({"...", "@.@"});
    const MotionMap turning(map, {90, 100});
    CHECK(turning.size() == 4 * map.size());
    const State east = turning.at(map.at(1, 0), 0);
    CHECK(turning.moves(east).size() == 3);  // forward, and a turn to either side
    GoalPrices prices(turning);
    CHECK(prices.to(map.at(2, 0))[east] == kStepPrice);
    CHECK(prices.to(map.at(0, 0))[east] == 3 * kStepPrice);  // about turn
    CHECK(prices.to(map.at(1, 1))[east] == 2 * kStepPrice);
    const MotionMap free(map, {0, 100});
    CHECK(free.size() == map.size());
    GoalPrices free_prices(free);
    CHECK(free_prices.to(map.at(0, 0))[free.at(map.at(1, 0), 0)] == kStepPrice);
}

TEST_CASE("streets lead by turns: against them costs more, aisles alternate among themselves") {
    const TrafficMap map = grid({".....", ".@.@.", ".@.@.", "....."});
    const MotionMap motion(map, {0, 300});
    const auto price = [&](Cell from, Cell to) {
        for (const Move& move : motion.moves(from)) {
            if (move.to == to) {
                return int{move.price};
            }
        }
        return 0;
    };
    int against = 0;
    for (const std::size_t x : {0U, 2U, 4U}) {
        const int up = price(map.at(x, 1), map.at(x, 2));
        const int down = price(map.at(x, 2), map.at(x, 1));
        CHECK(up + down == 4 * kStepPrice);
        against = against * 2 + (up > down ? 1 : 0);
    }
    CHECK((against == 2 || against == 5));
    CHECK(against_percent_for(1, 1'000) == 100);
    CHECK(against_percent_for(400, 1'277) > against_percent_for(100, 1'277));
}

TEST_CASE("vehicles on crowded grids and narrow floors never touch and always get somewhere") {
    const TrafficMap aisles =
        grid({"..........", ".@@@.@@@@.", ".@@@.@@@@.", "..........", ".@@@.@@@@.", ".........."});
    const TrafficMap floor = *TrafficMap::of_layout(narrow_floor(), {1'000, 900});
    REQUIRE(floor.has_near());
    struct Case {
        const TrafficMap* map;
        std::size_t vehicles;
        std::int32_t turn_degrees;
        Rings rings;
        std::int32_t clearance_mm;
    };
    const Case kCases[] = {{&aisles, 12, 90, Rings::allowed, 700},
                           {&aisles, 12, 90, Rings::forbidden, 700},
                           {&aisles, 10, 0, Rings::forbidden, 700},
                           {&floor, 5, 90, Rings::forbidden, 0},
                           {&floor, 4, 45, Rings::forbidden, 0}};
    for (const Case& one : kCases) {
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            INFO("map of " << one.map->size() << " cells, " << one.vehicles << " vehicles, seed "
                           << seed);
            const MotionMap motion(*one.map, {one.turn_degrees, 150});
            Rig rig(motion, one.vehicles, one.rings, seed);
            std::size_t stuck = 0;
            for (int step = 0; step < 200; ++step) {
                rig.step();
                stuck = std::max(stuck, rig.traffic.stuck(150));
            }
            rig.require_sound({one.rings, one.clearance_mm}, one.turn_degrees);
            CHECK(stuck == 0);
            CHECK(rig.done > static_cast<int>(3 * one.vehicles));
        }
    }
}

TEST_CASE("two who meet in an aisle longer than the window pass each other all the same") {
    const TrafficMap map = grid({"@@@.@@@@@@@@@@@@@@@@@", "....................."});
    const MotionMap motion(map, {0, 100});
    RollingOptions options;
    options.window = 6;
    options.rings = Rings::forbidden;
    Result<RollingTraffic> traffic =
        RollingTraffic::on(motion, {map.at(0, 1), map.at(20, 1)}, options);
    REQUIRE(traffic);
    traffic->set_goal(0, map.at(20, 1));
    traffic->set_goal(1, map.at(0, 1));
    bool is_there[2] = {false, false};
    std::size_t stuck = 0;
    for (int step = 0; step < 600; ++step) {
        traffic->run(3'000);
        traffic->advance();
        stuck = std::max(stuck, traffic->stuck(10));
        for (std::uint32_t i = 0; i < 2; ++i) {
            is_there[i] = is_there[i] || motion.cell(traffic->path(i)[0]) == traffic->goal(i);
            if (is_there[i]) {
                traffic->set_goal(i, kNoCell);
            }
        }
    }
    CHECK(is_there[0]);
    CHECK(is_there[1]);
    CHECK(stuck > 0);  // they did stand before each other, and the counter saw it
}

TEST_CASE("a closed road stops those who were to take it, and leaves the others alone") {
    const TrafficMap map = grid({"......", ".@@@@.", "......", "@@@@@@", "......"});
    MotionMap motion(map, {0, 100});
    Result<RollingTraffic> traffic =
        RollingTraffic::on(motion, {map.at(0, 0), map.at(5, 2), map.at(0, 4)}, {});
    traffic->set_goal(0, map.at(5, 0));
    traffic->set_goal(1, map.at(0, 2));
    traffic->set_goal(2, map.at(5, 4));
    traffic->run(10'000);
    const std::vector<State> second = traffic->path(1);
    const std::vector<State> third = traffic->path(2);
    motion.set_road(map.at(2, 0), map.at(3, 0), MotionMap::Road::closed);
    CHECK(traffic->roads_changed() == std::vector<std::uint32_t>{0});
    CHECK(motion.cell(traffic->path(0).back()) == map.at(2, 0));
    CHECK(traffic->path(1) == second);
    CHECK(traffic->path(2) == third);
    for (int step = 0; step < 40; ++step) {
        traffic->run(10'000);
        const std::vector<Cell> cells = traffic->cells(0);
        for (std::size_t i = 1; i < cells.size(); ++i) {
            REQUIRE_FALSE((cells[i - 1] == map.at(2, 0) && cells[i] == map.at(3, 0)));
        }
        traffic->advance();
    }
    CHECK(motion.cell(traffic->path(0)[0]) == map.at(5, 0));  // round by the other row
    motion.set_road(map.at(4, 4), map.at(5, 4), MotionMap::Road::closed);
    traffic->set_goal(2, map.at(5, 4));
    traffic->roads_changed();
    CHECK(traffic->can_reach_goal(2));  // it stands there
    motion.set_road(map.at(2, 0), map.at(3, 0), MotionMap::Road::open);
    CHECK(traffic->roads_changed().empty());
}

TEST_CASE("the track of a lost vehicle is nobody's until it is released; the rest goes on") {
    const TrafficMap map = grid({"......", ".@@@@.", "......"});
    const MotionMap motion(map, {0, 100});
    Result<RollingTraffic> traffic = RollingTraffic::on(motion, {map.at(1, 0), map.at(0, 0)}, {});
    traffic->set_goal(0, map.at(5, 0));
    traffic->set_goal(1, map.at(4, 0));
    traffic->run(5'000);
    const std::vector<Cell> track{map.at(1, 0), map.at(2, 0), map.at(3, 0)};
    RollingVehicle lost{{map.at(1, 0)}, 0, track};
    RollingVehicle other{traffic->path(1), 0, {}};
    CHECK(traffic->resume({lost, other}) == std::vector<std::uint32_t>{1});
    for (int step = 0; step < 30; ++step) {
        traffic->run(5'000);
        for (const Cell cell : traffic->cells(1)) {
            REQUIRE(std::find(track.begin(), track.end(), cell) == track.end());
        }
        traffic->advance();
    }
    CHECK(motion.cell(traffic->path(1)[0]) == map.at(4, 0));
    CHECK(motion.cell(traffic->path(0)[0]) == map.at(1, 0));
}

TEST_CASE("what cannot be planned on is refused with its reason") {
    const TrafficMap map = grid({"..."});
    const MotionMap motion(map, {0, 100});
    CHECK(RollingTraffic::on(motion, {}, {}).error().kind == ErrorKind::refused);
    CHECK(RollingTraffic::on(motion, {9}, {}).error().text == "vehicle 0 starts off the map");
    CHECK(RollingTraffic::on(motion, {1, 1}, {}).error().text ==
          "vehicles 0 and 1 stand on one place, or too near each other; move one of them by hand");
    RollingOptions options;
    options.window = 1;
    CHECK_FALSE(RollingTraffic::on(motion, {1}, options));
}

TEST_CASE("headings that cannot be are caught") {
    const TrafficMap map = grid({"...", "..."});
    CHECK(check_headings(map, {{0, 0}, {1, 0}, {1, 90}, {4, 90}}, 90).empty());
    CHECK_FALSE(check_headings(map, {{0, 0}, {0, 180}}, 90).empty());
    CHECK_FALSE(check_headings(map, {{0, 90}, {1, 90}}, 90).empty());
    CHECK_FALSE(check_headings(map, {{0, 0}, {1, 90}}, 90).empty());
    CHECK_FALSE(check_headings(map, {{0, 0}, {2, 0}}, 90).empty());
    CHECK_FALSE(check_headings(map, {}, 90).empty());
}

TEST_CASE("two hundred robots on the league's small warehouse keep moving") {
    if (!test::have_testdata("planner/lorr")) {
        return;
    }
    const std::string folder = test::testdata() / "planner/lorr/2023-startkit-v1.1.5";
    const auto rows = bench::read_grid_rows(folder + "/maps/warehouse_small.map");
    REQUIRE(rows);
    const TrafficMap map = grid({rows->begin(), rows->end()});
    const MotionMap motion(map, {90, against_percent_for(200, map.size())});
    Rig rig(motion, 200, Rings::allowed, 3);
    for (int step = 0; step < 40; ++step) {
        rig.step();
    }
    rig.require_sound({Rings::allowed, 700}, 90);
    CHECK(rig.done > 100);
}
