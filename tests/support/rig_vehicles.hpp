// Emulated vehicles of the example site on the broker of an OperatorRig: agv1 where the config has
// it, agv2 pushed on to a crossing where nobody planned it; agv3 is switched off.
#pragma once

#include <memory>
#include <vector>

#include "sim/devices/vda5050_agv/agv.hpp"
#include "tests/support/operator_rig.hpp"

namespace tally::test {

class RigVehicles {
 public:
    explicit RigVehicles(OperatorRig& rig) : rig_(rig) {
        add("agv1", "a0c0", 0, 0);
        add("agv2", "a1c0", 4, 0);
        const auto there = [&] {
            return row("agv2").status.reach == VehicleReach::online && row("agv2").text.empty();
        };
        REQUIRE(turn_until(rig_.loop, there, std::chrono::seconds(30)));
        remove_last();
        add("agv2", "a1c1", 4, 12);
        const auto settled = [&] {
            return row("agv1").status.reach == VehicleReach::online && row("agv1").text.empty() &&
                   row("agv2").phase == FleetPhase::held;
        };
        REQUIRE(turn_until(rig_.loop, settled, std::chrono::seconds(30)));
    }

    ~RigVehicles() {
        while (!agvs_.empty()) {
            remove_last();
        }
    }
    RigVehicles(const RigVehicles&) = delete;
    RigVehicles& operator=(const RigVehicles&) = delete;

    [[nodiscard]] FleetRow row(const std::string& id) const {
        for (FleetRow& each : rig_.edge->fleet()->desk().rows()) {
            if (each.id.str() == id) {
                return std::move(each);
            }
        }
        FAIL("no vehicle " + id);
        return {};
    }
    sim::agv::Agv& agv(std::size_t i) { return *agvs_.at(i); }

 private:
    void add(const std::string& serial, const std::string& node, double x, double y) {
        sim::agv::Setup setup;
        setup.serial = serial;
        setup.node = node;
        setup.x = x;
        setup.y = y;
        setup.state_every = std::chrono::milliseconds(200);
        buses_.push_back(&rig_.bus());
        agvs_.push_back(std::make_unique<sim::agv::Agv>(
            sim::agv::Agv::Ports{*buses_.back(), rig_.loop, rig_.loop}, setup));
        agvs_.back()->power_on();
    }
    /// The bus is the rig's and stays: it must not know the vehicle any more.
    void remove_last() {
        buses_.back()->disconnect();
        buses_.pop_back();
        agvs_.pop_back();
    }

    OperatorRig& rig_;
    std::vector<MessageBus*> buses_;
    std::vector<std::unique_ptr<sim::agv::Agv>> agvs_;
};

}  // namespace tally::test
