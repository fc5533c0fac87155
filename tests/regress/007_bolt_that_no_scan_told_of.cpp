// Found by property_shelf, seed 114. A bolt was carried from the dock over a2 and a3 to the attic
// and never scanned. The property took the scans for complete, since both slots ended as they told;
// the service is right: the bolt came out of nothing, is in the zone for all that weights say, and
// is doubted. No scan of other bolts may end that doubt.
#include <catch2/catch.hpp>

#include "tests/support/shelf_story.hpp"

TEST_CASE("a bolt that no scan tells of stays doubted, and others are booked beside it") {
    using tally::test::Story;
    using What = tally::test::StoryStep::What;
    const Story story = {
        {What::receive, "", "", 20},   {What::load, "a2", "", 1}, {What::load, "a3", "", 6},
        {What::load, "a2", "", -1},    {What::load, "a3", "", 1}, {What::load, "a3", "", -1},
        {What::scan, "dock", "a3", 6},
    };
    REQUIRE(tally::test::is_possible(story));
    CHECK(tally::test::trouble_in(story).value_or("none") == "none");
}
