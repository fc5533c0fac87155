// Ways out of knots, against a search over all positions on small drawn floors with one-way lanes
// and cells near each other; and that what was found one after the other can be carried out side by
// side.
#include "planner/traffic/knot_search.hpp"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "planner/traffic/knot_plan.hpp"

using namespace tally;
using namespace tally::planner;
using Stage = KnotSearch::Stage;
using Outcome = KnotSearch::State;

namespace {

TrafficMap draw_map(Prng& prng) {
    FloorLayout floor;
    for (int i = 0; i < 9; ++i) {
        const auto narrow = static_cast<std::int32_t>(prng.between(0, 300));
        const std::int32_t x = i % 3 * 1'000 - (i % 3 == 2 ? narrow : 0);
        floor.nodes.push_back({"n" + std::to_string(i), x, i / 3 * 1'000});
    }
    const auto join = [&](std::uint32_t from, std::uint32_t to) {
        const std::int64_t kind = prng.between(0, 9);
        if (kind < 2) {
            return;
        }
        const std::int32_t length = std::abs(floor.nodes[to].x_mm - floor.nodes[from].x_mm) +
                                    floor.nodes[to].y_mm - floor.nodes[from].y_mm;
        const bool is_turned = kind == 3;
        floor.lanes.push_back({is_turned ? to : from, is_turned ? from : to, length,
                               kind < 4 ? LaneDirection::forward : LaneDirection::both});
    };
    for (std::uint32_t i = 0; i < 9; ++i) {
        if (i % 3 < 2) {
            join(i, i + 1);
        }
        if (i < 6) {
            join(i, i + 3);
        }
    }
    return *TrafficMap::of_layout(floor, {1'000, 900});
}

bool are_apart(const TrafficMap& map, const std::vector<Cell>& at) {
    for (std::size_t i = 0; i < at.size(); ++i) {
        for (std::size_t k = 0; k < at.size(); ++k) {
            const auto near = map.near(at[i]);
            if (i != k &&
                (at[i] == at[k] || std::find(near.begin(), near.end(), at[k]) != near.end())) {
                return false;
            }
        }
    }
    return true;
}

Knot draw_knot(const TrafficMap& map, Prng& prng) {
    Knot knot;
    const std::size_t count = 2 + prng.below(4);
    for (int tries = 0; knot.at.size() < count && tries < 100; ++tries) {
        knot.at.push_back(static_cast<Cell>(prng.below(map.size())));
        if (!are_apart(map, knot.at)) {
            knot.at.pop_back();
        }
    }
    knot.goal = static_cast<Cell>(prng.below(map.size()));
    return knot;
}

/// Every position of all vehicles that single moves lead to.
bool has_way(const TrafficMap& map, const Knot& knot) {
    std::set<std::vector<Cell>> seen{knot.at};
    std::vector<std::vector<Cell>> open{knot.at};
    for (std::size_t i = 0; i < open.size(); ++i) {
        if (open[i][knot.leader] == knot.goal) {
            return true;
        }
        for (std::size_t vehicle = 0; vehicle < knot.at.size(); ++vehicle) {
            for (const Cell to : map.next(open[i][vehicle])) {
                std::vector<Cell> at = open[i];
                at[vehicle] = to;
                if (are_apart(map, at) && seen.insert(at).second) {
                    open.push_back(std::move(at));
                }
            }
        }
    }
    return false;
}

void check_moves(const TrafficMap& map, const Knot& knot, const std::vector<KnotMove>& moves) {
    std::vector<Cell> at = knot.at;
    for (const KnotMove& move : moves) {
        CHECK(map.has_step(at[move.vehicle], move.to));
        at[move.vehicle] = move.to;
        CHECK(are_apart(map, at));
    }
    CHECK(at[knot.leader] == knot.goal);
}

/// Everybody drives the plan; two of three steps anybody may be late.
void check_plan(const TrafficMap& map, const Knot& knot, const std::vector<KnotMove>& moves,
                Prng& prng) {
    const MotionMap motion(map, {0, 100});
    std::vector<std::vector<Cell>> firm;
    for (const Cell cell : knot.at) {
        firm.push_back({cell});
    }
    KnotPlan plan(motion, firm, moves);
    std::vector<Cell> at = knot.at;
    for (int ticks = 0; ticks < 2'000 && plan.has_more(knot.leader); ++ticks) {
        std::vector<std::vector<State>> paths;
        for (std::uint32_t vehicle = 0; vehicle < at.size(); ++vehicle) {
            REQUIRE(plan.follow(vehicle, {at[vehicle]}));
            paths.emplace_back(3, motion.at(at[vehicle], 0));
        }
        REQUIRE(plan.plan(paths, std::vector<std::size_t>(at.size(), 0)));
        for (std::uint32_t vehicle = 0; vehicle < at.size(); ++vehicle) {
            const Cell to = motion.cell(paths[vehicle][1]);
            std::vector<Cell> next = at;
            next[vehicle] = to;  // One that waits for another to leave goes when that has.
            if (prng.below(3) == 0 && are_apart(map, next)) {
                at = next;
            }
        }
    }
    CHECK_FALSE(plan.has_more(knot.leader));
}

}  // namespace

TEST_CASE("a way out of a knot is found exactly where there is one, and can be driven") {
    int solved = 0;
    int unsolved = 0;
    int by_parts = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        INFO("seed " << seed);
        Prng prng(seed);
        const TrafficMap map = draw_map(prng);
        const Knot knot = draw_knot(map, prng);
        const KnotRoads roads = KnotRoads::all(map);
        const bool has = has_way(map, knot);
        KnotSearch search(map, roads, knot, Stage::exact);
        REQUIRE(search.run(100'000'000) == (has ? Outcome::found : Outcome::impossible));
        KnotSearch parts(map, roads, knot, Stage::parts);
        const bool is_by_parts = parts.run(100'000'000) == Outcome::found;
        CHECK((has || !is_by_parts));
        (has ? solved : unsolved) += 1;
        by_parts += is_by_parts ? 1 : 0;
        if (has) {
            check_moves(map, knot, search.found());
            check_plan(map, knot, search.found(), prng);
        }
    }
    INFO(solved << " solved, " << by_parts << " of them by parts, " << unsolved << " unsolved");
    CHECK(solved > 80);
    CHECK(unsolved > 40);
    CHECK(by_parts > solved * 9 / 10);
}

TEST_CASE("a search goes on where it stopped, and nobody comes near held track or closed roads") {
    const TrafficMap map = *TrafficMap::of_grid(std::vector<std::string_view>{
        ".....",
        "@@.@@",
    });
    MotionMap motion(map, {0, 100});
    const Knot knot{{map.at(0, 0), map.at(1, 0), map.at(2, 1)}, {}, 0, map.at(4, 0)};
    const KnotRoads roads = KnotRoads::open(motion);
    KnotSearch whole(map, roads, knot, Stage::exact);
    REQUIRE(whole.run(100'000) == Outcome::found);
    KnotSearch sliced(map, roads, knot, Stage::exact);
    while (sliced.run(1) == Outcome::searching) {
    }
    REQUIRE(sliced.found().size() == whole.found().size());
    check_moves(map, knot, whole.found());

    Knot held = knot;
    held.at[2] = kNoCell;
    held.taken = {map.at(2, 1)};
    CHECK(KnotSearch(map, roads, held, Stage::exact).run(100'000) == Outcome::impossible);
    motion.set_road(map.at(2, 0), map.at(3, 0), MotionMap::Road::closed);
    const KnotRoads closed = KnotRoads::open(motion);
    CHECK_FALSE(KnotSearch(map, closed, knot, Stage::exact).has_way());
    CHECK(KnotSearch(map, closed, knot, Stage::exact).run(100'000) == Outcome::impossible);
}
