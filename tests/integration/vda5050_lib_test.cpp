// npm vda-5050-lib (Siemens, coaty), another reading of VDA 5050, on both sides of a real broker:
// its vehicles are driven by our driver, and its master drives our emulated vehicle.
#include <cstdio>
#include <map>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "drivers/vda5050/vehicle_line.hpp"
#include "firmware/host/entropy/os_entropy.hpp"
#include "firmware/host/loop/loop.hpp"
#include "firmware/host/mqtt/paho_message_bus.hpp"
#include "tests/support/loop_driver.hpp"
#include "tests/support/mosquitto.hpp"
#include "tests/support/places.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch_dir.hpp"

using namespace tally;
using namespace tally::test;
using std::chrono::seconds;
using Phase = OrderPhase;

namespace {

constexpr int kSkipped = 77;
constexpr Duration kPatience = seconds(60);

struct Quiet final : Events {
    void report(Severity, std::string_view, std::string_view) override {}
};

/// The driver on a real loop and a real broker, and what it told.
struct Fleet final : VehicleFeed {
    Fleet() : bus(loop, {.broker = broker.endpoint()}) {}

    void on_vehicle(const DeviceId&, const VehicleStatus&) override {}
    void on_order(const DeviceId& id, const OrderStatus& order) override { orders[id] = order; }
    void on_action(const DeviceId&, const ActionReport& action) override {
        actions[action.id].push_back(action.phase);
    }
    /// False: npm cannot be reached.
    bool start_vehicles(int count) {
        std::vector<std::string> arguments{test::source_dir() + "/tests/integration/npm_run",
                                           test::build_dir(), "vda5050_lib", "vehicles.js",
                                           "mqtt://127.0.0.1:" + std::to_string(broker.port())};
        for (int i = 0; i < count; ++i) {
            const std::string serial = "v" + std::to_string(i);
            arguments.push_back(serial);
            REQUIRE(line.add({DeviceId(serial), {"uagv", "siemens", serial}}));
        }
        vehicles = Process({.arguments = arguments, .log = scratch.path() / "vehicles.log"});
        REQUIRE(await(std::chrono::minutes(3),
                      [&] { return !vehicles.running() || vehicles.has_said("{\"ready\":"); }));
        if (vehicles.wait_exit(Duration(0)) == kSkipped) {
            std::fprintf(stderr, "skipped: vda-5050-lib cannot be installed\n");
            return false;
        }
        INFO(vehicles.output());
        REQUIRE(vehicles.running());
        line.start();
        for (int i = 0; i < count; ++i) {
            REQUIRE(until([&] { return heard(i); }));
        }
        return true;
    }
    [[nodiscard]] static DeviceId id(int i) { return DeviceId("v" + std::to_string(i)); }
    [[nodiscard]] const VehicleStatus& status(int i = 0) const {
        return line.find(id(i))->status();
    }
    [[nodiscard]] bool heard(int i) const {
        return status(i).reach == VehicleReach::online && !(status(i).heard_at == MonoTime{});
    }
    bool until(const std::function<bool()>& holds) { return turn_until(loop, holds, kPatience); }
    [[nodiscard]] Phase phase(int i = 0) const { return status(i).order.phase; }
    bool until_phase(Phase phase) {
        return until([&] { return status().order.phase == phase; });
    }

    ScratchDir scratch;
    Mosquitto broker;
    host::Loop loop;
    host::OsEntropy entropy;
    Quiet quiet;
    host::PahoMessageBus bus;
    vda5050::VehicleLine line{"fleet", {bus, loop, loop, entropy, quiet}, *this};
    Process vehicles;
    std::map<DeviceId, OrderStatus> orders;
    std::map<std::string, std::vector<ActionPhase>> actions;
};

WayNode node(const std::string& id, std::int64_t x_mm, std::int64_t y_mm = 0) {
    return {id, WayPosition{x_mm, y_mm, "hall", {}, {}}, {}};
}
WayLeg leg(const std::string& id, std::int64_t x_mm, std::int64_t y_mm = 0) {
    return {"to-" + id, {}, node(id, x_mm, y_mm)};
}
VehicleAction load_action(const std::string& id, const std::string& type) {
    return {id,
            type,
            Blocking::hard,
            {{"stationType", std::string("floor-1")},
             {"loadType", std::string("EPAL")},
             {"duration", 0.5}}};
}

}  // namespace

TEST_CASE("vehicles of another maker do as they are told, and say so") {
    Fleet fleet;
    if (!fleet.start_vehicles(1)) {
        return;
    }
    const DeviceId cart("v0");
    vda5050::VehicleLine& line = fleet.line;

    // Base and horizon: it stops at the decision point; a pick on the way.
    DriveOrder order{"o1", node("a", 0), {leg("b", 2000), leg("c", 4000)}, 1};
    order.legs[0].node.actions = {load_action("pick-1", "pick")};
    REQUIRE(line.order(cart, order));
    REQUIRE(fleet.until([&] { return fleet.status().order.passed == 1; }));
    REQUIRE(fleet.until([&] { return !fleet.status().loads.empty(); }));
    REQUIRE(fleet.until([&] {
        const auto& phases = fleet.actions["pick-1"];
        return !phases.empty() && phases.back() == ActionPhase::finished;
    }));
    CHECK(fleet.phase() == Phase::driving);
    CHECK(fleet.status().last_node == "b");

    // The update goes on from there, another way than planned.
    REQUIRE(line.update(cart, {leg("d", 2000, 2000)}, 1));
    REQUIRE(fleet.until_phase(Phase::finished));
    CHECK(fleet.status().last_node == "d");
    CHECK(fleet.status().order.update == 1);
    // The pick stands at the stitching node: it was not done twice.
    CHECK(fleet.status().loads.size() == 1);

    // A rejection, with its reason: it cannot dance; it is not where the order begins.
    DriveOrder dance{"o2", node("d", 2000, 2000), {leg("e", 4000, 2000)}, 1};
    dance.legs[0].node.actions = {{"dance-1", "dance"}};
    REQUIRE(line.order(cart, dance));
    REQUIRE(fleet.until_phase(Phase::refused));
    CHECK(fleet.status().order.text.find("not executable") != std::string::npos);
    REQUIRE(line.order(cart, {"o3", node("x", 50'000), {leg("y", 52'000)}, 1}));
    REQUIRE(fleet.until_phase(Phase::refused));
    CHECK(fleet.status().order.text.find("deviation") != std::string::npos);

    // Cancelled on its way.
    REQUIRE(line.order(cart, {"o4", node("d", 2000, 2000), {leg("far", 90'000, 2000)}, 1}));
    REQUIRE(fleet.until([&] { return fleet.status().driving; }));
    REQUIRE(line.cancel(cart));
    REQUIRE(fleet.until_phase(Phase::cancelled));
    CHECK_FALSE(fleet.status().busy);
    CHECK_FALSE(line.cancel(cart));

    // Paused and resumed, charged, and no order while it charges.
    const auto pause = line.act(cart, "startPause");
    REQUIRE(pause);
    REQUIRE(fleet.until([&] { return fleet.status().paused; }));
    REQUIRE(line.act(cart, "stopPause"));
    REQUIRE(fleet.until([&] { return !fleet.status().paused; }));
    REQUIRE(line.act(cart, "startCharging"));
    REQUIRE(fleet.until([&] { return fleet.status().charging; }));
    const std::int64_t x_mm = fleet.status().pose->x_mm;
    REQUIRE(line.order(cart, {"o5", node("here", x_mm, 2000), {leg("h", x_mm + 1000, 2000)}, 1}));
    REQUIRE(fleet.until_phase(Phase::refused));
    CHECK(fleet.status().order.text.find("charging") != std::string::npos);
    REQUIRE(line.act(cart, "stopCharging"));
    REQUIRE(fleet.until([&] { return !fleet.status().charging; }));
    CHECK(line.find(cart)->counts().refused == 0);  // Of its messages, all were good.

    // Its process dies: the broker says so in its name, and the order is kept, for it may come
    // back.
    REQUIRE(line.order(cart, {"o6", node("here", x_mm, 2000), {leg("far", 90'000, 2000)}, 1}));
    REQUIRE(fleet.until_phase(Phase::driving));
    fleet.vehicles.kill9();
    REQUIRE(fleet.until([&] { return fleet.status().reach == VehicleReach::broken; }));
    CHECK(fleet.phase() == Phase::driving);
    const auto refused = line.act(cart, "startPause");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::offline);
}

TEST_CASE("a hundred vehicles of another maker lose no order over a restart of the broker") {
    constexpr int kVehicles = 100;
    Fleet fleet;
    if (!fleet.start_vehicles(kVehicles)) {
        return;
    }
    const auto send = [&](int round) {
        for (int i = 0; i < kVehicles; ++i) {
            const std::int64_t y_mm = 10'000 * i;
            const bool out = round % 2 == 0;
            REQUIRE(fleet.line.order(Fleet::id(i),
                                     {"r" + std::to_string(round) + "-" + std::to_string(i),
                                      node(out ? "a" : "b", out ? 0 : 8000, y_mm),
                                      {leg(out ? "b" : "a", out ? 8000 : 0, y_mm)},
                                      1}));
        }
    };
    const auto all_finished = [&] {
        for (int i = 0; i < kVehicles; ++i) {
            if (fleet.phase(i) != Phase::finished) {
                return false;
            }
        }
        return true;
    };
    send(0);
    fleet.broker.kill9();  // With the orders on their way.
    REQUIRE(fleet.until([&] { return !fleet.line.connected(); }));
    fleet.broker.start();
    REQUIRE(fleet.until(all_finished));
    send(1);
    REQUIRE(fleet.until([&] { return fleet.phase(0) == Phase::driving; }));
    fleet.broker.stop();  // With the vehicles on theirs.
    REQUIRE(fleet.until([&] { return !fleet.line.connected(); }));
    fleet.broker.start();
    REQUIRE(fleet.until(all_finished));
    for (int i = 0; i < kVehicles; ++i) {
        CHECK(fleet.status(i).last_node == "a");
    }
}

TEST_CASE("a master of another maker drives our emulated vehicle") {
    ScratchDir scratch;
    Mosquitto broker;
    const std::string address = "127.0.0.1:" + std::to_string(broker.port());
    Process emul({.arguments = {test::build_dir() + "/bin/tally-emul", "--broker", address, "--agv",
                                "cart1@a", "--quiet"},
                  .log = scratch.path() / "emul.log"});
    REQUIRE(await(kPatience, [&] { return emul.has_said("\"agvs\":[\"cart1\"]"); }));
    Process master(
        {.arguments = {test::source_dir() + "/tests/integration/npm_run", test::build_dir(),
                       "vda5050_lib", "master.js", "mqtt://" + address, "tally", "cart1"},
         .log = scratch.path() / "master.log"});
    REQUIRE(await(std::chrono::minutes(3),
                  [&] { return !master.running() || master.has_said("{\"done\":true}"); }));
    if (master.wait_exit(Duration(0)) == kSkipped) {
        std::fprintf(stderr, "skipped: vda-5050-lib cannot be installed\n");
        return;
    }
    INFO(master.output());
    REQUIRE(master.has_said("{\"done\":true}"));
    CHECK(master.has_said(R"({"online":true})"));
    CHECK(master.has_said(R"({"order":"o1","passed":"b"})"));
    CHECK(master.has_said(R"({"order":"o1","action":"pick-1","status":"FINISHED"})"));
    CHECK(master.has_said(R"({"order":"o1","passed":"c"})"));
    CHECK(
        master.has_said(R"({"order":"o1","withError":null,"byCancelation":false,"active":false})"));
    CHECK(master.has_said(R"({"action":"cancel-1","status":"FINISHED"})"));
    CHECK(
        master.has_said(R"({"order":"o2","withError":null,"byCancelation":true,"active":false})"));
}
