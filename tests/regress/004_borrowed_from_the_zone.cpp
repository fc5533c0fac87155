// Found by property_shelf, seed 41. A bolt fell from a3 into the zone, and the weight of a2 took it
// for its own arrival before any scan. The scan of the pick out of a3 then found the zone empty and
// took another bolt out of a3, which no weight ever followed.
#include <catch2/catch.hpp>

#include "tests/support/shelf_story.hpp"

TEST_CASE("what one slot let fall and another took from the zone is not picked twice") {
    using tally::test::Story;
    using What = tally::test::StoryStep::What;
    const Story story = {
        {What::receive, "", "", 20},   {What::scan, "dock", "a3", 6},
        {What::load, "a3", "", 6},     {What::load, "a3", "", -1},
        {What::load, "a2", "", 1},     {What::scan, "a3", "attic", 1},
        {What::scan, "dock", "a2", 1},
    };
    REQUIRE(tally::test::is_possible(story));
    CHECK(tally::test::trouble_in(story).value_or("none") == "none");
}
