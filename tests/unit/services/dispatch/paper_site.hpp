// Vehicles on paper for tests of the dispatcher: they stand on a line, and are where they were sent
// when the test says so.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <map>

#include <catch2/catch.hpp>

#include "firmware/services/dispatch/dispatch.hpp"
#include "sim/kernel/kernel.hpp"

namespace tally::test {

using namespace std::chrono_literals;

/// Places on a line; "p12" is 12 m from its beginning.
inline std::int64_t metres(const std::string& place) {
    return std::strtoll(place.c_str() + 1, nullptr, 10);
}

struct PaperFleet : FleetControl {
    Result<std::string> send(const DeviceId& id, Errand errand) override {
        FleetRow& row = rows_[id];
        if (closed == errand.goal) {
            return fail(ErrorKind::conflict, "no lane leads to " + closed);
        }
        row.errand = {"e" + std::to_string(++errands), errand.goal, ErrandPhase::driving, {}, {}};
        work[id] = errand.actions;
        sent[id].push_back(errand.goal);
        return row.errand.id;
    }
    Result<void> dismiss(const DeviceId& id) override {
        rows_[id].errand.phase = ErrandPhase::none;
        return {};
    }
    [[nodiscard]] std::vector<FleetRow> rows() const override {
        std::vector<FleetRow> rows;
        for (const auto& [id, row] : rows_) {
            rows.push_back(row);
        }
        return rows;
    }
    [[nodiscard]] std::optional<std::int64_t> way_mm(const std::string& from,
                                                     const std::string& to) const override {
        if (to == closed && from != to) {
            return std::nullopt;
        }
        return 1'000 * std::abs(metres(from) - metres(to));
    }
    [[nodiscard]] std::optional<std::int64_t> cost_mm(const std::string& from,
                                                      const std::string& to) const override {
        const auto way = way_mm(from, to);
        return way ? std::optional(*way + (from == behind_one_at_work ? 20'000 : 0)) : way;
    }
    /// It is where it was sent, and what it does there is finished or fails.
    void arrive(const DeviceId& id, ErrandPhase phase = ErrandPhase::done) {
        FleetRow& row = rows_[id];
        REQUIRE(row.errand.phase == ErrandPhase::driving);
        row.node = row.errand.goal;
        row.errand.phase = phase;
        row.errand.text = phase == ErrandPhase::failed ? "its action is failed" : "";
        if (!work[id].empty() && work[id][0].type == "startCharging") {
            row.status.charging = phase == ErrandPhase::done;
        }
    }
    std::map<DeviceId, FleetRow> rows_;
    std::map<DeviceId, std::vector<VehicleAction>> work;
    std::map<DeviceId, std::vector<std::string>> sent;
    std::string closed;
    std::string behind_one_at_work;
    int errands = 0;
};

struct Site {
    explicit Site(DispatchOptions options, std::vector<std::pair<std::string, std::int32_t>> at) {
        for (std::size_t i = 0; i < at.size(); ++i) {
            const DeviceId id("a" + std::to_string(i + 1));
            options.vehicles.push_back({id, 100, {}, {}});
            FleetRow row;
            row.id = id;
            row.node = at[i].first;
            row.status.reach = VehicleReach::online;
            row.status.heard_at = MonoTime{1};
            row.status.battery_permille = at[i].second;
            row.is_placed = true;
            fleet.rows_[id] = row;
        }
        dispatch.emplace(std::move(options), Dispatch::Ports{fleet, box, box, box});
    }
    static Mission to(std::string id, std::vector<std::string> places) {
        Mission mission;
        mission.id = std::move(id);
        for (std::string& place : places) {
            mission.stops.push_back({std::move(place), {}, StopEnd::person, {}, {}});
        }
        return mission;
    }
    void list(const std::string& id, std::vector<std::string> places) {
        REQUIRE(dispatch->list(to(id, std::move(places))));
    }
    void tick(int count = 1) {
        for (int i = 0; i < count; ++i) {
            kernel.run_for(1s);
            dispatch->tick();
        }
    }
    [[nodiscard]] MissionState state(const std::string& id) const {
        return dispatch->find(id)->state;
    }
    [[nodiscard]] std::string who(const std::string& id) const {
        const auto& vehicle = dispatch->find(id)->vehicle;
        return vehicle ? vehicle->str() : std::string();
    }
    /// The line about a vehicle and a mission, empty texts: any.
    [[nodiscard]] std::string line(DispatchPhase phase, const std::string& vehicle,
                                   const std::string& mission = {}) const {
        for (const DispatchLine& one : dispatch->lines()) {
            if (one.phase == phase && one.vehicle == vehicle &&
                (mission.empty() || one.mission == mission)) {
                return one.text;
            }
        }
        return {};
    }

    sim::Kernel kernel{{.seed = 1}};
    sim::Node& box = kernel.add_node({.name = "box"});
    PaperFleet fleet;
    std::optional<Dispatch> dispatch;
};

const DeviceId kFirst("a1");
const DeviceId kSecond("a2");

}  // namespace tally::test
