// Which cells have only one way in and out, and the ways in there.
#include "planner/traffic/dead_ends.hpp"

#include <catch2/catch.hpp>

using namespace tally;
using namespace tally::planner;

TEST_CASE("what hangs on a ring is a dead end, with one mouth, and its branches are one") {
    const TrafficMap map = *TrafficMap::of_grid(std::vector<std::string_view>{
        "...@.@",
        ".@....",
        "...@@@",
    });
    const DeadEnds ends(map);
    REQUIRE(ends.count() == 1);
    CHECK(ends.of(map.at(0, 0)) == DeadEnds::kNone);
    CHECK(ends.of(map.at(2, 1)) == DeadEnds::kNone);
    for (const Cell cell : {map.at(3, 1), map.at(4, 1), map.at(4, 0), map.at(5, 1)}) {
        CHECK(ends.of(cell) == 0);
    }
    CHECK(ends.way_out(map.at(4, 0)) ==
          std::vector<Cell>{map.at(4, 0), map.at(4, 1), map.at(3, 1), map.at(2, 1)});
    CHECK(ends.way(map.at(4, 0), map.at(5, 1)) ==
          std::vector<Cell>{map.at(4, 0), map.at(4, 1), map.at(5, 1)});
    CHECK(ends.way(map.at(3, 1), map.at(3, 1)) == std::vector<Cell>{map.at(3, 1)});
}

TEST_CASE("two that hang on one cell are two; a floor that is a tree has none") {
    const TrafficMap two = *TrafficMap::of_grid(std::vector<std::string_view>{
        ".....",
        "@@.@.",
        "@@...",
    });
    CHECK(DeadEnds(two).count() == 1);
    const TrafficMap cross = *TrafficMap::of_grid(std::vector<std::string_view>{
        "@@.@@",
        ".....",
        "@@..@",
    });
    const DeadEnds ends(cross);
    CHECK(ends.count() == 3);
    CHECK(ends.of(cross.at(0, 1)) == ends.of(cross.at(1, 1)));
    CHECK(ends.of(cross.at(2, 0)) != ends.of(cross.at(1, 1)));
    const TrafficMap tree =
        *TrafficMap::of_grid(std::vector<std::string_view>{".....", "@@.@@", "@@.@@"});
    CHECK_FALSE(DeadEnds(tree).has_any());
}
