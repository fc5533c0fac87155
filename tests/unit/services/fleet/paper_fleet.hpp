// A fleet with vehicles made of paper: what they say is written by hand, so that they can say what
// no emulated one would.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "firmware/services/fleet/fleet.hpp"
#include "sim/kernel/kernel.hpp"

namespace tally::test {

using namespace std::chrono_literals;

inline const DeviceId kCart("cart");
inline const DeviceId kOther("other");

/// a0 - a1 - a2 - a3, 4 m apart; a door between the last two.
inline FloorLayout street() {
    FloorLayout floor;
    for (int x = 0; x < 4; ++x) {
        floor.nodes.push_back({"a" + std::to_string(x), x * 4'000, 0});
    }
    for (std::uint32_t x = 0; x + 1 < 4; ++x) {
        floor.lanes.push_back({x, x + 1, 4'000, LaneDirection::both});
    }
    floor.stops.push_back({PlaceId("gate"), StopKind::door, 2, 1'500});
    return floor;
}

struct Paper final : VehicleControl, Events {
    explicit Paper(std::vector<FleetVehicle> vehicles, DoorControl* doors = nullptr)
        : Paper(std::move(vehicles), with(doors)) {}
    static FleetOptions with(DoorControl* doors) {
        FleetOptions options;
        options.doors = doors;
        return options;
    }
    Paper(std::vector<FleetVehicle> vehicles, FleetOptions options) {
        options.floor = street();
        options.run = "run";
        options.vehicles = std::move(vehicles);
        auto made = Fleet::make(std::move(options), {*this, box, box, *this});
        REQUIRE(made);
        fleet = std::move(*made);
        kernel.run_for(100s);  // The clock of a box does not begin with the program.
        fleet->start();
        kernel.run_for(1s);
    }
    Result<void> order(const DeviceId& id, DriveOrder order) override {
        orders.emplace_back(id, std::move(order));
        return {};
    }
    Result<void> update(const DeviceId&, std::vector<WayLeg>, std::size_t) override {
        ++updates;
        return {};
    }
    Result<void> cancel(const DeviceId& id) override {
        cancelled.push_back(id);
        return {};
    }
    Result<std::string> act(const DeviceId& id, std::string type,
                            std::vector<ActionParameter>) override {
        acts.push_back(id.str() + " " + type);
        return "act-" + std::to_string(acts.size());
    }

    void report(Severity severity, std::string_view, std::string_view text) override {
        events.push_back((severity == Severity::warning ? "warning: " : "") + std::string(text));
    }

    void say(const DeviceId& id, const std::string& node, bool busy = false) {
        VehicleStatus status;
        status.reach = VehicleReach::online;
        status.heard_at = box.mono_now();
        status.last_node = node;
        status.busy = busy;
        status.order_shown = busy ? "theirs" : "";
        fleet->on_vehicle(id, status);
        kernel.run_for(1s);
    }
    /// It drives this order, and may go on to these nodes.
    void say_driving(const DeviceId& id, const std::string& node, const std::string& order,
                     std::vector<std::string> base) {
        VehicleStatus status;
        status.reach = VehicleReach::online;
        status.heard_at = box.mono_now();
        status.last_node = node;
        status.busy = true;
        status.order_shown = order;
        status.base = std::move(base);
        fleet->on_vehicle(id, status);
        kernel.run_for(1s);
    }
    /// The vehicle drives the last order given.
    OrderStatus driven() const {
        const DriveOrder& given = orders.back().second;
        OrderStatus status;
        status.id = given.id;
        status.phase = OrderPhase::driving;
        status.base_end = given.released;
        status.nodes = given.legs.size() + 1;
        return status;
    }
    FleetRow row(std::size_t i) const { return fleet->rows()[i]; }
    [[nodiscard]] std::ptrdiff_t told(const std::string& act) const {
        return std::count(acts.begin(), acts.end(), act);
    }

    sim::Kernel kernel{{.seed = 1}};
    sim::Node& box = kernel.add_node({.name = "box"});
    std::unique_ptr<Fleet> fleet;
    std::vector<std::pair<DeviceId, DriveOrder>> orders;
    std::vector<DeviceId> cancelled;
    std::vector<std::string> acts;
    std::vector<std::string> events;
    int updates = 0;
};

}  // namespace tally::test
