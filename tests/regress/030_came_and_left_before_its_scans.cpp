// Found by property_shelf, seeds 2052, 2427, 2674, 3611, 4748 and nine of their kind. Bolts came to
// a slot and left it again before any scan told of either, and the weights cancelled out. The scan
// that took them on was booked out of the zone, and the one that had brought them found nothing
// there any more: the bolts came out of nothing a second time, doubted for ever.
#include <catch2/catch.hpp>

#include "tests/support/shelf_story.hpp"

namespace {

using tally::test::Story;
using What = tally::test::StoryStep::What;

struct Case {
    const char* what;
    Story story;
};

const Case kCases[] = {
    {"over two slots, scanned in the other order (2052)",
     {{What::receive, "", "", 20},
      {What::scan, "dock", "a2", 1},
      {What::load, "a2", "", 1},
      {What::load, "a2", "", -1},
      {What::load, "a3", "", 1},
      {What::load, "a3", "", -1},
      {What::scan, "a3", "attic", 1},
      {What::scan, "a2", "a3", 1}}},
    {"beside others that are known to be there (2427)",
     {{What::receive, "", "", 20},
      {What::load, "a2", "", 6},
      {What::scan, "dock", "a2", 6},
      {What::load, "a2", "", -5},
      {What::load, "a3", "", 5},
      {What::load, "a2", "", -1},
      {What::load, "a3", "", 1},
      {What::scan, "a2", "a3", 1},
      {What::load, "a3", "", -5},
      {What::scan, "a3", "attic", 5},
      {What::scan, "a2", "a3", 5},
      {What::scan, "dock", "a3", 3},
      {What::load, "a3", "", 3}}},
    {"in the dark, and scanned in last of all (2674)",
     {{What::receive, "", "", 20},
      {What::load, "a3", "", 1},
      {What::scan, "dock", "a3", 1},
      {What::scan, "dock", "a2", 3},
      {What::load, "a2", "", 3},
      {What::dark, "a2", "", 0},
      {What::load, "a2", "", 1},
      {What::load, "a2", "", -4},
      {What::light, "a2", "", 0},
      {What::load, "a3", "", 4},
      {What::scan, "a2", "a3", 4},
      {What::scan, "dock", "a3", 5},
      {What::load, "a3", "", 5},
      {What::scan, "dock", "a2", 1}}},
    {"scanned out in the dark, weighed in the light (3611)",
     {{What::receive, "", "", 20},
      {What::load, "a2", "", 2},
      {What::scan, "a2", "attic", 2},
      {What::load, "a2", "", -2},
      {What::dark, "a3", "", 0},
      {What::load, "a3", "", 2},
      {What::scan, "a3", "attic", 2},
      {What::light, "a3", "", 0},
      {What::load, "a3", "", -2},
      {What::load, "a2", "", 4},
      {What::scan, "dock", "a2", 4},
      {What::scan, "dock", "a2", 2},
      {What::scan, "dock", "a3", 2}}},
    {"scanned out of a slot that was empty already (4748)",
     {{What::receive, "", "", 20},
      {What::load, "a2", "", 6},
      {What::scan, "dock", "a2", 6},
      {What::scan, "a2", "a3", 1},
      {What::load, "a2", "", -1},
      {What::load, "a3", "", 1},
      {What::load, "a3", "", -1},
      {What::load, "a3", "", 4},
      {What::load, "a3", "", -4},
      {What::scan, "a3", "attic", 4},
      {What::scan, "a3", "attic", 1},
      {What::scan, "dock", "a3", 4}}},
};

}  // namespace

TEST_CASE("bolts that came and left before their scans are booked once, in whatever order") {
    for (const Case& each : kCases) {
        INFO(each.what);
        REQUIRE(tally::test::is_possible(each.story));
        CHECK(tally::test::trouble_in(each.story).value_or("none") == "none");
    }
}
