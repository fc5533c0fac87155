// The fleet with the real driver, emulated vehicles and the broker model, in virtual time. A watch
// that knows only where vehicles really are looks on ten times a second.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "drivers/vda5050/vehicle_line.hpp"
#include "firmware/services/fleet/fleet.hpp"
#include "planner/check/floor_watch.hpp"
#include "sim/devices/vda5050_agv/agv.hpp"
#include "sim/kernel/broker.hpp"
#include "sim/kernel/kernel.hpp"
#include "tests/support/order_spy.hpp"

namespace tally::test {

using namespace std::chrono_literals;

inline constexpr std::int32_t kSide = 4;
inline constexpr std::int32_t kSpacingMm = 4'000;

inline std::string node_name(int x, int y) {
    return std::string(1, static_cast<char>('a' + y)) + std::to_string(x);
}

/// Sixteen crossings, lanes of 4 m between them.
inline FloorLayout streets() {
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
    floor.stops.push_back({PlaceId("shelf"), StopKind::slot, 0, 1'900});  // a0 to a1
    floor.stops.push_back({PlaceId("gate"), StopKind::door, 15, 1'500});  // c0 to d0
    return floor;
}

/// What an owner of the fleet is told.
struct Owner final : FleetFeed {
    void on_errand(const DeviceId& id, const ErrandStatus& errand) override {
        told.push_back(id.str() + " " + errand.id + " " + std::string(to_string(errand.phase)));
        last[id] = errand;
    }
    std::vector<std::string> told;
    std::map<DeviceId, ErrandStatus> last;
};

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

struct FleetSetup {
    std::uint64_t seed = 1;
    FloorLayout floor;
    std::vector<std::string> nodes;  ///< where vehicles stand, v0 first
    std::vector<double> charges;     ///< percent, by vehicle; 90 where it has none
    double charge_per_metre = 0;
    double charge_per_second = 0.05;
    DoorControl* doors = nullptr;
    std::vector<sim::agv::Spot> spots{};
};

/// So many vehicles on the streets, row after row.
inline FleetSetup on_streets(std::uint64_t seed, int vehicles, DoorControl* doors) {
    FleetSetup setup{seed, streets(), {}, {}, 0, 0.05, doors, {}};
    for (int i = 0; i < vehicles; ++i) {
        setup.nodes.push_back(node_name(i % kSide, i / kSide));
    }
    return setup;
}

struct FleetWorld {
    FleetWorld(std::uint64_t seed, int vehicles, DoorControl* doors = nullptr)
        : FleetWorld(on_streets(seed, vehicles, doors)) {}
    explicit FleetWorld(const FleetSetup& setup)
        : kernel({.seed = setup.seed}), prng(kernel.prng("goals")) {
        for (const char* user : {"fleet", "agv", "spy"}) {
            broker.set_rights(user, sim::BrokerRights::everything());
        }
        FleetOptions options;
        options.floor = setup.floor;
        options.doors = setup.doors;
        options.run = "run" + std::to_string(setup.seed);
        for (std::size_t i = 0; i < setup.nodes.size(); ++i) {
            add_vehicle(static_cast<int>(i), setup);
            options.vehicles.push_back({id(static_cast<int>(i)), setup.nodes[i]});
        }
        auto made = Fleet::make(std::move(options), {line, box, box, box});
        REQUIRE(made);
        fleet = std::move(*made);
        relay.to = fleet.get();
        fleet->listen(owner);
        const auto listen = [this] {
            spy_bus->connect({.client_id = "spy", .will = {}, .subscriptions = {"#"}}, spy);
        };
        spy.come_again = [this, listen] { kernel.after(200ms, listen); };
        spy.on_order = [this](const std::string& order) { look_at_base(order); };
        listen();
        line.start();
        kernel.run_for(3s);
        fleet->start();
    }
    static DeviceId id(int i) { return DeviceId("v" + std::to_string(i)); }

    void add_vehicle(int i, const FleetSetup& world) {
        sim::Node& node = kernel.add_node({.name = id(i).str()});
        buses.push_back(broker.client(node, "agv"));
        sim::agv::Setup setup;
        setup.serial = id(i).str();
        const auto at = static_cast<std::size_t>(i);
        setup.node = world.nodes[at];
        for (const FloorNode& node_at : world.floor.nodes) {
            if (node_at.id == setup.node) {
                setup.x = node_at.x_mm / 1000.0;
                setup.y = node_at.y_mm / 1000.0;
            }
        }
        setup.seed = world.seed * 16 + static_cast<std::uint64_t>(i);
        setup.charge = at < world.charges.size() ? world.charges[at] : 90;
        setup.spots = world.spots;
        setup.charge_per_metre = world.charge_per_metre;
        setup.charge_per_second = world.charge_per_second;
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
                if (i == skip || now.errand.phase == ErrandPhase::driving) {
                    continue;
                }
                arrivals += now.errand.phase == ErrandPhase::done ? 1 : 0;
                const int x = static_cast<int>(prng.below(kSide));
                const int y = static_cast<int>(prng.below(kSide));
                // What a dead one stands on is refused.
                static_cast<void>(fleet->send(id(i), {node_name(x, y)}));
            }
        }
    }
    /// What is published as released was at some time of this order the vehicle's own track.
    void look_at_base(const std::string& message);
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
    Owner owner;
    vda5050::VehicleLine line{"fleet", {*bus, box, box, box, box}, relay};
    sim::Node& desk = kernel.add_node({.name = "desk"});
    OrderSpy spy;
    std::unique_ptr<MessageBus> spy_bus = broker.client(desk, "spy");
    std::map<std::string, std::set<std::string>> owned;  ///< by order
    MonoTime closed_at;                                  ///< of a test's road
    int bases = 0;
    /// By vehicle: when, and which nodes.
    std::map<std::string, std::vector<std::pair<MonoTime, std::string>>> heard;
    std::vector<std::unique_ptr<MessageBus>> buses;
    std::vector<std::unique_ptr<sim::agv::Agv>> agvs;
    std::unique_ptr<Fleet> fleet;
    planner::FloorWatch watch{900};
    std::vector<std::string> problems;
    int arrivals = 0;
};

}  // namespace tally::test
