// What vehicles do where they were sent, and what their owner hears of it.
#include <catch2/catch.hpp>

#include "tests/unit/services/fleet/fleet_world.hpp"

using namespace tally;
using namespace tally::test;

namespace {

const DeviceId kFirst("v0");

VehicleAction load_action(std::string type) {
    return {"",
            std::move(type),
            Blocking::hard,
            {{"stationType", std::string("floor")}, {"loadType", std::string("EPAL")}}};
}
Errand pick_at(std::string goal) {
    return {std::move(goal), {load_action("pick")}, Errand::After::stays};
}

}  // namespace

TEST_CASE("a vehicle drives to a place with a stop, does what it was told there, and says so") {
    FleetWorld world(1, 1);
    const auto id = world.fleet->send(kFirst, pick_at("shelf"));
    REQUIRE(id);
    world.run_for(120s);
    CHECK(world.row(0).node == "a0~a1.0.1");
    CHECK(std::abs(world.agvs[0]->truth().x - 1.9) < 0.005);
    CHECK(world.owner.told ==
          std::vector<std::string>{"v0 " + *id + " acting", "v0 " + *id + " done"});
    REQUIRE(world.owner.last[kFirst].actions.size() == 1);
    CHECK(world.owner.last[kFirst].actions[0].phase == ActionPhase::finished);
    CHECK(world.row(0).status.loads.size() == 1);
    // At the goal already: no drive, the actions only.
    REQUIRE(world.fleet->send(kFirst, {"shelf", {load_action("drop")}}));
    world.run_for(20s);
    CHECK(world.row(0).errand.phase == ErrandPhase::done);
    CHECK(world.row(0).status.loads.empty());
}

TEST_CASE("one without actions says that it has arrived") {
    FleetWorld world(1, 1);
    const auto id = world.fleet->send(kFirst, {"d3"});
    REQUIRE(id);
    world.run_for(90s);
    CHECK(world.owner.told == std::vector<std::string>{"v0 " + *id + " done"});
    CHECK(world.row(0).node == "d3");
}

TEST_CASE("an action that fails or is refused is told with its reason, and not tried again") {
    FleetWorld world(2, 1);
    world.agvs[0]->faults().fail_actions = 1;
    REQUIRE(world.fleet->send(kFirst, pick_at("a0")));
    world.run_for(30s);
    CHECK(world.row(0).errand.phase == ErrandPhase::failed);
    CHECK(world.row(0).errand.text.find("action pick is failed") != std::string::npos);
    CHECK(world.row(0).phase == FleetPhase::idle);

    world.agvs[0]->faults().refuse_next = 1;
    REQUIRE(world.fleet->send(kFirst, pick_at("a0")));
    world.run_for(60s);
    CHECK(world.row(0).errand.phase == ErrandPhase::failed);
    CHECK(world.row(0).errand.text.find("it does not like to") != std::string::npos);
    CHECK(world.agvs[0]->truth().orders_taken == 1);

    REQUIRE(world.fleet->send(kFirst, pick_at("a0")));
    world.run_for(30s);
    CHECK(world.row(0).errand.phase == ErrandPhase::done);
}

TEST_CASE("at work it takes no other errand, and dies there with a word to its owner") {
    FleetWorld world(3, 1);
    REQUIRE(world.fleet->send(kFirst, pick_at("a0")));
    world.run_for(1s);
    REQUIRE(world.row(0).errand.phase == ErrandPhase::acting);
    const auto other = world.fleet->send(kFirst, {"d3"});
    REQUIRE_FALSE(other);
    CHECK(other.error().text.find("is at work at a0") != std::string::npos);
    CHECK_FALSE(world.fleet->dismiss(kFirst));
    world.agvs[0]->power_off();
    world.run_for(5s);
    world.agvs[0]->power_on();  // It has forgotten its order.
    world.run_for(30s);
    CHECK(world.row(0).phase == FleetPhase::held);
    CHECK(world.row(0).errand.phase == ErrandPhase::failed);
    CHECK(world.owner.last[kFirst].phase == ErrandPhase::failed);
    CHECK(world.owner.last[kFirst].text.find("forgotten") != std::string::npos);
}

TEST_CASE("one that stays is driven around until it is dismissed") {
    FleetWorld world(4, 4);
    REQUIRE(world.fleet->send(kFirst, {"b1", {}, Errand::After::stays}));
    world.run_for(60s);
    REQUIRE(world.row(0).errand.phase == ErrandPhase::done);
    world.work(300, 0);
    CHECK(world.arrivals > 10);
    CHECK(world.row(0).node == "b1");
    CHECK(world.agvs[0]->truth().orders_taken == 1);
    CHECK(world.problems.empty());
    REQUIRE(world.fleet->dismiss(kFirst));
    CHECK(world.row(0).goal.empty());
    // Now it must make way for one that wants its place.
    REQUIRE(world.fleet->send(DeviceId("v1"), {"b1", {}, Errand::After::stays}));
    world.run_for(90s);
    CHECK(world.row(1).node == "b1");
    CHECK(world.problems.empty());
}

TEST_CASE("a charging vehicle stands, and ends charging before it goes on") {
    FleetWorld world(5, 1);
    REQUIRE(world.fleet->send(kFirst, {"a2", {{"", "startCharging", Blocking::hard, {}}}}));
    world.run_for(60s);
    CHECK(world.row(0).errand.phase == ErrandPhase::done);
    CHECK(world.row(0).status.charging);
    REQUIRE(world.fleet->send(kFirst, {"a3"}));
    world.run_for(30s);
    CHECK_FALSE(world.row(0).status.charging);
    CHECK(world.row(0).node == "a3");
    CHECK(world.agvs[0]->truth().refused == 0);
}

TEST_CASE("it charges and loads where charger and load are, not where the lane is cut evenly") {
    FleetSetup setup = on_streets(1, 1, nullptr);
    setup.floor.stops = {{PlaceId("charger"), StopKind::charger, 0, 1'450},
                         {PlaceId("rack"), StopKind::slot, 1, 2'450}};
    setup.spots = {{sim::agv::Spot::Kind::charger, 1.45, 0}, {sim::agv::Spot::Kind::load, 0, 2.45}};
    FleetWorld world(setup);
    REQUIRE(world.fleet->send(kFirst, pick_at("rack")));
    world.run_for(120s);
    CHECK(world.row(0).errand.phase == ErrandPhase::done);
    REQUIRE(world.fleet->send(
        kFirst, {"charger", {{"", "startCharging", Blocking::hard, {}}}, Errand::After::stays}));
    world.run_for(120s);
    CHECK(world.row(0).errand.phase == ErrandPhase::done);
    CHECK(world.row(0).status.charging);
    // Beside the charger it fails, and its owner hears why.
    REQUIRE(world.fleet->send(
        kFirst, {"a1", {{"", "startCharging", Blocking::hard, {}}}, Errand::After::stays}));
    world.run_for(60s);
    CHECK(world.row(0).errand.phase == ErrandPhase::failed);
    CHECK(world.row(0).errand.text.find("the nearest charger is 2550 mm from where it stands") !=
          std::string::npos);
}

TEST_CASE("a way past one that stands at work counts as longer, or as the way around it") {
    FleetWorld world(1, 1);
    CHECK(world.fleet->cost_mm("a0", "a1") == 4'000);
    REQUIRE(world.fleet->send(kFirst, pick_at("shelf")));  // Between a0 and a1; it stays there.
    world.run_for(60s);
    REQUIRE(world.row(0).errand.phase == ErrandPhase::done);
    CHECK(world.fleet->way_mm("a0", "a1") == 4'000);
    CHECK(world.fleet->cost_mm("a0", "a1") == 12'000);
    CHECK(world.fleet->cost_mm("a0", "shelf") == 21'900);
    CHECK(world.fleet->cost_mm("shelf", "a1") == 2'100);  // Its own way out.
    REQUIRE(world.fleet->dismiss(kFirst));
    world.run_for(1s);
    CHECK(world.fleet->cost_mm("a0", "a1") == 4'000);
}
