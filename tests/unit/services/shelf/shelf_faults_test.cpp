// The fault matrix of devices.md 5, each fault as bytes on the wire, with the event it must leave
// in the ledger; and what must not be booked because of it.
#include "tests/support/shelf_rig.hpp"

namespace tally {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::kBoltMg;
using test::ShelfRig;
using Causes = std::vector<std::string>;

/// Ten bolts on slot a1, none on a2, watched and booked.
void begin(ShelfRig& rig) {
    rig.put(1, 10 * kBoltMg);
    rig.start();
    rig.run(seconds(10));
    REQUIRE(rig.units("a1", "bolts") == 10);
    REQUIRE(rig.blind_causes().empty());
    REQUIRE(rig.bookings() == 1);
}

TEST_CASE(
    "a silent unit is blind, not empty, and what went meanwhile is booked when it sees again") {
    ShelfRig rig;
    begin(rig);
    rig.rack.gateway().faults(1).dead = 1;
    rig.put(1, -3 * kBoltMg);
    rig.run(seconds(30));
    CHECK(rig.blind_causes() == Causes{"a1 silent"});
    CHECK(rig.units("a1", "bolts") == 10);
    rig.rack.gateway().faults(1).dead = 0;
    rig.run(seconds(60));
    CHECK(rig.base.events(EventType::blind_ended).size() == 1);
    CHECK(rig.units("a1", "bolts") == 7);
    CHECK(rig.units("aisle", "bolts") == 3);
    CHECK(rig.doubts().empty());
}

TEST_CASE("a late answer is blindness of its unit and never another slot's weight") {
    ShelfRig rig;
    begin(rig);
    rig.rack.gateway().faults(1).late_ms = 400;
    rig.run(seconds(30));
    CHECK(rig.blind_causes() == Causes{"a1 silent"});
    CHECK(rig.units("a2", "bolts") == 0);
    CHECK(rig.bookings() == 1);
}

TEST_CASE("one late answer is no news") {
    ShelfRig rig;
    begin(rig);
    for (int i = 0; i < 5; ++i) {
        rig.rack.gateway().faults(1).late_once = 400;
        rig.run(seconds(5));
    }
    CHECK(rig.blind_causes().empty());
    CHECK(rig.bookings() == 1);
}

TEST_CASE("an exception is blindness with its own cause") {
    ShelfRig rig;
    begin(rig);
    rig.rack.gateway().faults(1).exception = 4;
    rig.run(seconds(30));
    CHECK(rig.blind_causes() == Causes{"a1 refused"});
    CHECK(rig.units("a1", "bolts") == 10);
}

TEST_CASE("an answer in the name of another unit is blindness, not its weight") {
    ShelfRig rig;
    begin(rig);
    rig.rack.gateway().faults(1).wrong_unit = 2;
    rig.run(seconds(30));
    CHECK(rig.blind_causes() == Causes{"a1 garbled"});
    CHECK(rig.bookings() == 1);
}

TEST_CASE("a fault that the instrument reports is blindness at once, whatever the weight says") {
    ShelfRig rig;
    begin(rig);
    rig.rack.unit(1)->faults().cell_error = 1;
    rig.put(1, -10 * kBoltMg);
    rig.run(seconds(5));
    CHECK(rig.blind_causes() == Causes{"a1 device"});
    CHECK(rig.units("a1", "bolts") == 10);
    rig.rack.unit(1)->faults().cell_error = 0;
    rig.run(seconds(10));
    CHECK(rig.units("a1", "bolts") == 0);
}

TEST_CASE("each fault bit of a status is blindness of its own, in the words of the register map") {
    const RegisterMap map = test::shelf_map("laumas");
    std::size_t bits = 0;
    for (const sim::InstrumentFaultInfo& fault : sim::instrument_fault_table()) {
        if (fault.status_bit < 0) {
            continue;
        }
        INFO(fault.name);
        ShelfRig rig;
        begin(rig);
        rig.rack.unit(1)->faults().*fault.value = 1;
        rig.put(1, -10 * kBoltMg);
        rig.run(seconds(5));
        CHECK(rig.blind_causes() == Causes{"a1 device"});
        CHECK(rig.units("a1", "bolts") == 10);
        REQUIRE(bits < map.faults.size());
        CHECK(map.faults[bits].bit.bit == fault.status_bit);
        const auto blind = rig.service->health(PlaceId("a1"))->blind;
        REQUIRE(blind);
        CHECK(blind->text.find(map.faults[bits].text) != std::string::npos);
        ++bits;
    }
    CHECK(bits == map.faults.size());
}

TEST_CASE("a sign torn from its weight is never booked") {
    ShelfRig rig;
    begin(rig);
    for (int i = 0; i < 4; ++i) {
        rig.rack.unit(1)->faults().torn_sign = 1;
        rig.run(seconds(4));
    }
    CHECK(rig.bookings() == 1);
    CHECK(rig.doubts().empty());
    rig.put(1, -kBoltMg);
    rig.run(seconds(5));
    CHECK(rig.bookings() == 2);
    CHECK(rig.units("a1", "bolts") == 9);
}

TEST_CASE("words in the wrong order are an impossible weight, and the text says where to look") {
    ShelfRig rig;
    begin(rig);
    rig.rack.unit(1)->faults().swapped = 1;
    rig.run(seconds(5));
    CHECK(rig.blind_causes() == Causes{"a1 implausible"});
    const auto events = rig.base.events(EventType::blind_began);
    CHECK(decode_blind_data(events.at(0).data)->text.find("word order") != std::string::npos);
    CHECK(rig.bookings() == 1);
}

TEST_CASE("a pulled cable blinds every slot of the bus, and nothing is lost by it") {
    ShelfRig rig;
    begin(rig);
    rig.rack.gateway().pull_cable();
    rig.put(1, -2 * kBoltMg);
    rig.put(2, 4 * kBoltMg);
    rig.run(seconds(40));
    CHECK(rig.blind_causes() == Causes{"a1 silent", "a2 silent"});
    CHECK(rig.units("a1", "bolts") == 10);
    rig.rack.gateway().plug_cable();
    rig.run(seconds(60));
    CHECK(rig.base.events(EventType::blind_ended).size() == 2);
    CHECK(rig.units("a1", "bolts") == 8);
    CHECK(rig.units("a2", "bolts") == 4);
}

TEST_CASE("a gateway without power is offline") {
    ShelfRig rig;
    begin(rig);
    rig.rack.gateway().power_off();
    rig.run(seconds(10));
    CHECK(rig.blind_causes() == Causes{"a1 offline", "a2 offline"});
    REQUIRE(rig.rack.gateway().power_on());
    rig.run(seconds(60));
    CHECK(rig.base.events(EventType::blind_ended).size() == 2);
    CHECK(rig.bookings() == 1);
}

TEST_CASE("a frozen value is found by its life register") {
    ShelfRig rig({"raw-converter", sim::ShelfMake::raw, "bolts"});
    begin(rig);
    rig.rack.unit(1)->faults().frozen = 1;
    rig.run(seconds(15));
    CHECK(rig.blind_causes().empty());
    rig.run(seconds(10));
    CHECK(rig.blind_causes() == Causes{"a1 frozen"});
    rig.put(1, -4 * kBoltMg);
    rig.rack.unit(1)->faults().frozen = 0;
    rig.run(seconds(10));
    CHECK(rig.units("a1", "bolts") == 6);
}

TEST_CASE("a frozen value without one is found when a unit leaves and the weight stays") {
    ShelfRig rig({"laumas", sim::ShelfMake::laumas, "tea"});
    rig.base.in("dock-door", test::tea(1));
    rig.base.in("aisle-door", test::tea(1));
    rig.start();
    rig.run(seconds(5));
    rig.put(1, test::kTeaMg);
    rig.run(seconds(5));
    REQUIRE(rig.base.place_of(test::tea(1)) == "a1");
    rig.rack.unit(1)->faults().frozen = 1;
    rig.put(1, -test::kTeaMg);
    rig.base.in("exit", test::tea(1));
    rig.run(seconds(70));
    CHECK(rig.base.place_of(test::tea(1)) == "CUSTOMER");
    CHECK(rig.doubts() == Causes{"count_differs"});
}

TEST_CASE("floats without a status are stable when they stay equal") {
    ShelfRig rig({"eagle-ei", sim::ShelfMake::eagle, "bolts"});
    begin(rig);
    rig.put(1, -kBoltMg);
    rig.run(seconds(6));
    CHECK(rig.units("a1", "bolts") == 9);
    rig.rack.unit(1)->faults().swapped = 1;
    rig.run(seconds(5));
    CHECK(rig.units("a1", "bolts") == 9);
}

}  // namespace
}  // namespace tally
