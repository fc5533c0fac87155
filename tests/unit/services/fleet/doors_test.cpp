// Doors that vehicles come through: a leaf that takes its time, as its driver tells of it, between
// the real service and the real fleet.
#include "firmware/services/fleet/doors.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/services/fleet/fleet_world.hpp"
#include "tests/unit/services/fleet/paper_fleet.hpp"

using namespace tally;
using namespace tally::test;

namespace {

const PlaceId kGate("gate");  // In the middle of the lane from c0 to d0.
const DeviceId kDoor("gate-door");
const DeviceId kFirst("v0");
constexpr Duration kTravel = 4s;

/// For a fleet that is made before its doors.
struct LateDoors final : DoorControl {
    void ask_open(const PlaceId& door) override { to->ask_open(door); }
    void let_go(const PlaceId& door) override { to->let_go(door); }
    [[nodiscard]] bool is_open(const PlaceId& door) const override { return to->is_open(door); }
    [[nodiscard]] bool is_broken(const PlaceId& door) const override { return to->is_broken(door); }
    [[nodiscard]] std::string state_text(const PlaceId& door) const override {
        return to->state_text(door);
    }
    DoorControl* to = nullptr;
};

struct DoorWorld {
    explicit DoorWorld(std::uint64_t seed) : world(seed, 1, &late) {
        late.to = &doors;
        doors.on_move([this](const DeviceId& door, BarrierOrder order) {
            REQUIRE(door == kDoor);
            if (order != told) {
                told = order;
                moved_at = world.box.mono_now();
                history += order == BarrierOrder::open ? "open " : "closed ";
            }
        });
    }
    void run_for(Duration span) {
        for (Duration gone{0}; gone < span; gone += 500ms) {
            world.run_for(500ms);
            if (is_answering) {
                doors.on_signal(kDoor, read());
            }
        }
    }
    [[nodiscard]] SignalReading read() const {
        SignalReading reading;
        reading.at = world.box.mono_now();
        const bool is_there = reading.at - moved_at >= kTravel;
        reading.barrier = !is_there                    ? BarrierPosition::moving
                          : told == BarrierOrder::open ? BarrierPosition::opened
                                                       : BarrierPosition::shut;
        if (is_jammed) {
            reading.barrier = BarrierPosition::shut;
            if (told == BarrierOrder::open && is_there) {
                reading.fault = SignalFault::disobeys;
                reading.text = "it was told to be open and is shut";
            }
        }
        return reading;
    }

    LateDoors late;
    FleetWorld world;
    Doors doors{{DoorSetup{kDoor, kGate}}, world.box, world.box, world.box};
    std::optional<BarrierOrder> told;
    std::string history;
    MonoTime moved_at;
    bool is_answering = true;
    bool is_jammed = false;
};

}  // namespace

TEST_CASE("a vehicle comes through once the switch says open, and the door closes behind it") {
    DoorWorld site(21);
    REQUIRE(site.world.fleet->send(kFirst, {"d0"}));
    while (site.told != BarrierOrder::open) {
        site.run_for(500ms);
    }
    CHECK_FALSE(site.doors.is_open(kGate));  // It is ordered, and under way.
    site.run_for(60s);
    CHECK(site.world.row(0).node == "d0");
    CHECK(site.history == "open closed ");
    CHECK(site.doors.rows().at(0).text == "shut");
    CHECK(site.world.problems.empty());
}

TEST_CASE("where a door does not open, vehicles take another way, and try it again later") {
    DoorWorld site(22);
    site.is_jammed = true;
    REQUIRE(site.world.fleet->send(kFirst, {"d0"}));
    site.run_for(60s);
    CHECK(site.world.row(0).node == "d0");
    CHECK(site.world.heard["v0"].size() > 2);
    site.is_jammed = false;
    site.history.clear();
    site.run_for(60s);
    REQUIRE(site.world.fleet->send(kFirst, {"c0"}));
    site.run_for(60s);
    CHECK(site.world.row(0).node == "c0");
    CHECK(site.history == "open closed ");
    CHECK(site.world.problems.empty());
}

TEST_CASE("where there is no other way a vehicle waits, and is told with what is wrong") {
    DoorWorld site(27);
    site.is_jammed = true;
    for (const char* column : {"1", "2", "3"}) {
        REQUIRE(site.world.fleet->block(
            {std::string("c") + column, std::string("d") + column, "glass on the floor", 1h}));
    }
    REQUIRE(site.world.fleet->send(kFirst, {"d0"}));
    site.run_for(50s);
    CHECK(site.world.row(0).node != "d0");
    CHECK(site.world.row(0).text ==
          "waits for door gate (it was told to be open and is shut; it is tried again every "
          "minute)");
    site.is_jammed = false;
    site.run_for(100s);
    CHECK(site.world.row(0).node == "d0");
}

TEST_CASE(
    "a door that fails before a vehicle is there stops it, and it goes on when that is mended") {
    DoorWorld site(24);
    site.world.agvs[0]->faults().slow_percent = 70;
    REQUIRE(site.world.fleet->send(kFirst, {"d0"}));
    const auto is_released = [&] {
        const std::vector<std::string> track = site.world.row(0).track;
        return track.size() == 4 && track.back() == "d0";
    };
    for (int i = 0; i < 200 && !is_released(); ++i) {
        site.run_for(500ms);
    }
    REQUIRE(is_released());  // It has been told, and is a cell before the one before the door.
    site.is_jammed = true;
    site.run_for(60s);
    const FleetRow row = site.world.row(0);
    CHECK(row.node != "d0");
    CHECK(row.phase == FleetPhase::standing);
    CHECK(row.is_before_door);
    CHECK(row.status.paused);
    CHECK(row.text ==
          "stands before door gate, which is not open any more (it was told to be open and is "
          "shut); it goes on by itself when that is open");
    REQUIRE(site.world.fleet->resume(kFirst));  // Nobody sends it through by that.
    site.run_for(30s);
    CHECK(site.world.row(0).node == row.node);
    site.is_jammed = false;
    site.run_for(90s);
    CHECK(site.world.row(0).node == "d0");
    CHECK_FALSE(site.world.row(0).status.paused);
    CHECK(site.world.problems.empty());
}

TEST_CASE("track beyond a door that fails before it was told is not told") {
    DoorWorld site(28);
    REQUIRE(site.world.fleet->send(kFirst, {"c0"}));
    site.run_for(60s);
    REQUIRE(site.world.row(0).node == "c0");
    site.world.agvs[0]->faults().refuse_next = 1;
    REQUIRE(site.world.fleet->send(kFirst, {"d0"}));
    const auto has_beyond = [&] {
        const std::vector<std::string> track = site.world.row(0).track;
        return !track.empty() && track.back() == "d0";
    };
    for (int i = 0; i < 16 && !has_beyond(); ++i) {
        site.run_for(500ms);
    }
    REQUIRE(has_beyond());
    REQUIRE(site.world.row(0).status.order.phase == OrderPhase::refused);
    site.is_jammed = true;
    site.run_for(40s);
    const FleetRow row = site.world.row(0);
    CHECK(row.node != "d0");
    CHECK_FALSE(row.status.paused);
    CHECK(row.text.starts_with("stands before door gate"));
    site.is_jammed = false;
    site.run_for(90s);
    CHECK(site.world.row(0).node == "d0");
    CHECK(site.world.problems.empty());
}

TEST_CASE("what was read a while ago is not known any more") {
    DoorWorld site(23);
    const auto ask_for = [&](Duration span) {
        for (Duration gone{0}; gone < span; gone += 500ms) {
            site.doors.ask_open(kGate);
            site.run_for(500ms);
        }
        site.doors.ask_open(kGate);
    };
    ask_for(5s);
    REQUIRE(site.doors.is_open(kGate));
    site.is_answering = false;
    ask_for(2s);
    CHECK(site.doors.is_open(kGate));
    ask_for(2s);
    CHECK_FALSE(site.doors.is_open(kGate));
    CHECK(site.doors.state_text(kGate) == "not read for a while");
}

namespace {

/// A door without a fleet, and what its driver says.
struct LoneDoor {
    LoneDoor() {
        doors.on_move([](const DeviceId&, BarrierOrder) {});
    }
    void say(BarrierPosition position, SignalFault fault = SignalFault::none) {
        SignalReading reading;
        reading.at = box.mono_now();
        reading.barrier = position;
        reading.fault = fault;
        doors.on_signal(kDoor, reading);
    }

    sim::Kernel kernel{{.seed = 1}};
    sim::Node& box = kernel.add_node({.name = "box"});
    Doors doors{{DoorSetup{kDoor, kGate}}, box, box, box};
};

}  // namespace

TEST_CASE("only what was read since a door was asked for says that it is open") {
    LoneDoor door;
    door.say(BarrierPosition::opened);
    door.doors.ask_open(kGate);
    CHECK_FALSE(door.doors.is_open(kGate));
    door.kernel.run_for(100ms);
    door.say(BarrierPosition::opened);
    door.doors.ask_open(kGate);
    CHECK(door.doors.is_open(kGate));
}

TEST_CASE("a door that did not close is no door that does not open") {
    LoneDoor door;
    door.say(BarrierPosition::opened, SignalFault::disobeys);
    door.doors.ask_open(kGate);
    CHECK_FALSE(door.doors.is_broken(kGate));
    door.kernel.run_for(100ms);
    door.say(BarrierPosition::shut, SignalFault::disobeys);
    door.doors.ask_open(kGate);
    CHECK(door.doors.is_broken(kGate));
}

TEST_CASE("a door that an earlier life left open is closed once everybody's place is known") {
    DoorWorld site(24);
    CHECK_FALSE(site.told);
    site.run_for(60s);
    CHECK(site.history == "closed ");
}

TEST_CASE("while nobody knows where a vehicle is, no door is closed: it may stand in one") {
    struct Spy final : DoorControl {
        void ask_open(const PlaceId&) override {}
        void let_go(const PlaceId&) override { ++let_go_count; }
        [[nodiscard]] bool is_open(const PlaceId&) const override { return false; }
        [[nodiscard]] bool is_broken(const PlaceId&) const override { return false; }
        [[nodiscard]] std::string state_text(const PlaceId&) const override { return {}; }
        int let_go_count = 0;
    } spy;
    Paper world({{kCart, "a0"}}, &spy);
    world.kernel.run_for(30s);
    CHECK(spy.let_go_count == 0);
    world.say(kCart, "a0");
    world.kernel.run_for(30s);
    CHECK(spy.let_go_count == 1);
}

TEST_CASE("a place that no door of the config stands at counts as open") {
    DoorWorld site(26);
    CHECK(site.doors.is_open(PlaceId("arch")));
    CHECK(site.doors.state_text(PlaceId("arch")) == "none there");
}
