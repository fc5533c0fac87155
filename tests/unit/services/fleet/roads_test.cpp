// Roads that are closed for a time, doors that must be opened, and how long ways are meanwhile.
#include <catch2/catch.hpp>

#include "tests/unit/services/fleet/fleet_world.hpp"

using namespace tally;
using namespace tally::test;

namespace {

const DeviceId kFirst("v0");

/// v0 along row a, v1 and v2 in rows c and d; a road of row a closed on the way, or not.
std::unique_ptr<FleetWorld> crossing(bool is_closed) {
    auto world = std::make_unique<FleetWorld>(11, 3);
    // Out of each other's way first.
    REQUIRE(world->fleet->send(DeviceId("v1"), {"c0"}));
    REQUIRE(world->fleet->send(DeviceId("v2"), {"d0"}));
    world->run_for(90s);
    world->heard.clear();
    REQUIRE(world->fleet->send(kFirst, {"a3"}));
    REQUIRE(world->fleet->send(DeviceId("v1"), {"c3"}));
    REQUIRE(world->fleet->send(DeviceId("v2"), {"d3"}));
    world->run_for(3200ms);
    if (is_closed) {
        REQUIRE(world->fleet->block({"a3", "a2", "somebody works on the floor", 600s}));
    }
    world->closed_at = world->kernel.now();
    world->run_for(120s);
    CHECK(world->problems.empty());
    return world;
}

std::vector<std::string> texts(const FleetWorld& world, const std::string& vehicle) {
    std::vector<std::string> texts;
    for (const auto& [at, text] : world.heard.at(vehicle)) {
        texts.push_back(text);
    }
    return texts;
}

struct PaperDoor final : DoorControl {
    void ask_open(const PlaceId&) override { ++asked; }
    void let_go(const PlaceId&) override { ++let; }
    [[nodiscard]] bool is_open(const PlaceId&) const override { return open; }
    [[nodiscard]] bool is_broken(const PlaceId&) const override { return false; }
    [[nodiscard]] std::string state_text(const PlaceId&) const override { return "shut"; }
    int asked = 0, let = 0;
    bool open = false;
};

}  // namespace

TEST_CASE("a closed road reroutes those whose way it was, and nobody else hears a word of it") {
    const auto with = crossing(true);
    const auto without = crossing(false);
    CHECK(with->row(0).node == "a3");
    CHECK(texts(*with, "v1") == texts(*without, "v1"));
    CHECK(texts(*with, "v2") == texts(*without, "v2"));
    CHECK(texts(*with, "v1").size() > 5);
    // The first thing that v0 hears after it was closed leads elsewhere, and comes within a tick
    // and the time of an acknowledgement.
    std::size_t after = 0;
    for (const auto& [at, text] : with->heard["v0"]) {
        if (at > with->closed_at) {
            INFO(text);
            CHECK(text.find("a2~a3") == std::string::npos);
            CHECK((after > 0 || at - with->closed_at < 1'500ms));
            ++after;
        }
    }
    CHECK(after > 3);
}

TEST_CASE("whoever is inside leaves, or stands where somebody may be in its way") {
    for (const RoadBlock::Inside inside : {RoadBlock::Inside::leaves, RoadBlock::Inside::stands}) {
        FleetWorld world(15, 1);
        REQUIRE(world.fleet->send(kFirst, {"a3"}));
        world.run_for(3200ms);
        REQUIRE(world.fleet->block({"a1", "a2", "a person in the aisle", 600s, inside}));
        world.run_for(90s);
        CHECK((world.row(0).node == "a3") == (inside == RoadBlock::Inside::leaves));
        REQUIRE(world.fleet->unblock("a2", "a1"));
        world.run_for(60s);
        CHECK(world.row(0).node == "a3");
    }
}

TEST_CASE("while a road is closed ways are longer, and it opens by itself or by hand") {
    FleetWorld world(12, 1);
    CHECK(world.fleet->way_mm("a0", "a3") == 12'000);
    CHECK(world.fleet->way_mm("shelf", "a1") == 2'100);
    CHECK(world.fleet->way_mm("a0", "nowhere") == std::nullopt);
    REQUIRE(world.fleet->block({"a1", "a2", "spilt oil", 60s}));
    CHECK(world.fleet->way_mm("a0", "a3") == 20'000);
    CHECK(world.fleet->blocks().size() == 1);
    world.run_for(61s);
    CHECK(world.fleet->way_mm("a0", "a3") == 12'000);
    REQUIRE(world.fleet->block({"a1", "a2", "spilt oil", 60s}));
    REQUIRE(world.fleet->unblock("a2", "a1"));
    CHECK(world.fleet->way_mm("a0", "a3") == 12'000);
    CHECK(world.fleet->unblock("a2", "a1").error().text.find("is not closed") != std::string::npos);
    CHECK(world.fleet->block({"a0", "a2", "x", 60s}).error().kind == ErrorKind::conflict);
    CHECK(world.fleet->block({"a0", "a1", "", 60s}).error().kind == ErrorKind::malformed);
}

TEST_CASE(
    "where no way is left a vehicle stands until the road opens, and then goes on by itself") {
    FleetWorld world(13, 1);
    REQUIRE(world.fleet->block({"a0", "a1", "x", 90s}));
    REQUIRE(world.fleet->block({"a0", "b0", "x", 30s}));
    CHECK(world.fleet->send(kFirst, {"a3"}).error().text.find("no lane leads") !=
          std::string::npos);
    world.run_for(31s);
    REQUIRE(world.fleet->send(kFirst, {"a3"}));
    world.run_for(1s);
    REQUIRE(world.fleet->block({"a0", "b0", "x", 30s}));
    world.run_for(20s);
    CHECK(world.row(0).node != "a3");
    world.run_for(120s);
    CHECK(world.row(0).node == "a3");
}

TEST_CASE("nobody is released through a door that is not open") {
    PaperDoor door;
    FleetWorld world(14, 1, &door);
    REQUIRE(world.fleet->send(kFirst, {"c0"}));
    world.run_for(60s);
    CHECK(door.asked == 0);
    CHECK(door.let == 1);  // An earlier life may have left it open.
    REQUIRE(world.fleet->send(kFirst, {"d0"}));
    world.run_for(60s);
    CHECK(door.asked > 50);
    CHECK(door.let == 1);
    CHECK(world.row(0).node == "c0~d0.15.1");  // Before the door, in the middle of the lane.
    CHECK(world.row(0).text == "waits for door gate (shut)");
    door.open = true;
    world.run_for(30s);
    CHECK(world.row(0).node == "d0");
    CHECK(door.let == 2);
}
