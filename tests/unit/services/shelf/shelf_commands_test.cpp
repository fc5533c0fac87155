// Tare and zero whose answer is lost: nobody may say that they failed. The weight tells, and no
// goods are booked for what it took away.
#include "tests/support/shelf_rig.hpp"

namespace tally {
namespace {

using std::chrono::seconds;
using test::kBoltMg;
using test::ShelfRig;
using Kinds = std::vector<std::string>;

struct TareRig : ShelfRig {
    TareRig() {
        put(1, 10 * kBoltMg);
        start();
        run(seconds(5));
        REQUIRE(units("a1", "bolts") == 10);
    }
    void tare() { REQUIRE(service->command(PlaceId("a1"), ShelfCommand::tare, base.user)); }
    Kinds said() {
        Kinds words;
        for (const Event& event : base.events(EventType::shelf_changed)) {
            if (event.qty.milli == 0) {
                words.push_back(event.by + " " + decode_shelf_data(event.data)->what);
            }
        }
        return words;
    }
};

TEST_CASE("a tare that was done, but whose answer was lost, is read back as done") {
    for (const std::int64_t exception : {0, 5, 11}) {
        CAPTURE(exception);
        TareRig rig;
        (exception == 0 ? rig.rack.gateway().faults(1).mute_writes
                        : rig.rack.gateway().faults(1).refuse_writes) =
            exception == 0 ? 1 : exception;
        rig.tare();
        rig.run(seconds(20));
        CHECK(rig.said() ==
              Kinds{"user:li.wei tare_asked", "user:li.wei tare_unknown", "rule:shelf tare_done"});
        CHECK(rig.bookings() == 1);
        CHECK(rig.units("a1", "bolts") == 10);
        CHECK(rig.doubts().empty());
        rig.put(1, -kBoltMg);
        rig.run(seconds(5));
        CHECK(rig.units("a1", "bolts") == 9);
    }
}

TEST_CASE("a tare over a weight that nobody can explain says what to do first") {
    TareRig rig;
    rig.put(1, kBoltMg / 3);
    rig.run(seconds(20));
    REQUIRE(rig.doubts() == Kinds{"count_differs"});
    const auto refused = rig.service->command(PlaceId("a1"), ShelfCommand::tare, rig.base.user);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().text.find("tally anomaly resolve " +
                                    rig.base.ledger.registers().anomalies().begin()->first) !=
          std::string::npos);
}

TEST_CASE("a tare that never arrived is read back as failed, once it had time to be done") {
    TareRig rig;
    rig.rack.gateway().faults(1).mute_writes = 2;
    rig.tare();
    rig.run(seconds(3));
    CHECK(rig.said().back() == "user:li.wei tare_unknown");
    CHECK_FALSE(rig.service->command(PlaceId("a1"), ShelfCommand::zero, rig.base.user));
    rig.run(seconds(10));
    CHECK(rig.said().back() == "rule:shelf tare_failed");
    rig.put(1, -kBoltMg);
    rig.run(seconds(5));
    CHECK(rig.units("a1", "bolts") == 9);
    CHECK(rig.doubts().empty());
}

TEST_CASE("a gateway that loses its power at a tare leaves it unknown until it is back") {
    TareRig rig;
    rig.rack.gateway().power_off();
    rig.tare();
    rig.run(seconds(30));
    CHECK(rig.said().back() == "user:li.wei tare_unknown");
    REQUIRE(rig.rack.gateway().power_on());
    rig.run(seconds(60));
    CHECK(rig.said().back() == "rule:shelf tare_failed");
    CHECK(rig.bookings() == 1);
}

TEST_CASE("a box that stops at a tare reads it back when it is there again") {
    TareRig rig;
    rig.rack.gateway().faults(1).mute_writes = 1;
    rig.tare();
    rig.run(std::chrono::milliseconds(20));  // Sent, and not answered when the box stops.
    rig.stop();
    rig.start();
    rig.run(seconds(20));
    CHECK(rig.said() == Kinds{"user:li.wei tare_asked", "rule:shelf tare_done"});
    CHECK(rig.bookings() == 1);
    CHECK(rig.units("a1", "bolts") == 10);
}

TEST_CASE("where goods move while a tare is unknown nobody can tell, and that is said") {
    TareRig rig;
    rig.rack.gateway().faults(1).mute_writes = 2;
    rig.tare();
    rig.put(1, -4 * kBoltMg);
    rig.run(seconds(20));
    CHECK(rig.said().back() == "rule:shelf tare_unknown");
    CHECK(rig.doubts() == Kinds{"count_differs"});
    CHECK(rig.bookings() == 1);
    rig.put(1, -kBoltMg);
    rig.run(seconds(5));
    CHECK(rig.units("a1", "bolts") == 9);
}

}  // namespace
}  // namespace tally
