// Ways out of knots, against a search over all positions on small drawn floors with one-way lanes
// and cells near each other; and that what was found one after the other can be carried out side by
// side.
#include "planner/traffic/knot_search.hpp"

#include <algorithm>
#include <utility>

#include <catch2/catch.hpp>

#include "planner/traffic/knot_plan.hpp"
#include "planner/traffic/way_back.hpp"
#include "tests/support/small_floors.hpp"

using namespace tally;
using namespace tally::planner;
using test::are_apart;
using test::draw_position;
using test::draw_small_map;
using test::positions_from;
using Outcome = KnotSearch::State;

namespace {

Knot draw_knot(const TrafficMap& map, Prng& prng) {
    Knot knot;
    knot.at = draw_position(map, prng);
    knot.goal = static_cast<Cell>(prng.below(map.size()));
    return knot;
}

bool has_way(const TrafficMap& map, const Knot& knot) {
    const auto positions = positions_from(map, knot.at);
    return std::any_of(positions.begin(), positions.end(),
                       [&](const auto& at) { return at[knot.leader] == knot.goal; });
}

/// Returns where all are in the end.
std::vector<Cell> check_moves(const TrafficMap& map, const Knot& knot,
                              const std::vector<KnotMove>& moves) {
    std::vector<Cell> at = knot.at;
    for (const KnotMove& move : moves) {
        CHECK(map.has_step(at[move.vehicle], move.to));
        at[move.vehicle] = move.to;
        CHECK(are_apart(map, at));
    }
    CHECK(at[knot.leader] == knot.goal);
    return at;
}

/// Whether a road leads back from each of the moves.
bool is_all_driven_back(const TrafficMap& map, std::vector<Cell> at,
                        const std::vector<KnotMove>& moves) {
    return std::all_of(moves.begin(), moves.end(), [&](const KnotMove& move) {
        const Cell from = std::exchange(at[move.vehicle], move.to);
        return positions_from(map, {move.to}).count({from}) == 1;
    });
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
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        INFO("seed " << seed);
        Prng prng(seed);
        const TrafficMap map = draw_small_map(prng);
        const Knot knot = draw_knot(map, prng);
        const KnotRoads roads = KnotRoads::all(map);
        const bool has = has_way(map, knot);
        KnotSearch search(map, roads, knot);
        REQUIRE(search.run(100'000'000) == (has ? Outcome::found : Outcome::impossible));
        (has ? solved : unsolved) += 1;
        if (has) {
            check_moves(map, knot, search.found());
            check_plan(map, knot, search.found(), prng);
        }
    }
    INFO(solved << " solved, " << unsolved << " unsolved");
    CHECK(solved > 80);
    CHECK(unsolved > 40);
}

TEST_CASE("a guarded way out is one that everybody could come back from") {
    int found = 0;
    int kept_from = 0;
    for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
        INFO("seed " << seed);
        Prng prng(seed);
        const TrafficMap map = draw_small_map(prng);
        const Knot knot = draw_knot(map, prng);
        const KnotRoads roads = KnotRoads::all(map);
        WayBack way_back(map, roads);
        KnotSearch search(map, roads, knot, {&way_back, {}, 10'000'000});
        const Outcome outcome = search.run(100'000'000);
        REQUIRE(outcome != Outcome::searching);
        if (outcome != Outcome::found) {
            kept_from += has_way(map, knot) ? 1 : 0;
            continue;
        }
        ++found;
        const std::vector<Cell> end = check_moves(map, knot, search.found());
        const bool is_left_for_good = !is_all_driven_back(map, knot.at, search.found());
        CHECK((is_left_for_good || positions_from(map, end).count(knot.at) == 1));
    }
    INFO(found << " found, " << kept_from << " kept from");
    CHECK(found > 300);
    CHECK(kept_from > 0);
}

TEST_CASE("a search goes on where it stopped, and nobody comes near held track or closed roads") {
    const TrafficMap map = *TrafficMap::of_grid(std::vector<std::string_view>{
        ".....",
        "@@.@@",
    });
    MotionMap motion(map, {0, 100});
    const Knot knot{{map.at(0, 0), map.at(1, 0), map.at(2, 1)}, {}, 0, map.at(4, 0)};
    const KnotRoads roads = KnotRoads::open(motion);
    KnotSearch whole(map, roads, knot);
    REQUIRE(whole.run(100'000) == Outcome::found);
    KnotSearch sliced(map, roads, knot);
    while (sliced.run(1) == Outcome::searching) {
    }
    REQUIRE(sliced.found().size() == whole.found().size());
    check_moves(map, knot, whole.found());

    Knot held = knot;
    held.at[2] = kNoCell;
    held.taken = {map.at(2, 1)};
    CHECK(KnotSearch(map, roads, held).run(100'000) == Outcome::impossible);
    motion.set_road(map.at(2, 0), map.at(3, 0), MotionMap::Road::closed);
    const KnotRoads closed = KnotRoads::open(motion);
    CHECK_FALSE(KnotSearch(map, closed, knot).has_way());
    CHECK(KnotSearch(map, closed, knot).run(100'000) == Outcome::impossible);
}
