// The fleet with vehicles made of paper: where they say that they are.
#include "tests/unit/services/fleet/paper_fleet.hpp"

using namespace tally;
using namespace tally::test;

TEST_CASE("a vehicle gets no order before it has said that it stands where the fleet has it") {
    Paper world({{kCart, "a0"}});
    REQUIRE(world.fleet->send(kCart, {"a3"}));
    world.kernel.run_for(10s);
    CHECK(world.orders.empty());
    CHECK(world.row(0).text.find("not said yet that it stands at a0") != std::string::npos);
    world.say(kCart, "a0");
    CHECK(world.orders.size() == 1);
}

TEST_CASE("one that stands elsewhere is held and stopped, and nobody gets new track meanwhile") {
    Paper world({{kCart, "a0"}, {kOther, "a3"}});
    world.say(kCart, "a0");
    world.say(kOther, "a3");
    world.say(kCart, "a1");  // Pushed by hand.
    CHECK(world.row(0).phase == FleetPhase::held);
    CHECK(world.row(0).text.find("stands at a1") != std::string::npos);
    CHECK(world.told("cart startPause") == 1);
    REQUIRE(world.fleet->send(kOther, {"a2"}));
    world.kernel.run_for(10s);
    CHECK(world.orders.empty());

    // A person's word alone is not enough: the vehicle must agree.
    REQUIRE(world.fleet->release(kCart, "a1"));
    world.kernel.run_for(1s);
    CHECK(world.told("cart stopPause") == 0);
    world.say(kCart, "a1");
    CHECK(world.told("cart stopPause") == 1);
    CHECK(world.row(0).phase == FleetPhase::idle);
    world.kernel.run_for(5s);
    REQUIRE(world.orders.size() == 1);
    CHECK(world.orders[0].first == kOther);
}

TEST_CASE("released at one node and heard at another, it is held again") {
    Paper world({{kCart, "a0"}});
    world.say(kCart, "a0");
    world.say(kCart, "a1");
    REQUIRE(world.fleet->release(kCart, "a2"));
    world.kernel.run_for(1s);
    world.say(kCart, "a1");
    CHECK(world.row(0).phase == FleetPhase::held);
    CHECK(world.orders.empty());
}

TEST_CASE("one that drives somebody else's order is held, and can be released") {
    Paper world({{kCart, "a0"}});
    world.say(kCart, "a0", true);
    CHECK(world.row(0).phase == FleetPhase::held);
    CHECK(world.row(0).text.find("not the fleet's") != std::string::npos);
    CHECK(world.fleet->release(kCart, "a0"));
}

TEST_CASE("one that is beyond its base is held and stopped, and keeps all its track") {
    Paper world({{kCart, "a0"}});
    world.say(kCart, "a0");
    REQUIRE(world.fleet->send(kCart, {"a3"}));
    world.kernel.run_for(1s);
    OrderStatus status = world.driven();
    world.fleet->on_order(kCart, status);
    const auto track = world.row(0).track;
    status.contradiction = "it says that it is at a3, beyond what was released to it";
    world.fleet->on_order(kCart, status);
    CHECK(world.row(0).phase == FleetPhase::held);
    CHECK(world.told("cart startPause") == 1);
    status.passed = 1;
    status.contradiction.clear();
    world.fleet->on_order(kCart, status);
    world.kernel.run_for(5s);
    CHECK(world.row(0).track == track);
    CHECK(world.row(0).phase == FleetPhase::held);
}

TEST_CASE("a vehicle is lost a minute after it was heard or the fleet began, not before") {
    Paper world({{kCart, "a0"}});
    world.kernel.run_for(50s);
    CHECK(world.row(0).phase != FleetPhase::lost);
    world.kernel.run_for(15s);
    CHECK(world.row(0).phase == FleetPhase::lost);

    SECTION("a line that is back is no vehicle that is back") {
        VehicleStatus status;
        status.reach = VehicleReach::online;
        world.fleet->on_vehicle(kCart, status);
        world.kernel.run_for(2s);
        CHECK(world.row(0).phase == FleetPhase::lost);
    }
    SECTION("its state is") {
        world.say(kCart, "a0");
        CHECK(world.row(0).phase == FleetPhase::idle);
    }
}

TEST_CASE("a refused update is said, and tried again after a while, not every tick") {
    Paper world({{kCart, "a0"}});
    world.say(kCart, "a0");
    REQUIRE(world.fleet->send(kCart, {"a3"}));
    world.kernel.run_for(1s);
    OrderStatus status = world.driven();
    status.base_end = 1;  // Taken back to the first cell.
    status.text = "update 1 was refused: no route";
    const int before = world.updates;
    world.fleet->on_order(kCart, status);
    world.kernel.run_for(8s);
    CHECK(world.updates == before);
    CHECK(world.row(0).text.find("no route") != std::string::npos);
    world.kernel.run_for(4s);
    CHECK(world.updates > before);
}

TEST_CASE("without a start node a vehicle is placed by its own word, when that has lasted") {
    Paper world({{kCart, ""}});
    CHECK(world.row(0).node.empty());
    const auto early = world.fleet->send(kCart, {"a3"});
    REQUIRE_FALSE(early);
    CHECK(early.error().text.find("nobody knows where vehicle cart stands") != std::string::npos);
    world.say(kCart, "a1");
    CHECK(world.row(0).node == "a1");
    REQUIRE(world.fleet->send(kCart, {"a3"}));
    world.kernel.run_for(2s);
    CHECK(world.orders.empty());  // What it said may be of before.
    world.kernel.run_for(5s);
    REQUIRE(world.orders.size() == 1);
    CHECK(world.orders[0].second.start.id == "a1");
}

TEST_CASE("while nobody knows where one is nobody gets track, unless it is off the floor") {
    Paper world({{kCart, "a0"}, {kOther, ""}});
    world.say(kCart, "a0");
    REQUIRE(world.fleet->send(kCart, {"a3"}));
    world.kernel.run_for(90s);
    world.say(kCart, "a0");
    CHECK(world.orders.empty());
    REQUIRE(world.fleet->take_off(kOther));
    world.kernel.run_for(2s);
    CHECK(world.orders.size() == 1);
    world.say(kOther, "a3");  // It is there after all, where nobody has track yet.
    CHECK(world.row(1).node == "a3");
}

TEST_CASE("what a vehicle says at first wins over the config") {
    Paper world({{kCart, "a0"}, {kOther, "a2"}});
    world.say(kCart, "a2");  // Where the other one is only expected.
    CHECK(world.row(0).node == "a2");
    CHECK(world.row(0).phase != FleetPhase::held);
    world.say(kOther, "a0");
    world.kernel.run_for(6s);
    CHECK(world.row(1).node == "a0");
    REQUIRE(world.fleet->send(kCart, {"a3"}));
    world.kernel.run_for(2s);
    CHECK(world.orders.size() == 1);
}

TEST_CASE("an order of the fleet's earlier life is cancelled, and its base is kept until then") {
    Paper world({{kCart, "a0"}, {kOther, "a3"}});
    world.say(kOther, "a3");
    world.say_driving(kCart, "a0", "fleet.before-7", {"a0~a1.0.1", "a0~a1.0.2", "a0~a1.0.3", "a1"});
    CHECK(world.row(0).phase != FleetPhase::held);
    CHECK(world.row(0).track.size() == 4);
    CHECK(world.cancelled.size() == 1);
    REQUIRE(world.fleet->send(kOther, {"a1"}));
    world.kernel.run_for(8s);
    world.say(kOther, "a3");
    for (const auto& [id, order] : world.orders) {
        for (std::size_t i = 0; i < order.released; ++i) {
            CHECK(order.legs[i].node.id != "a1");
        }
    }
    world.say(kCart, "a0~a1.0.1");  // It has stopped at its next node.
    CHECK(world.row(0).node == "a0~a1.0.1");
    CHECK(world.row(0).track.empty());
    REQUIRE(world.fleet->send(kCart, {"a0"}));
    world.kernel.run_for(2s);
    CHECK(world.orders.back().first == kCart);
}

TEST_CASE("one whose order of before ended while it did not know where it is keeps its track") {
    Paper world({{kCart, "a0"}, {kOther, "a3"}});
    world.say(kOther, "a3");
    world.say_driving(kCart, "a0", "fleet.before-7", {"a0~a1.0.1", "a0~a1.0.2"});
    REQUIRE(world.row(0).track.size() == 2);
    VehicleStatus status;
    status.reach = VehicleReach::online;
    status.heard_at = world.box.mono_now();
    status.last_node = "a0";
    status.is_unlocalized = true;
    world.fleet->on_vehicle(kCart, status);
    world.kernel.run_for(10s);
    CHECK(world.row(0).track.size() == 2);
    CHECK(world.row(0).text.find("does not know where it stands") != std::string::npos);
    // It knows again: on the way to the next place, where no node is.
    status.heard_at = world.box.mono_now();
    status.is_unlocalized = false;
    status.pose = VehiclePose{900, 0, 0, "floor"};
    world.fleet->on_vehicle(kCart, status);
    CHECK(world.row(0).phase == FleetPhase::held);
}

TEST_CASE("one that does not know where it is is not taken to stand where the config has it") {
    Paper world({{kCart, "a0"}, {kOther, "a3"}});
    world.say(kOther, "a3");
    VehicleStatus status;
    status.reach = VehicleReach::online;
    status.heard_at = world.box.mono_now();
    status.last_node = "a0";
    status.is_unlocalized = true;
    world.fleet->on_vehicle(kCart, status);
    REQUIRE(world.fleet->send(kOther, {"a2"}));
    world.kernel.run_for(20s);
    world.say(kOther, "a3");
    CHECK(world.orders.empty());
    CHECK(world.row(1).text.find("nobody knows where cart is") != std::string::npos);
    REQUIRE(world.fleet->release(kCart, "a0"));  // Somebody has looked.
    world.kernel.run_for(5s);
    CHECK(world.orders.size() == 1);
}

TEST_CASE("one that stands, by its own pose, where its node is not is held") {
    Paper world({{kCart, "a0"}});
    world.say(kCart, "a0");
    VehicleStatus status;
    status.reach = VehicleReach::online;
    status.heard_at = world.box.mono_now();
    status.last_node = "a0";
    status.pose = VehiclePose{30, 0, 0, "floor"};
    world.fleet->on_vehicle(kCart, status);
    CHECK(world.row(0).phase != FleetPhase::held);
    status.pose->x_mm = 400;  // Pushed by hand.
    world.fleet->on_vehicle(kCart, status);
    CHECK(world.row(0).phase == FleetPhase::held);
    CHECK(world.row(0).text.find("400, 0 mm") != std::string::npos);
    REQUIRE(world.fleet->release(kCart, "a0~a1.0.1"));  // It was driven on to the next place.
    CHECK(world.row(0).node == "a0~a1.0.1");
}

TEST_CASE("a base that is longer than the graph's is not lengthened") {
    Paper world({{kCart, "a0"}});
    world.say(kCart, "a0");
    REQUIRE(world.fleet->send(kCart, {"a3"}));
    world.kernel.run_for(1s);
    OrderStatus status = world.driven();
    status.base_end += 3;
    world.fleet->on_order(kCart, status);
    world.kernel.run_for(5s);
    CHECK(world.updates == 0);
}

TEST_CASE("orders allow half of what a cell is longer than the clearance") {
    Paper world({{kCart, "a0"}});
    world.say(kCart, "a0");
    REQUIRE(world.fleet->send(kCart, {"a3"}));
    world.kernel.run_for(1s);
    REQUIRE(world.orders.size() == 1);
    CHECK(world.orders[0].second.start.position->deviation_mm == 50);
}
