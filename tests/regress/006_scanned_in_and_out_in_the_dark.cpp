// Found by property_shelf, seed 145. While a2 was dark, four bolts were scanned into it and one out
// of it again. The weight then told of the four and of the one by themselves; the service waited
// for three only, drew the fourth from UNEXPLAINED, and left it in the zone.
#include <catch2/catch.hpp>

#include "tests/support/shelf_story.hpp"

TEST_CASE("what was scanned in and out of a dark slot its weight may tell one by one") {
    using tally::test::Story;
    using What = tally::test::StoryStep::What;
    Story story = {
        {What::receive, "", "", 20},   {What::dark, "a2", "", 0},      {What::load, "a2", "", 4},
        {What::scan, "dock", "a2", 4}, {What::scan, "a2", "attic", 1}, {What::light, "a2", "", 0},
        {What::load, "a2", "", -1},
    };
    REQUIRE(tally::test::is_possible(story));
    CHECK(tally::test::trouble_in(story).value_or("none") == "none");
    story.insert(story.begin() + 5, {What::restart, "a2", "", 0});
    CHECK(tally::test::trouble_in(story).value_or("none") == "none");
}

TEST_CASE("what was scanned in and out of a dark slot its weight may tell as one") {
    using tally::test::Story;
    using What = tally::test::StoryStep::What;
    const Story story = {
        {What::receive, "", "", 20},    {What::dark, "a2", "", 0},
        {What::load, "a2", "", 4},      {What::scan, "dock", "a2", 4},
        {What::scan, "a2", "attic", 1}, {What::load, "a2", "", -1},
        {What::light, "a2", "", 0},     {What::load, "a2", "", 2},
        {What::scan, "dock", "a2", 2},
    };
    REQUIRE(tally::test::is_possible(story));
    CHECK(tally::test::trouble_in(story).value_or("none") == "none");
}
