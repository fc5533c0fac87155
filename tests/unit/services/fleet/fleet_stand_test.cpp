// One vehicle that is heard and does not move never stops the rest: the others take another way,
// and rows say who stands, and why.
#include <catch2/catch.hpp>

#include "tests/unit/services/fleet/fleet_world.hpp"
#include "tests/unit/services/fleet/paper_fleet.hpp"

using namespace tally;
using namespace tally::test;

namespace {

const DeviceId kAhead("v0");
const DeviceId kBehind("v1");

/// An aisle of 12 m from p0 to p1, a way round by q0 and q1 that is 20 m longer, a node before it
/// and one behind it.
FleetSetup aisle() {
    FleetSetup setup;
    setup.seed = 21;
    setup.floor.nodes = {{"p0", 0, 0},           {"p1", 12'000, 0}, {"q0", 0, 10'000},
                         {"q1", 12'000, 10'000}, {"s", -4'000, 0},  {"p2", 16'000, 0}};
    setup.floor.lanes = {{0, 1, 12'000, LaneDirection::both}, {0, 2, 10'000, LaneDirection::both},
                         {2, 3, 12'000, LaneDirection::both}, {3, 1, 10'000, LaneDirection::both},
                         {4, 0, 4'000, LaneDirection::both},  {1, 5, 4'000, LaneDirection::both}};
    setup.nodes = {"p0", "s"};
    return setup;
}

/// v0 some metres into the aisle, v1 sent through it behind v0.
std::unique_ptr<FleetWorld> one_behind_the_other() {
    auto world = std::make_unique<FleetWorld>(aisle());
    REQUIRE(world->fleet->send(kAhead, {"p2"}));
    world->run_for(5s);
    REQUIRE(world->fleet->send(kBehind, {"p1"}));
    world->run_for(1s);
    return world;
}

bool has_heard_of(const FleetWorld& world, const std::string& vehicle, const std::string& node) {
    const auto& all = world.heard.at(vehicle);
    return std::any_of(all.begin(), all.end(), [&](const auto& message) {
        return message.second.find('"' + node + '"') != std::string::npos;
    });
}

struct Trouble {
    const char* name;
    const char* text;
    void (*begin)(sim::agv::Agv&);
    void (*end)(sim::agv::Agv&);
};

const Trouble kTroubles[] = {
    {"stuck", "passes no node", [](sim::agv::Agv& agv) { agv.faults().stuck = 1; },
     [](sim::agv::Agv& agv) { agv.faults().stuck = 0; }},
    {"emergency stop", "emergency stop", [](sim::agv::Agv& agv) { agv.set_emergency_stop(true); },
     [](sim::agv::Agv& agv) { agv.set_emergency_stop(false); }},
    {"an error that stops it", "trouble", [](sim::agv::Agv& agv) { agv.faults().lost = 1; },
     [](sim::agv::Agv& agv) { agv.faults().lost = 0; }},
};

/// A vehicle with track that passes a node every so often.
void crawl(Paper& world, std::size_t nodes, Duration each) {
    OrderStatus order = world.driven();
    for (std::size_t i = 0; i < nodes; ++i) {
        order.passed = i;
        world.fleet->on_order(kCart, order);
        for (Duration gone{0}; gone < each; gone += 1s) {
            world.say(kCart, "a0", true);
        }
    }
}

std::ptrdiff_t warnings(const Paper& world) {
    return std::count_if(world.events.begin(), world.events.end(), [](const std::string& text) {
        return text.find("warning: vehicle cart stands") == 0;
    });
}

}  // namespace

TEST_CASE("whoever comes behind one that is heard and stands takes the way round") {
    for (const Trouble& trouble : kTroubles) {
        INFO(trouble.name);
        const auto world = one_behind_the_other();
        trouble.begin(*world->agvs[0]);
        world->run_for(27s);
        const FleetRow row = world->row(0);
        CHECK(row.phase == FleetPhase::standing);
        CHECK(row.text.find(trouble.text) != std::string::npos);
        CHECK(row.stands_for > 5s);
        CHECK_FALSE(row.track.empty());
        world->run_for(90s);
        CHECK(world->row(1).node == "p1");
        CHECK(world->row(0).track == row.track);
        CHECK(world->row(0).stands_for > 90s);

        // It goes on by itself, and all are where they should be.
        trouble.end(*world->agvs[0]);
        REQUIRE(world->fleet->send(kBehind, {"s"}));
        world->run_for(120s);
        CHECK(world->row(0).node == "p2");
        CHECK(world->row(0).phase == FleetPhase::idle);
        CHECK(world->row(1).node == "s");
        CHECK(world->problems.empty());
        CHECK_FALSE(world->past_base());
    }
}

TEST_CASE("a short emergency stop sends nobody on a detour") {
    const auto world = one_behind_the_other();
    world->agvs[0]->set_emergency_stop(true);
    world->run_for(3s);
    CHECK(world->row(0).phase == FleetPhase::standing);
    world->agvs[0]->set_emergency_stop(false);
    world->run_for(60s);
    CHECK(world->row(0).node == "p2");
    CHECK(world->row(1).node == "p1");
    CHECK_FALSE(has_heard_of(*world, "v1", "q1"));
}

TEST_CASE("where there is no way round one waits, and is told for whom") {
    FleetSetup setup = aisle();
    setup.floor.lanes.erase(setup.floor.lanes.begin() + 3);
    FleetWorld world(setup);
    REQUIRE(world.fleet->send(kAhead, {"p2"}));
    REQUIRE(world.fleet->send(kBehind, {"p1"}));
    world.run_for(6s);
    world.agvs[0]->faults().stuck = 1;
    world.run_for(40s);
    CHECK(world.row(1).phase == FleetPhase::waiting);
    CHECK(world.row(1).text.find("those that stand: v0") != std::string::npos);
    world.agvs[0]->faults().stuck = 0;
    world.run_for(60s);
    CHECK(world.row(1).node == "p1");
}

TEST_CASE("one that gets no nearer to its goal is named, with for how many plans") {
    Paper world({{kCart, "a1~a2.1.1"}, {kOther, "a1"}});
    const auto speak = [&](int times) {
        for (int i = 0; i < times; ++i) {
            world.say(kCart, "a1~a2.1.1");
            world.say(kOther, "a1");
        }
    };
    speak(1);
    REQUIRE(world.fleet->send(kOther, {"a1", {}, Errand::After::stays}));
    REQUIRE(world.fleet->send(kCart, {"a0"}));
    speak(50);
    CHECK(world.row(0).phase == FleetPhase::waiting);
    CHECK(world.row(0).stuck_plans > 150);
    CHECK(world.row(0).text.find("plans") == std::string::npos);
    speak(20);
    CHECK(world.row(0).text.find("not come nearer to a0 for 2") != std::string::npos);
    REQUIRE(world.fleet->dismiss(kCart));
    speak(1);
    CHECK(world.row(0).stuck_plans == 0);
}

TEST_CASE("a person says where one that stands was pushed to, and its track is free") {
    const auto world = one_behind_the_other();
    world->agvs[0]->set_emergency_stop(true);
    world->run_for(8s);
    CHECK(world->fleet->may_release(kBehind, "s").error().text.find("standing") !=
          std::string::npos);
    REQUIRE(world->fleet->release(kAhead, "q1"));
    CHECK(world->row(0).track.empty());
    CHECK(world->row(0).node == "q1");
}

TEST_CASE("one that crawls is driven around once, not again at every node") {
    Paper world({{kCart, "a0"}});
    world.say(kCart, "a0");
    REQUIRE(world.fleet->send(kCart, {"a3"}));
    world.kernel.run_for(1s);
    REQUIRE(world.orders.size() == 1);
    REQUIRE(world.orders[0].second.released == 4);
    SECTION("in time") {
        crawl(world, 4, 15s);
        CHECK(warnings(world) == 0);
    }
    SECTION("late at every node") {
        crawl(world, 4, 25s);
        CHECK(warnings(world) == 1);
        CHECK(world.row(0).phase == FleetPhase::driving);
    }
    SECTION("not heard it is not counted: that is what a lost one is") {
        OrderStatus order = world.driven();
        world.fleet->on_order(kCart, order);
        VehicleStatus status;
        status.reach = VehicleReach::silent;
        status.heard_at = world.box.mono_now();
        world.fleet->on_vehicle(kCart, status);
        world.kernel.run_for(50s);
        CHECK(world.row(0).phase == FleetPhase::driving);
        world.kernel.run_for(20s);
        CHECK(world.row(0).phase == FleetPhase::lost);
    }
}

TEST_CASE("what only passes before a vehicle is no reason to drive around it") {
    Paper world({{kCart, "a0"}});
    VehicleStatus status;
    status.reach = VehicleReach::online;
    status.heard_at = world.box.mono_now();
    status.last_node = "a0";
    status.troubles.push_back(
        {VehicleTrouble::Weight::stops, "field_violated", "something stands before it"});
    world.fleet->on_vehicle(kCart, status);
    world.kernel.run_for(6s);
    CHECK(world.row(0).phase == FleetPhase::idle);
    status.troubles.front().kind = "motorError";
    status.heard_at = world.box.mono_now();
    world.fleet->on_vehicle(kCart, status);
    world.kernel.run_for(1s);
    CHECK(world.row(0).phase == FleetPhase::standing);
    status.troubles.clear();
    status.heard_at = world.box.mono_now();
    world.fleet->on_vehicle(kCart, status);
    world.kernel.run_for(2s);
    CHECK(world.row(0).phase == FleetPhase::standing);  // It may be back at once.
    world.kernel.run_for(2s);
    CHECK(world.row(0).phase == FleetPhase::idle);
}
