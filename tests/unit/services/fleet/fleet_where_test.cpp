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
    world.kernel.run_for(8s);
    CHECK(world.row(0).phase == FleetPhase::standing);
    CHECK(world.row(0).is_off_node);
    CHECK_FALSE(world.fleet->way_mm("a3", "a0"));
    CHECK_FALSE(world.fleet->way_mm("a3", "a0~a1.0.1"));
    CHECK(world.fleet->way_mm("a3", "a0~a1.0.2"));
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

namespace {

void say_pose(Paper& world, const DeviceId& id, const std::string& node, std::int64_t x_mm) {
    VehicleStatus status;
    status.reach = VehicleReach::online;
    status.heard_at = world.box.mono_now();
    status.last_node = node;
    status.pose = VehiclePose{x_mm, 0, 0, "floor"};
    world.fleet->on_vehicle(id, status);
    world.kernel.run_for(1s);
}

}  // namespace

TEST_CASE("one that stands beside its node, by its own pose, keeps what it touches; others go on") {
    Paper world({{kCart, "a1"}, {kOther, "a3"}});
    world.say(kOther, "a3");
    say_pose(world, kCart, "a1", 4'000 + 50);
    CHECK(world.row(0).phase == FleetPhase::idle);
    say_pose(world, kCart, "a1", 4'000 + 55);
    CHECK(world.row(0).phase == FleetPhase::standing);
    CHECK(world.row(0).is_off_node);
    CHECK(world.row(0).text.find("4055, 0 mm: 55 mm beside it") != std::string::npos);
    CHECK(world.acts.empty());

    // 945 mm from the next cell: that is its own as well. The one behind that is not.
    world.kernel.run_for(6s);
    CHECK(world.fleet->send(kOther, {"a1~a2.1.1"}).error().text.find("no lane leads") !=
          std::string::npos);
    REQUIRE(world.fleet->send(kOther, {"a1~a2.1.2"}));
    world.kernel.run_for(1s);
    REQUIRE(world.orders.size() == 1);
    CHECK(world.row(1).track.size() == 4);
    CHECK(world.row(1).phase == FleetPhase::driving);
    CHECK(world.fleet->may_release(kOther, "a1~a2.1.1").error().kind == ErrorKind::conflict);

    // Back on its node, for a while: what it touched is free.
    say_pose(world, kCart, "a1", 4'000);
    CHECK(world.row(0).phase == FleetPhase::standing);
    for (int i = 0; i < 4; ++i) {
        say_pose(world, kCart, "a1", 4'000);
    }
    CHECK(world.row(0).phase == FleetPhase::idle);
    CHECK(world.fleet->way_mm("a3", "a1~a2.1.1") == 7'000);
}

TEST_CASE("one that was pushed away keeps its node and where it says that it is") {
    Paper world({{kCart, "a0"}, {kOther, "a3"}});
    world.say(kOther, "a3");
    say_pose(world, kCart, "a0", 6'400);  // In the middle of the street.
    world.kernel.run_for(6s);
    CHECK(world.row(0).phase == FleetPhase::standing);
    CHECK_FALSE(world.row(0).is_unknown);
    for (const char* taken : {"a0", "a1~a2.1.2", "a1~a2.1.3"}) {
        INFO(taken);
        CHECK_FALSE(world.fleet->way_mm("a3", taken));
    }
    REQUIRE(world.fleet->send(kOther, {"a2"}));
    world.kernel.run_for(1s);
    CHECK(world.orders.size() == 1);
    REQUIRE(world.fleet->release(kCart, "a0~a1.0.1"));  // It was driven on to the next place.
    CHECK(world.row(0).node == "a0~a1.0.1");
    CHECK_FALSE(world.row(0).is_off_node);
    world.kernel.run_for(1s);
    CHECK(world.fleet->way_mm("a3", "a1~a2.1.2") == 6'000);
}

TEST_CASE("one that was paused between two nodes and has no order any more can be released") {
    Paper world({{kCart, "a0"}, {kOther, "a3"}});
    world.say(kOther, "a3");
    VehicleStatus status;
    status.reach = VehicleReach::online;
    status.heard_at = world.box.mono_now();
    status.last_node = "a0";
    status.paused = true;
    status.pose = VehiclePose{500, 0, 0, "floor"};
    world.fleet->on_vehicle(kCart, status);
    world.kernel.run_for(8s);
    CHECK(world.row(0).text.find("500 mm beside it") != std::string::npos);
    CHECK(world.fleet->release(kCart, "a0"));  // simulated fleet, seed 69: nobody could
    CHECK_FALSE(world.row(0).is_off_node);
}

TEST_CASE("what another one has track on already it drives, and then that is kept") {
    Paper world({{kCart, "a1"}, {kOther, "a3"}});
    world.say(kCart, "a1");
    world.say(kOther, "a3");
    REQUIRE(world.fleet->send(kOther, {"a1~a2.1.1"}));
    world.kernel.run_for(1s);
    const auto track = world.row(1).track;
    REQUIRE(track.size() == 4);                   // to a2
    say_pose(world, kCart, "a1", 4'000 + 3'400);  // 600 mm before a2
    world.kernel.run_for(6s);
    CHECK(world.row(1).track == track);
    OrderStatus order = world.driven();
    order.passed = 4;
    world.fleet->on_order(kOther, order);
    world.kernel.run_for(1s);
    CHECK(world.row(1).node == "a2");
    CHECK(world.row(1).track.empty());  // What comes next is the other one's.
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

TEST_CASE("vehicles that wait in a circle get no track, and an event and a finding say who") {
    bool is_planted = false;
    FleetOptions options;
    options.circle = [&is_planted](const planner::ActionGraph& graph) {
        return is_planted ? std::vector<std::uint32_t>{0, 1} : graph.circle();
    };
    Paper world({{kCart, "a0"}, {kOther, "a3"}}, std::move(options));
    world.say(kCart, "a0");
    world.say(kOther, "a3");
    CHECK(world.fleet->plan_trouble().empty());
    is_planted = true;
    REQUIRE(world.fleet->send(kCart, {"a2"}));
    world.kernel.run_for(10s);
    CHECK(world.orders.empty());
    CHECK(world.fleet->plan_trouble().find("cart, other wait for each other in a circle") !=
          std::string::npos);
    CHECK(world.row(0).text.find("in a circle") != std::string::npos);
    const auto said = [&world] {
        return std::count_if(world.events.begin(), world.events.end(), [](const std::string& text) {
            return text.find("in a circle; start") != std::string::npos;
        });
    };
    CHECK(said() == 1);
    is_planted = false;
    world.kernel.run_for(2s);
    CHECK(world.orders.size() == 1);
    CHECK(world.fleet->plan_trouble().empty());
    CHECK(said() == 1);
}

TEST_CASE("vehicles that follow lines or tags are told of nodes of the floor only") {
    FleetOptions options;
    options.cells.lanes = planner::LaneStops::at_nodes;
    Paper world({{kCart, "a0"}, {kOther, "a3"}}, std::move(options));
    world.say(kCart, "a0");
    world.say(kOther, "a3");
    world.kernel.run_for(2s);
    REQUIRE(world.fleet->send(kCart, {"a2"}));
    world.kernel.run_for(2s);
    REQUIRE(world.orders.size() == 1);
    std::vector<std::string> nodes{world.orders[0].second.start.id};
    for (const WayLeg& leg : world.orders[0].second.legs) {
        nodes.push_back(leg.node.id);
    }
    CHECK(nodes == std::vector<std::string>{"a0", "a1", "a2"});
}
