// The fleet with vehicles made of paper: what people know of them, and what they stopped.
#include "tests/unit/services/fleet/paper_fleet.hpp"

using namespace tally;
using namespace tally::test;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

ActionReport failed(const std::string& id) {
    return {id, "startPause", ActionPhase::failed, "the vehicle never spoke of it"};
}

}  // namespace

TEST_CASE("where a silent vehicle is only expected it may lie anywhere: nobody gets track") {
    Paper world({{kCart, "a0"}, {kOther, "a3"}});
    world.say(kCart, "a0");
    REQUIRE(world.fleet->send(kCart, {"a2"}));
    for (int minute = 0; minute < 10; ++minute) {
        world.kernel.run_for(59s);
        world.say(kCart, "a0");
    }
    CHECK(world.orders.empty());
    CHECK(world.row(0).phase == FleetPhase::waiting);
    CHECK(has(world.row(0).text, "nobody knows where other is; switch it on"));
    CHECK(has(world.row(0).text, "tally agv take-off other"));
    CHECK(world.row(1).phase == FleetPhase::lost);
    CHECK(world.row(1).is_unknown);

    SECTION("until it is heard") {
        world.say(kOther, "a3");
        world.kernel.run_for(2s);
        CHECK(world.orders.size() == 1);
    }
    SECTION("until it is released where it stands") {
        REQUIRE(world.fleet->release(kOther, "a3"));
        world.kernel.run_for(2s);
        CHECK(world.orders.size() == 1);
        CHECK_FALSE(world.row(1).is_unknown);
    }
    SECTION("until it is taken off, and then it is no lost one either") {
        REQUIRE(world.fleet->take_off(kOther));
        world.kernel.run_for(2s);
        CHECK(world.orders.size() == 1);
        world.kernel.run_for(120s);
        CHECK(world.row(1).phase == FleetPhase::idle);
        CHECK(world.row(1).is_off_floor);
        CHECK(has(world.row(1).text, "taken off the floor"));
    }
}

TEST_CASE("the fleet does not undo a person's pause") {
    Paper world({{kCart, "a0"}});
    world.say(kCart, "a0");
    SECTION("that was told while the fleet held it") {
        world.say(kCart, "a1");
        REQUIRE(world.told("cart startPause") == 1);
        REQUIRE(world.fleet->pause(kCart));
        REQUIRE(world.fleet->release(kCart, "a1"));
        world.kernel.run_for(1s);
        world.say(kCart, "a1");
    }
    SECTION("that was told before the fleet held it") {
        REQUIRE(world.fleet->pause(kCart));
        world.say(kCart, "a1");
        REQUIRE(world.fleet->release(kCart, "a1"));
        world.kernel.run_for(1s);
        world.say(kCart, "a1");
    }
    REQUIRE(world.row(0).is_placed);
    CHECK(world.told("cart stopPause") == 0);
    REQUIRE(world.fleet->resume(kCart));
    CHECK(world.told("cart stopPause") == 1);
    world.say(kCart, "a2");  // The next time it is the fleet's again.
    REQUIRE(world.fleet->release(kCart, "a2"));
    world.kernel.run_for(1s);
    world.say(kCart, "a2");
    CHECK(world.told("cart stopPause") == 2);
}

TEST_CASE("a pause that a vehicle did not take is said") {
    Paper world({{kCart, "a0"}});
    world.say(kCart, "a0");
    REQUIRE(world.fleet->pause(kCart));
    const std::string id = "act-" + std::to_string(world.acts.size());
    world.events.clear();
    world.fleet->on_action(kCart, failed("act-99"));
    CHECK(world.events.empty());
    world.fleet->on_action(kCart, failed(id));
    REQUIRE(world.events.size() == 1);
    CHECK(has(world.events[0], "warning: vehicle cart may not be paused"));
    CHECK(has(world.events[0], "stop it by hand"));
}

TEST_CASE(
    "one that was released unheard and drives its old order is told to stop, and comes back") {
    Paper world({{kCart, "a0"}});
    world.kernel.run_for(70s);
    REQUIRE(world.fleet->release(kCart, "a1"));
    world.kernel.run_for(1s);
    world.say_driving(kCart, "a1", "fleet.before-7", {"a2"});
    CHECK(world.row(0).phase == FleetPhase::held);
    CHECK(world.told("cart startPause") == 1);
    REQUIRE(world.cancelled.size() == 1);
    REQUIRE(world.fleet->release(kCart, "a1"));  // It has not said yet that it is cancelled.
    CHECK(world.cancelled.size() == 2);
    world.kernel.run_for(1s);
    world.say_driving(kCart, "a1", "fleet.before-7", {"a2"});
    CHECK(world.row(0).phase != FleetPhase::held);
    CHECK_FALSE(world.row(0).is_placed);
    world.say(kCart, "a1");
    CHECK(world.row(0).is_placed);
    CHECK(world.row(0).node == "a1");
}

TEST_CASE("one that drives on after a person released it is held, and nobody gets track") {
    Paper world({{kCart, "a0"}, {kOther, "a3"}});
    world.say(kOther, "a3");
    world.say(kCart, "a0");
    REQUIRE(world.fleet->send(kCart, {"a1"}));
    world.kernel.run_for(1s);
    world.fleet->on_order(kCart, world.driven());
    world.kernel.run_for(70s);
    REQUIRE(world.row(0).phase == FleetPhase::lost);
    REQUIRE(world.fleet->release(kCart, "a0~a1.0.1"));
    world.kernel.run_for(1s);
    world.say(kOther, "a3");
    const std::size_t before = world.orders.size();
    const auto comes_to_life = [&](const std::string& node, bool driving) {
        VehicleStatus status;
        status.reach = VehicleReach::online;
        status.heard_at = world.box.mono_now();
        status.last_node = node;
        status.busy = true;
        status.driving = driving;
        status.order_shown = world.orders[0].second.id;
        world.fleet->on_vehicle(kCart, status);
        world.kernel.run_for(1s);
    };
    SECTION("it drives") {
        comes_to_life("a0~a1.0.1", true);
    }
    SECTION("it is elsewhere") {
        comes_to_life("a0", false);
    }
    CHECK(world.row(0).phase == FleetPhase::held);
    CHECK(has(world.row(0).text, "it was released at a0~a1.0.1"));
    CHECK(world.told("cart startPause") == 1);
    REQUIRE(world.fleet->send(kOther, {"a2"}));
    world.kernel.run_for(5s);
    CHECK(world.orders.size() == before);
    CHECK(has(world.row(1).text, "nobody gets track: cart"));
}
