// No assignment is used that an independent judge objects to.
#include "firmware/services/dispatch/assignment_judge.hpp"

#include <utility>

#include <catch2/catch.hpp>

using namespace tally;

TEST_CASE("an assignment with a planted bug is not used, a right one is") {
    planner::CostMatrix cost(2, 2);
    cost << 1, 5, 2, 8;
    const Result<planner::Assignment> best = planner::assign(cost);
    REQUIRE(best);
    CHECK(judged(cost, *best)->column_of_row == std::vector<std::int32_t>{1, 0});

    planner::Assignment twice = *best;
    twice.column_of_row = {0, 0};
    CHECK(judged(cost, twice).error().text.find("was not used") != std::string::npos);
    planner::Assignment dear = *best;
    std::swap(dear.column_of_row[0], dear.column_of_row[1]);
    CHECK(judged(cost, dear).error().kind == ErrorKind::corrupt);
    CHECK(judged(cost, fail(ErrorKind::refused, "NaN")).error().text == "NaN");
}
