// Steps over one-way roads, against a search over all positions of all vehicles on small drawn
// floors: the position before is come back to exactly where the search says so, though it only asks
// which cells are stood on, and the other one by whom.
#include "planner/traffic/way_back.hpp"

#include <catch2/catch.hpp>

#include "tests/support/small_floors.hpp"

using namespace tally;
using namespace tally::planner;
using test::are_apart;
using test::positions_from;
using Answer = WayBack::Answer;

namespace {

struct Counts {
    int undone = 0;
    int traps = 0;
    int unknown = 0;  ///< with little work
};

/// All the one-way steps that can be taken from a position.
void check_steps(const TrafficMap& map, const std::vector<Cell>& before, Counts& counts) {
    const KnotRoads roads = KnotRoads::all(map);
    for (std::size_t vehicle = 0; vehicle < before.size(); ++vehicle) {
        const Cell from = before[vehicle];
        for (const Cell to : map.next(from)) {
            std::vector<Cell> after = before;
            after[vehicle] = to;
            if (map.has_step(to, from) || !are_apart(map, after) ||
                positions_from(map, {to}).count({from}) == 0) {
                continue;
            }
            INFO("vehicle " << vehicle << " from " << from << " to " << to);
            const bool has_way = positions_from(map, after).count(before) == 1;
            WayBack way_back(map, roads);
            const Answer hasty = way_back.find({after, from, to}, 20);
            CHECK((hasty == Answer::unknown || (hasty == Answer::yes) == has_way));
            const Answer answer = way_back.find({after, from, to}, 100'000'000);
            CHECK(answer == (has_way ? Answer::yes : Answer::no));
            counts.undone += has_way ? 1 : 0;
            counts.traps += has_way ? 0 : 1;
            counts.unknown += hasty == Answer::unknown ? 1 : 0;
        }
    }
}

}  // namespace

TEST_CASE("a step can be undone exactly where everybody can come back to where they were") {
    Counts counts;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        INFO("seed " << seed);
        Prng prng(seed);
        const TrafficMap map = test::draw_small_map(prng);
        for (int position = 0; position < 20; ++position) {
            check_steps(map, test::draw_position(map, prng, 4), counts);
        }
    }
    INFO(counts.undone << " undone, " << counts.traps << " traps, " << counts.unknown
                       << " unknown with little work");
    CHECK(counts.undone > 50);
    CHECK(counts.traps > 20);
    CHECK(counts.unknown > 0);
}

TEST_CASE("a step that no road leads back from is no trap") {
    FloorLayout floor;
    floor.nodes = {{"a", 0, 0}, {"b", 3'000, 0}};
    floor.lanes = {{0, 1, 3'000, LaneDirection::forward}};
    const TrafficMap map = *TrafficMap::of_layout(floor, {1'000, 900});
    const KnotRoads roads = KnotRoads::all(map);
    const Cell next = map.next(0).front();
    CHECK(WayBack(map, roads).find({{next}, 0, next}, 0) == Answer::yes);
}
