// Found by property_shelf, seeds 968, 3162, 4595 and 4951. Two of a pallet's three units came and
// went out again, so that the third, unread, was inferred to have come and gone with them. It came
// later, and was received a second time, as a return.
#include <catch2/catch.hpp>

#include "tests/support/shelf_story.hpp"

TEST_CASE("a unit that was inferred to have come and gone, and comes only now, is received once") {
    using tally::test::Story;
    using What = tally::test::StoryStep::What;
    const Story story = {
        {What::pass, "dock-door", "", 2},  {What::pass, "dock-door", "", 1},
        {What::pass, "aisle-door", "", 1}, {What::pass, "aisle-door", "", 2},
        {What::pass, "exit", "", 1},       {What::pass, "exit", "", 2},
        {What::wait, "a1", "", 12},        {What::pass, "dock-door", "", 3},
    };
    REQUIRE(tally::test::is_possible(story));
    CHECK(tally::test::trouble_in(story).value_or("none") == "none");
}
