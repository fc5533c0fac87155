// All vehicles on one connection to the broker model, with emulated vehicles at its other end.
#include <algorithm>
#include <map>

#include <catch2/catch.hpp>

#include "drivers/vda5050/vehicle_line.hpp"
#include "sim/devices/vda5050_agv/agv.hpp"
#include "sim/kernel/broker.hpp"
#include "sim/kernel/kernel.hpp"

using namespace tally;
using namespace std::chrono_literals;

namespace {

struct World final : VehicleFeed {
    World() {
        for (const char* user : {"fleet", "agv"}) {
            broker.set_rights(user, sim::BrokerRights::everything());
        }
        for (const std::string name : {"v1", "v2"}) {
            sim::Node& node = kernel.add_node({.name = name});
            buses.push_back(broker.client(node, "agv"));
            sim::agv::Setup setup;
            setup.serial = name;
            setup.node = "a";
            agvs[name] = std::make_unique<sim::agv::Agv>(
                sim::agv::Agv::Ports{*buses.back(), node, node}, setup);
            agvs[name]->power_on();
            REQUIRE(line.add({DeviceId(name), {"uagv", "tally", name}}));
        }
        line.start();
        kernel.run_for(3s);
    }
    void on_vehicle(const DeviceId&, const VehicleStatus&) override {}
    void on_order(const DeviceId&, const OrderStatus&) override {}
    void on_action(const DeviceId& id, const ActionReport& action) override {
        actions[id].push_back(action);
    }
    [[nodiscard]] const VehicleStatus& status(const char* name) const {
        return line.find(DeviceId(name))->status();
    }
    static DriveOrder to_b(const std::string& id) {
        return {
            id, {"a", {}, {}}, {{"a-b", {}, {"b", WayPosition{4000, 0, "floor", {}, {}}, {}}}}, 1};
    }

    sim::Kernel kernel{{}};
    sim::Node& box = kernel.add_node({.name = "box"});
    sim::Node& host = kernel.add_node({.name = "broker"});
    sim::Network network{kernel, {}};
    sim::SimBroker broker{kernel, network, host, {}};
    std::unique_ptr<MessageBus> bus = broker.client(box, "fleet");
    std::vector<std::unique_ptr<MessageBus>> buses;
    std::map<std::string, std::unique_ptr<sim::agv::Agv>> agvs;
    std::map<DeviceId, std::vector<ActionReport>> actions;
    vda5050::VehicleLine line{"fleet", {*bus, box, box, box, box}, *this};
};

}  // namespace

TEST_CASE("each vehicle hears its own orders only, and is believed for itself only") {
    World world;
    CHECK(world.status("v1").reach == VehicleReach::online);
    REQUIRE(world.line.order(DeviceId("v1"), World::to_b("o1")));
    world.kernel.run_for(20s);
    CHECK(world.status("v1").order.phase == OrderPhase::finished);
    CHECK(world.status("v1").last_node == "b");
    CHECK(world.status("v2").order.phase == OrderPhase::none);
    CHECK(world.agvs["v2"]->truth().orders_taken == 0);
    CHECK(world.line.find(DeviceId("v1"))->factsheet()->kind == "CARRIER");
}

TEST_CASE("a broker that dies is found again, and what it lost is sent again") {
    World world;
    world.host.kill(sim::Death::process);
    world.kernel.run_for(2s);
    CHECK_FALSE(world.line.connected());
    CHECK(world.status("v1").reach == VehicleReach::no_line);
    const auto offline = world.line.order(DeviceId("v1"), World::to_b("o1"));
    REQUIRE_FALSE(offline);
    CHECK(offline.error().kind == ErrorKind::offline);
    world.kernel.run_for(60s);
    world.host.restart();
    world.kernel.run_for(40s);  // Backoff: 16 s and half as much again at most.
    CHECK(world.line.connected());
    CHECK(world.status("v1").reach == VehicleReach::online);
    REQUIRE(world.line.order(DeviceId("v1"), World::to_b("o1")));
    world.host.kill(sim::Death::process);
    world.kernel.run_for(1s);
    world.host.restart();
    world.kernel.run_for(40s);
    CHECK(world.status("v1").order.phase == OrderPhase::finished);
    CHECK(world.agvs["v1"]->truth().orders_taken == 1);
}

TEST_CASE("a vehicle that is not there, or twice there, is refused by name") {
    World world;
    CHECK(world.line.order(DeviceId("v9"), World::to_b("o1")).error().kind == ErrorKind::conflict);
    CHECK_FALSE(world.line.update(DeviceId("v9"), {}, 0));
    CHECK_FALSE(world.line.cancel(DeviceId("v9")));
    CHECK_FALSE(world.line.act(DeviceId("v9"), "startPause"));
    CHECK_FALSE(world.line.add({DeviceId("v1"), {"uagv", "tally", "v3"}}));
    CHECK_FALSE(world.line.add({DeviceId("v3"), {"uagv", "tally", "v1"}}));
    CHECK_FALSE(world.line.add({DeviceId("v3"), {"uagv", "tally", "v#"}}));
}

TEST_CASE("a pause holds a vehicle between two nodes, and it goes on where it was") {
    World world;
    REQUIRE(world.line.order(DeviceId("v1"), World::to_b("o1")));
    world.kernel.run_for(2s);
    const auto id = world.line.act(DeviceId("v1"), "startPause");
    REQUIRE(id);
    world.kernel.run_for(30s);
    CHECK(world.status("v1").paused);
    CHECK(world.status("v1").order.phase == OrderPhase::driving);
    const auto& told = world.actions[DeviceId("v1")];
    REQUIRE_FALSE(told.empty());
    CHECK(told.back().id == *id);
    CHECK(told.back().phase == ActionPhase::finished);
    REQUIRE(world.line.act(DeviceId("v1"), "stopPause"));
    world.kernel.run_for(20s);
    CHECK(world.status("v1").order.phase == OrderPhase::finished);
}

TEST_CASE("what blocks nothing is done on the way, what blocks softly while it stands") {
    World world;
    const DeviceId cart("v1");
    DriveOrder order = World::to_b("o1");
    order.legs.push_back({"b-c", {}, {"c", WayPosition{12'000, 0, "floor", {}, {}}, {}}});
    order.released = 2;
    order.legs[0].node.actions = {{"scan-1", "scan", Blocking::none, {{"duration", 4.0}}},
                                  {"wait-1", "wait", Blocking::soft, {{"duration", 1.0}}}};
    REQUIRE(world.line.order(cart, order));
    bool scans_on_the_way = false;
    bool waits_on_the_way = false;
    for (int i = 0; i < 400; ++i) {
        world.kernel.run_for(100ms);
        std::map<std::string, ActionPhase> now;
        for (const ActionReport& action : world.actions[cart]) {
            now[action.id] = action.phase;
        }
        const bool is_past = world.status("v1").driving && world.status("v1").last_node == "b";
        const auto runs = [&](const char* id) {
            return now.contains(id) && now[id] == ActionPhase::running;
        };
        scans_on_the_way = scans_on_the_way || (is_past && runs("scan-1"));
        waits_on_the_way = waits_on_the_way || (is_past && runs("wait-1"));
    }
    CHECK(world.status("v1").order.phase == OrderPhase::finished);
    CHECK(scans_on_the_way);
    CHECK_FALSE(waits_on_the_way);
    for (const char* id : {"scan-1", "wait-1"}) {
        const auto& told = world.actions[cart];
        CHECK(std::any_of(told.begin(), told.end(), [&](const ActionReport& action) {
            return action.id == id && action.phase == ActionPhase::finished;
        }));
    }
}

TEST_CASE("what a factsheet says against the site is one event") {
    struct Heard final : Events {
        void report(Severity severity, std::string_view, std::string_view text) override {
            if (text.find("factsheet") != std::string_view::npos) {
                texts.emplace_back(severity, text);
            }
        }
        std::vector<std::pair<Severity, std::string>> texts;
    };
    World world;
    Heard heard;
    const auto bus = world.broker.client(world.box, "fleet");
    vda5050::VehicleLine line("other", {*bus, world.box, world.box, world.box, heard}, world);
    VehicleNeeds narrow;
    narrow.clearance_mm = 860;  // It is 500 by 700.
    REQUIRE(line.add({DeviceId("v1"), {"uagv", "tally", "v1"}, vda5050::Version::v2_0, narrow}));
    narrow.clearance_mm = 861;
    REQUIRE(line.add({DeviceId("v2"), {"uagv", "tally", "v2"}, vda5050::Version::v2_0, narrow}));
    line.start();
    world.kernel.run_for(20s);  // The broker has kept what they said.
    REQUIRE(heard.texts.size() == 1);
    CHECK(heard.texts[0].first == Severity::warning);
    CHECK(heard.texts[0].second.starts_with("vehicle v1: by its factsheet it is 700 mm long"));
    line.stop();
}
