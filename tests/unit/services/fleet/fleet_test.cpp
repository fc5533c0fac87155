// How vehicles come to where they are sent, and what is kept of those that do not.
#include "firmware/services/fleet/fleet.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/services/fleet/fleet_world.hpp"

using namespace tally;
using namespace tally::test;

TEST_CASE("a vehicle is sent to a node, drives there, and stands there") {
    FleetWorld world(1, 1);
    REQUIRE(world.fleet->send(DeviceId("v0"), {"d3"}));
    world.run_for(5s);
    CHECK(world.row(0).phase == FleetPhase::driving);
    CHECK_FALSE(world.row(0).track.empty());
    world.run_for(120s);
    CHECK(world.row(0).phase == FleetPhase::idle);
    CHECK(world.row(0).node == "d3");
    CHECK(world.agvs[0]->truth().last_node == "d3");
    CHECK_FALSE(world.agvs[0]->truth().busy);
    CHECK(world.row(0).status.order.phase == OrderPhase::finished);
}

TEST_CASE("a paused vehicle stands on its track, and goes on when it is told to") {
    FleetWorld world(3, 1);
    REQUIRE(world.fleet->send(DeviceId("v0"), {"a3"}));
    world.run_for(6s);
    REQUIRE(world.fleet->pause(DeviceId("v0")));
    world.run_for(5s);
    const double x = world.agvs[0]->truth().x;
    const auto track = world.row(0).track;
    CHECK_FALSE(track.empty());
    world.run_for(90s);
    CHECK(world.agvs[0]->truth().x == x);
    CHECK(world.row(0).status.paused);
    CHECK(world.row(0).track == track);
    REQUIRE(world.fleet->resume(DeviceId("v0")));
    world.run_for(60s);
    CHECK(world.row(0).node == "a3");
}

TEST_CASE("what cannot be done is refused with its reason") {
    FleetWorld world(1, 2);
    CHECK(world.fleet->send(DeviceId("v9"), {"a0"}).error().kind == ErrorKind::conflict);
    CHECK(world.fleet->send(DeviceId("v0"), {"z9"}).error().text.find("no node 'z9'") !=
          std::string::npos);
    CHECK(world.fleet->release(DeviceId("v0"), "a0")
              .error()
              .text.find("only one that is lost, held or standing") != std::string::npos);
    FleetOptions options;
    options.floor = streets();
    options.vehicles = {{DeviceId("v0"), "a0"}, {DeviceId("v1"), "a0"}};
    CHECK_FALSE(Fleet::make(options, {world.line, world.box, world.box, world.box}));
    options.vehicles[1].node = "nowhere";
    CHECK_FALSE(Fleet::make(options, {world.line, world.box, world.box, world.box}));
}

TEST_CASE("six vehicles with goals without end never touch and never drive beyond their base") {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        INFO("seed " << seed);
        FleetWorld world(seed, 6);
        // The radio is bad, one is slow, and the broker dies twice.
        for (auto& agv : world.agvs) {
            agv->faults().mute_ppm = 200'000;
            agv->faults().deaf_ppm = 100'000;
            agv->faults().late_ppm = 200'000;
        }
        world.agvs[2]->faults().slow_percent = 60;
        for (int round = 0; round < 3; ++round) {
            world.work(200);
            world.host.kill(sim::Death::process);
            world.run_for(20s);
            world.host.restart();
        }
        world.work(200);
        for (const std::string& problem : world.problems) {
            UNSCOPED_INFO(problem);
        }
        CHECK(world.problems.empty());
        CHECK(world.spy.connected);
        CHECK(world.bases > 100);
        CHECK_FALSE(world.past_base());
        CHECK(world.arrivals > 40);
        for (int i = 0; i < 6; ++i) {
            UNSCOPED_INFO("v" << i << " " << to_string(world.row(i).phase) << " "
                              << world.row(i).text);
            CHECK(world.row(i).phase != FleetPhase::held);
        }
    }
}

TEST_CASE("a dead vehicle keeps its track until it is released, and the others go on around it") {
    FleetWorld world(7, 5);
    REQUIRE(world.fleet->send(DeviceId("v0"), {"d3"}));
    world.run_for(6s);
    world.agvs[0]->power_off();
    world.work(120, 0);
    CHECK(world.row(0).phase == FleetPhase::lost);
    const std::vector<std::string> track = world.row(0).track;
    CHECK_FALSE(track.empty());
    // Nobody is sent into it, and ways lead around it.
    CHECK(world.fleet->send(DeviceId("v1"), {track.front()}).error().text.find("lost vehicles") !=
          std::string::npos);
    const int before = world.arrivals;
    world.work(300, 0);
    CHECK(world.arrivals > before + 10);
    CHECK(world.row(0).track == track);
    CHECK(world.problems.empty());

    SECTION("it comes to life, has forgotten its order, and is held where it is") {
        world.agvs[0]->power_on();
        world.work(60, 0);
        CHECK(world.row(0).phase == FleetPhase::held);
        CHECK(world.row(0).track == track);
        CHECK(world.row(0).text.find("release it there") != std::string::npos);
    }
    SECTION("it is released where others are not, and its track is theirs again") {
        // A node that nobody has: try them until one is taken.
        bool is_released = false;
        for (int i = 0; i < kSide * kSide && !is_released; ++i) {
            is_released =
                world.fleet->release(DeviceId("v0"), node_name(i % kSide, i / kSide)).has_value();
        }
        REQUIRE(is_released);
        CHECK(world.row(0).track.empty());
        CHECK(world.row(0).phase != FleetPhase::lost);
        // Taken away and dead: it gets nothing, and the others use what was its track.
        const int at_release = world.arrivals;
        const std::string place = world.row(0).node;
        world.work(120, 0);
        CHECK(world.arrivals > at_release);
        CHECK(world.row(0).node == place);
        CHECK(world.row(0).track.empty());
    }
}

TEST_CASE("the others drive around one that a person has paused") {
    FleetWorld world(3, 2);
    REQUIRE(world.fleet->send(FleetWorld::id(0), {"a1"}));
    REQUIRE(world.fleet->send(FleetWorld::id(1), {"a0"}));
    world.run_for(4s);
    REQUIRE(world.fleet->pause(FleetWorld::id(0)));
    world.run_for(3s);
    const auto track = world.row(0).track;
    world.run_for(120s);
    CHECK(world.row(0).status.paused);
    CHECK(world.row(0).track == track);
    CHECK(world.row(1).node == "a0");
    CHECK(world.problems.empty());
}
