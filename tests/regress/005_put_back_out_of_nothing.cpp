// Found by property_shelf, seed 27. A bolt fell from a2 into the zone and was put into a3. Then
// five others came to a2, of which the zone had none: the first of them was taken for the one that
// fell, lifted and put back, and the scan from a2 to a3 moved one more.
#include <catch2/catch.hpp>

#include "tests/support/shelf_story.hpp"

TEST_CASE("what came out of nothing is not what was lifted before") {
    using tally::test::Story;
    using What = tally::test::StoryStep::What;
    const Story story = {
        {What::receive, "", "", 20},   {What::load, "a2", "", 4}, {What::scan, "dock", "a2", 4},
        {What::load, "a2", "", -1},    {What::load, "a3", "", 1}, {What::load, "a3", "", 2},
        {What::scan, "dock", "a3", 2}, {What::load, "a2", "", 5}, {What::scan, "dock", "a2", 5},
        {What::scan, "a2", "a3", 1},
    };
    REQUIRE(tally::test::is_possible(story));
    CHECK(tally::test::trouble_in(story).value_or("none") == "none");
}
