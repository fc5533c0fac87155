// What weights do to the book: goods tracked by count move, tagged goods wait for their identity,
// and what nothing explains is a doubt, never a guess.
#include "firmware/services/goods/scanned.hpp"
#include "tests/support/shelf_rig.hpp"

namespace tally {
namespace {

using std::chrono::seconds;
using test::kBoltMg;
using test::kTeaMg;
using test::ShelfRig;
using test::TeaRig;
using Kinds = std::vector<std::string>;

TEST_CASE("the first weighing finds what stands there, and changes move it to and from the zone") {
    ShelfRig rig;
    rig.put(1, 10 * kBoltMg);
    rig.start();
    rig.run(seconds(5));
    CHECK(rig.units("a1", "bolts") == 10);
    CHECK(rig.units("FOUND", "bolts") == -10);
    rig.put(1, -3 * kBoltMg);
    rig.run(seconds(5));
    rig.put(2, 2 * kBoltMg);
    rig.run(seconds(5));
    CHECK(rig.units("a1", "bolts") == 7);
    CHECK(rig.units("a2", "bolts") == 2);
    CHECK(rig.units("aisle", "bolts") == 1);
    CHECK(rig.doubts().empty());
    const auto events = rig.base.events(EventType::shelf_changed);
    REQUIRE(events.size() == 3);
    CHECK(events[1].by == "device:a1");
    CHECK(decode_shelf_evidence(events[1].evidence)->after_mg == 7 * kBoltMg);
    CHECK(decode_shelf_data(events[1].data)->units == -3);
    CHECK(rig.base.rig.verify());
}

TEST_CASE("a shelf fuller or emptier than the book is booked against UNEXPLAINED, and said") {
    ShelfRig rig;
    rig.start();
    rig.run(seconds(5));
    rig.put(1, 4 * kBoltMg);
    rig.run(seconds(5));
    CHECK(rig.units("a1", "bolts") == 4);
    CHECK(rig.units("UNEXPLAINED", "bolts") == -4);
    CHECK(rig.doubts() == Kinds{"count_differs"});
    CHECK(rig.base.ledger.book().verify());
}

TEST_CASE("goods are not booked while they swing") {
    ShelfRig rig;
    rig.put(1, 10 * kBoltMg);
    rig.start();
    rig.run(seconds(5));
    for (int i = 0; i < 20; ++i) {  // Somebody rummages.
        rig.put(1, i % 2 == 0 ? -5 * kBoltMg : 5 * kBoltMg);
        rig.run(std::chrono::milliseconds(300));
    }
    rig.run(seconds(5));
    CHECK(rig.units("a1", "bolts") == 10);
    CHECK(rig.bookings() == 1);
}

TEST_CASE("a weight that is no number of units is a doubt, which ends when it is taken away") {
    ShelfRig rig;
    rig.put(1, 10 * kBoltMg);
    rig.start();
    rig.run(seconds(5));
    rig.put(1, 37'000);  // A cup of coffee.
    rig.run(seconds(5));
    CHECK(rig.doubts().empty());  // Perhaps a hand.
    rig.run(seconds(15));
    CHECK(rig.doubts() == Kinds{"count_differs"});
    rig.put(1, -2 * kBoltMg);  // Units go on being counted on top of it.
    rig.run(seconds(5));
    CHECK(rig.units("a1", "bolts") == 8);
    CHECK(rig.doubts() == Kinds{"count_differs"});
    rig.put(1, -37'000);
    rig.run(seconds(5));
    CHECK(rig.units("a1", "bolts") == 8);
    CHECK(rig.doubts().empty());
}

TEST_CASE("what a person accepted is the new baseline") {
    ShelfRig rig;
    rig.put(1, 10 * kBoltMg);
    rig.start();
    rig.run(seconds(5));
    rig.put(1, 37'000);
    rig.run(seconds(20));
    const auto& open = rig.base.ledger.registers().anomalies();
    REQUIRE(open.size() == 1);
    REQUIRE(rig.base.inventory.resolve_anomaly(open.begin()->first, "a new shelf liner",
                                               rig.base.user, {}));
    rig.run(seconds(5));
    rig.put(1, kBoltMg);
    rig.run(seconds(5));
    CHECK(rig.units("a1", "bolts") == 11);
}

TEST_CASE("a box that was down books what moved meanwhile") {
    ShelfRig rig;
    rig.put(1, 10 * kBoltMg);
    rig.start();
    rig.run(seconds(5));
    rig.stop();
    rig.put(1, -4 * kBoltMg);
    rig.run(seconds(60));
    rig.start();
    rig.run(seconds(5));
    CHECK(rig.units("a1", "bolts") == 6);
    CHECK(rig.doubts().empty());
}

TEST_CASE("tare and zero are events, and the weight they take away is no goods") {
    ShelfRig rig;
    rig.put(1, 10 * kBoltMg);
    rig.start();
    rig.run(seconds(5));
    REQUIRE(rig.service->command(PlaceId("a1"), ShelfCommand::tare, rig.base.user));
    CHECK_FALSE(rig.service->command(PlaceId("a1"), ShelfCommand::zero, rig.base.user));
    rig.run(seconds(5));
    CHECK(rig.rack.unit(1)->commands() == 1);
    CHECK(rig.units("a1", "bolts") == 10);
    Kinds said;
    for (const Event& event : rig.base.events(EventType::shelf_changed)) {
        said.push_back(event.by + " " + decode_shelf_data(event.data)->what);
    }
    CHECK(said ==
          Kinds{"device:a1 first_weighing", "user:li.wei tare_asked", "user:li.wei tare_done"});
    rig.put(1, -kBoltMg);
    rig.run(seconds(5));
    CHECK(rig.units("a1", "bolts") == 9);
    CHECK_FALSE(rig.service->command(PlaceId("b9"), ShelfCommand::tare, rig.base.user));
}

TEST_CASE("a command that the unit refuses is an event too") {
    ShelfRig rig({"eagle-ei", sim::ShelfMake::eagle, "bolts"});
    rig.start();
    rig.run(seconds(5));
    REQUIRE(rig.service->command(PlaceId("a1"), ShelfCommand::zero, rig.base.user));
    rig.run(seconds(5));
    const auto events = rig.base.events(EventType::shelf_changed);
    REQUIRE(events.size() == 2);
    CHECK(decode_shelf_data(events[1].data)->what == "zero_failed");
}

TEST_CASE("the weight of a tagged unit moves nothing until a gate says which unit it was") {
    TeaRig rig;
    rig.stock(3);
    rig.put(1, -kTeaMg);
    rig.run(seconds(5));
    CHECK(rig.units("a1", "tea") == 3);
    CHECK(rig.service->open_changes(PlaceId("a1")) == 1);
    const std::string gone = test::tea(2);
    rig.base.sight("exit", gone);
    CHECK(rig.base.place_of(gone) == "aisle");
    rig.base.in("exit", gone);
    CHECK(rig.base.place_of(gone) == "CUSTOMER");
    rig.run(seconds(90));
    CHECK(rig.units("a1", "tea") == 2);
    CHECK(rig.service->open_changes(PlaceId("a1")) == 0);
    CHECK(rig.base.open(gone).empty());
    CHECK(rig.doubts().empty());
    CHECK(rig.base.ledger.book().verify());
}

TEST_CASE("gate before shelf books the movement once as well") {
    TeaRig rig;
    rig.stock(3);
    const std::string gone = test::tea(1);
    rig.base.in("exit", gone);
    CHECK(rig.base.place_of(gone) == "CUSTOMER");
    rig.put(1, -kTeaMg);
    rig.run(seconds(90));
    CHECK(rig.units("a1", "tea") == 2);
    CHECK(rig.units("CUSTOMER", "tea") == 1);
    CHECK(rig.service->open_changes(PlaceId("a1")) == 0);
    CHECK(rig.base.open(gone).empty());
    CHECK(rig.doubts().empty());
}

TEST_CASE("a departure that nobody saw is an anomaly after its limit, which a late sighting ends") {
    TeaRig rig;
    rig.stock(2);
    rig.put(1, -kTeaMg);
    rig.run(seconds(90));
    CHECK(rig.doubts() == Kinds{"unidentified_departure"});
    CHECK(rig.units("a1", "tea") == 2);
    rig.base.in("exit", test::tea(1));
    rig.run(seconds(90));
    CHECK(rig.doubts().empty());
    CHECK(rig.units("a1", "tea") == 1);
}

TEST_CASE("a doubted departure is not answered by another unit that is put in its place") {
    TeaRig rig;
    rig.stock(1);
    const std::string other = rig.deliver(2);
    rig.put(1, -kTeaMg);
    rig.run(seconds(90));
    REQUIRE(rig.doubts() == Kinds{"unidentified_departure"});
    rig.put(1, kTeaMg);  // The other one, unscanned: no weight can tell.
    rig.run(seconds(90));
    CHECK(rig.doubts() == Kinds{"unidentified_departure", "unidentified_arrival"});
    CHECK(rig.base.place_of(other) == "aisle");
    SECTION("scanned, it is known to be the other, and the first stays missed") {
        REQUIRE(rig.base.inventory.correct(other, PlaceId("a1"), "scanned", rig.base.user, {}));
        rig.run(seconds(90));
        CHECK(rig.doubts() == Kinds{"unidentified_departure"});
    }
    SECTION("the first, scanned in the slot, was put back: nothing is in doubt") {
        Carry what;
        what.code = test::tea(1);
        what.to = PlaceId("a1");
        REQUIRE(carry(rig.base.inventory, rig.base.ledger, what, rig.base.user));
        rig.run(seconds(90));
        CHECK(rig.doubts().empty());
        CHECK(rig.service->open_changes(PlaceId("a1")) == 0);
    }
}

TEST_CASE("an open departure outlives a restart") {
    TeaRig rig;
    rig.stock(2);
    rig.put(1, -kTeaMg);
    rig.run(seconds(5));
    rig.stop();
    rig.start();
    rig.run(seconds(5));
    CHECK(rig.service->open_changes(PlaceId("a1")) == 1);
    rig.run(seconds(90));
    CHECK(rig.doubts() == Kinds{"unidentified_departure"});
}

TEST_CASE("an arrival of one out of several is not guessed") {
    TeaRig rig;
    rig.start();
    rig.run(seconds(5));
    rig.deliver(1);
    const std::string second = rig.deliver(2);
    rig.put(1, kTeaMg);
    rig.run(seconds(90));
    CHECK(rig.units("a1", "tea") == 0);
    CHECK(rig.doubts() == Kinds{"unidentified_arrival"});
    REQUIRE(rig.base.inventory.correct(second, PlaceId("a1"), "scanned", rig.base.user, {}));
    rig.run(seconds(90));
    CHECK(rig.base.place_of(second) == "a1");
    CHECK(rig.doubts().empty());
}

TEST_CASE("a tagged unit of goods that are counted is not moved by gates") {
    ShelfRig rig;
    ItemRecord tea{"tea", "80614141123458", "Tea", Tracking::by_count, kTeaMg};
    REQUIRE(rig.base.inventory.import_master({tea}, rig.base.user, {}));
    rig.base.sight("dock-door", test::tea(1));
    rig.base.in("dock-door", test::tea(1));
    CHECK(rig.units("dock", "tea") == 0);
    CHECK(rig.base.events(EventType::sighted).size() == 2);  // Seen, and the gate saw it pass.
}

TEST_CASE("two SKUs whose weights collide are a doubt, not a guess") {
    ShelfRig rig;
    rig.base.site.shelves[0].slots[0].skus = {"bolts", "tins"};
    rig.start();
    rig.run(seconds(5));
    rig.put(1, 2 * kBoltMg);
    rig.run(seconds(30));
    CHECK(rig.bookings() == 0);
    CHECK(rig.doubts() == Kinds{"count_differs"});
}

}  // namespace
}  // namespace tally
