// The fleet with the real driver, emulated vehicles and the broker model, in virtual time. A watch
// that knows only where vehicles really are looks on ten times a second.
#include "firmware/services/fleet/fleet.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "drivers/vda5050/vehicle_line.hpp"
#include "planner/check/floor_watch.hpp"
#include "sim/devices/vda5050_agv/agv.hpp"
#include "sim/kernel/broker.hpp"
#include "sim/kernel/kernel.hpp"
#include "tests/support/order_spy.hpp"

using namespace tally;
using tally::test::OrderSpy;
using namespace std::chrono_literals;

namespace {

constexpr std::int32_t kSide = 4;
constexpr std::int32_t kSpacingMm = 4'000;

std::string node_name(int x, int y) {
    return std::string(1, static_cast<char>('a' + y)) + std::to_string(x);
}

/// Sixteen crossings, lanes of 4 m between them.
FloorLayout streets() {
    FloorLayout floor;
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
            floor.nodes.push_back({node_name(x, y), x * kSpacingMm, y * kSpacingMm});
        }
    }
    const auto lane = [&](int from, int to) {
        floor.lanes.push_back({static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to),
                               kSpacingMm, LaneDirection::both});
    };
    for (int i = 0; i < kSide * kSide; ++i) {
        if (i % kSide + 1 < kSide) {
            lane(i, i + 1);
        }
        if (i + kSide < kSide * kSide) {
            lane(i, i + kSide);
        }
    }
    return floor;
}

/// Hands on what the driver tells, for the driver must be made first.
struct Relay final : VehicleFeed {
    void on_vehicle(const DeviceId& id, const VehicleStatus& status) override {
        to->on_vehicle(id, status);
    }
    void on_order(const DeviceId& id, const OrderStatus& order) override {
        to->on_order(id, order);
    }
    void on_action(const DeviceId& id, const ActionReport& action) override {
        to->on_action(id, action);
    }
    VehicleFeed* to = nullptr;
};

struct World {
    World(std::uint64_t seed, int vehicles) : kernel({.seed = seed}), prng(kernel.prng("goals")) {
        for (const char* user : {"fleet", "agv", "spy"}) {
            broker.set_rights(user, sim::BrokerRights::everything());
        }
        FleetOptions options;
        options.floor = streets();
        options.run = "run" + std::to_string(seed);
        for (int i = 0; i < vehicles; ++i) {
            add_vehicle(i, seed);
            options.vehicles.push_back({id(i), node_name(i % kSide, i / kSide)});
        }
        auto made = Fleet::make(std::move(options), {line, box, box, box});
        REQUIRE(made);
        fleet = std::move(*made);
        relay.to = fleet.get();
        const auto listen = [this] {
            spy_bus->connect({.client_id = "spy", .will = {}, .subscriptions = {"#"}}, spy);
        };
        spy.come_again = [this, listen] { kernel.after(200ms, listen); };
        spy.on_order = [this](const std::string& order) {
            look_at_base(nlohmann::json::parse(order));
        };
        listen();
        line.start();
        kernel.run_for(3s);
        fleet->start();
    }
    static DeviceId id(int i) { return DeviceId("v" + std::to_string(i)); }

    void add_vehicle(int i, std::uint64_t seed) {
        sim::Node& node = kernel.add_node({.name = id(i).str()});
        buses.push_back(broker.client(node, "agv"));
        sim::agv::Setup setup;
        setup.serial = id(i).str();
        setup.node = node_name(i % kSide, i / kSide);
        setup.x = i % kSide * kSpacingMm / 1000.0;
        setup.y = i / kSide * kSpacingMm / 1000.0;
        setup.seed = seed * 16 + static_cast<std::uint64_t>(i);
        setup.charge_per_metre = 0;
        agvs.push_back(std::make_unique<sim::agv::Agv>(
            sim::agv::Agv::Ports{*buses.back(), node, node}, setup));
        agvs.back()->power_on();
        REQUIRE(line.add({id(i), {"uagv", "tally", id(i).str()}}));
    }
    FleetRow row(int i) const { return fleet->rows()[static_cast<std::size_t>(i)]; }

    void run_for(Duration span) {
        for (Duration gone{0}; gone < span; gone += 100ms) {
            kernel.run_for(100ms);
            std::vector<planner::Seen> seen;
            for (const auto& agv : agvs) {
                const sim::agv::Truth truth = agv->truth();
                seen.push_back({static_cast<std::int64_t>(truth.x * 1000),
                                static_cast<std::int64_t>(truth.y * 1000)});
            }
            for (std::string& problem : watch.look(seen)) {
                problems.push_back(std::move(problem));
            }
        }
    }
    /// New goals for whoever is at its own, for so many seconds.
    void work(int seconds, int skip = -1) {
        for (int second = 0; second < seconds; ++second) {
            run_for(1s);
            for (int i = 0; i < static_cast<int>(agvs.size()); ++i) {
                const FleetRow now = row(i);
                if (i == skip || (!now.goal.empty() && now.node != now.goal)) {
                    continue;
                }
                arrivals += now.goal.empty() ? 0 : 1;
                const int x = static_cast<int>(prng.below(kSide));
                const int y = static_cast<int>(prng.below(kSide));
                REQUIRE(fleet->send(id(i), node_name(x, y)));
            }
        }
    }
    /// What is published as released was at some time of this order the vehicle's own track.
    void look_at_base(const nlohmann::json& order) {
        ++bases;
        const std::string name = order.at("orderId");
        const FleetRow now = row(order.at("serialNumber").get<std::string>()[1] - '0');
        std::set<std::string>& own = owned[name];
        own.insert(now.node);
        own.insert(now.track.begin(), now.track.end());
        for (const nlohmann::json& node : order.at("nodes")) {
            const std::string id = node.at("nodeId");
            if (node.at("released").get<bool>() && !own.contains(id)) {
                problems.push_back("order " + name + " releases " + id +
                                   ", which is not the vehicle's track");
            }
        }
    }
    [[nodiscard]] bool past_base() const {
        return std::any_of(agvs.begin(), agvs.end(),
                           [](const auto& agv) { return agv->truth().past_base; });
    }

    sim::Kernel kernel;
    Prng prng;
    sim::Node& box = kernel.add_node({.name = "box"});
    sim::Node& host = kernel.add_node({.name = "broker"});
    sim::Network network{kernel, {}};
    sim::SimBroker broker{kernel, network, host, {}};
    std::unique_ptr<MessageBus> bus = broker.client(box, "fleet");
    Relay relay;
    vda5050::VehicleLine line{"fleet", {*bus, box, box, box, box}, relay};
    sim::Node& desk = kernel.add_node({.name = "desk"});
    OrderSpy spy;
    std::unique_ptr<MessageBus> spy_bus = broker.client(desk, "spy");
    std::map<std::string, std::set<std::string>> owned;  ///< by order
    int bases = 0;
    std::vector<std::unique_ptr<MessageBus>> buses;
    std::vector<std::unique_ptr<sim::agv::Agv>> agvs;
    std::unique_ptr<Fleet> fleet;
    planner::FloorWatch watch{900};
    std::vector<std::string> problems;
    int arrivals = 0;
};

}  // namespace

TEST_CASE("a vehicle is sent to a node, drives there, and stands there") {
    World world(1, 1);
    REQUIRE(world.fleet->send(DeviceId("v0"), "d3"));
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
    World world(3, 1);
    REQUIRE(world.fleet->send(DeviceId("v0"), "a3"));
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
    World world(1, 2);
    CHECK(world.fleet->send(DeviceId("v9"), "a0").error().kind == ErrorKind::conflict);
    CHECK(world.fleet->send(DeviceId("v0"), "z9").error().text.find("no node 'z9'") !=
          std::string::npos);
    CHECK(world.fleet->release(DeviceId("v0"), "a0").error().text.find("only a lost or held one") !=
          std::string::npos);
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
        World world(seed, 6);
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
    World world(7, 5);
    REQUIRE(world.fleet->send(DeviceId("v0"), "d3"));
    world.run_for(6s);
    world.agvs[0]->power_off();
    world.work(120, 0);
    CHECK(world.row(0).phase == FleetPhase::lost);
    const std::vector<std::string> track = world.row(0).track;
    CHECK_FALSE(track.empty());
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
