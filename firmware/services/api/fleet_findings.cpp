#include "firmware/services/api/fleet_findings.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace tally {

namespace {

using Level = Finding::Level;

Finding line_finding(const FleetView& fleet) {
    if (fleet.connected()) {
        return {Level::ok, "vehicles", fleet.broker, "connected to the vehicles' broker", {}};
    }
    return {Level::error, "vehicles", fleet.broker,
            "no connection to the vehicles' broker; they end what is released to them and wait",
            "check that broker " + fleet.broker + " runs, and [fleet.broker] of the edge's config"};
}

/// What its factsheet says against the config: it may drive all the same.
bool is_of_factsheet(const VehicleTrouble& trouble) {
    return trouble.kind == "factsheet";
}

/// But for those of its factsheet, which have findings of their own.
const VehicleTrouble* worst_of(const VehicleStatus& status) {
    const VehicleTrouble* worst = nullptr;
    for (const VehicleTrouble& trouble : status.troubles) {
        if (!is_of_factsheet(trouble) && (worst == nullptr || trouble.weight > worst->weight)) {
            worst = &trouble;
        }
    }
    return worst;
}

/// It is heard and does not move.
Finding standing_finding(const FleetRow& row) {
    const VehicleTrouble* const worst = worst_of(row.status);
    const bool is_stopped = row.status.emergency_stop ||
                            (worst != nullptr && worst->weight == VehicleTrouble::Weight::stops);
    const std::string id = row.id.str();
    if (row.is_before_door && !is_stopped) {
        return {Level::warning, "vehicle", id, row.text, "see to the door"};
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(row.stands_for).count();
    return {row.status.paused && !is_stopped ? Level::note
            : is_stopped                     ? Level::error
                                             : Level::warning,
            "vehicle", id,
            "has stood at " + row.node + " for " + std::to_string(seconds) +
                " s, and others go around it: " + row.text,
            row.status.paused && !is_stopped
                ? "tally agv resume " + id
                : "see to it there; if it was moved by hand, tally agv release " + id +
                      " --at PLACE --reason TEXT"};
}

Finding vehicle_finding(const FleetRow& row, const VehicleConfig& config) {
    const std::string id = row.id.str();
    const std::string show = "tally agv show " + id;
    const VehicleStatus& status = row.status;
    const auto found = [&](Level level, std::string text, std::string next) {
        return Finding{level, "vehicle", id, std::move(text), std::move(next)};
    };
    if (row.is_unknown) {
        const bool is_new = row.phase != FleetPhase::lost && row.phase != FleetPhase::held;
        return found(is_new ? Level::warning : Level::error,
                     "nobody knows where it is, so no vehicle gets new track: " + row.text,
                     "see where it stands, then tally agv release " + id +
                         " --at PLACE --reason TEXT; or tally agv take-off " + id +
                         " --reason TEXT");
    }
    if (row.is_off_floor) {
        return found(Level::note, row.text, show);
    }
    if (row.phase == FleetPhase::lost || row.phase == FleetPhase::held) {
        return found(
            Level::error, std::string(to_string(row.phase)) + ", and keeps its track: " + row.text,
            "see where it stands, then tally agv release " + id + " --at PLACE --reason TEXT");
    }
    if (status.reach != VehicleReach::online) {
        return found(Level::warning, "is not heard (" + std::string(to_string(status.reach)) + ")",
                     "see that it is switched on and has radio");
    }
    if (row.phase == FleetPhase::standing) {
        return standing_finding(row);
    }
    if (status.emergency_stop) {
        return found(Level::error, "stands by emergency stop", "see why, then release it there");
    }
    if (const VehicleTrouble* worst = worst_of(status)) {
        return found(worst->weight == VehicleTrouble::Weight::stops ? Level::error : Level::warning,
                     worst->kind + ": " + worst->text, show);
    }
    if (row.stuck_plans >= FleetRow::kStuckPlans) {
        return found(Level::warning, row.text, show);
    }
    if (status.battery_permille < config.reserve_permille && !status.charging) {
        return found(Level::warning,
                     "its battery is at " + std::to_string(status.battery_permille / 10) +
                         " %, below its reserve",
                     "bring it to a charger");
    }
    if (!row.text.empty() && row.phase != FleetPhase::driving) {
        return found(Level::note, row.text, show);
    }
    return found(Level::ok, std::string(to_string(row.phase)) + " at " + row.node, {});
}

Finding door_finding(const DoorRow& row) {
    if (row.fault == SignalFault::none) {
        return {Level::ok, "door", row.id.str(), row.text, {}};
    }
    return {Level::error, "door", row.id.str(), row.text + "; vehicles wait before it",
            "mend it; or keep them from it: tally road block FROM TO --minutes N"};
}

}  // namespace

Finding plan_finding(const std::string& trouble) {
    return {Level::error, "vehicles", "plan", trouble,
            "vehicles drive what they have and wait; if it stays so, start tallyd again and report "
            "it with the log"};
}

std::vector<Finding> fleet_findings(const FleetView& fleet) {
    std::vector<Finding> all{line_finding(fleet)};
    if (const std::string trouble = fleet.desk.plan_trouble(); !trouble.empty()) {
        all.push_back(plan_finding(trouble));
    }
    const std::vector<FleetRow> rows = fleet.desk.rows();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        all.push_back(vehicle_finding(rows[i], fleet.config.vehicles.at(i)));
        for (const VehicleTrouble& trouble : rows[i].status.troubles) {
            if (is_of_factsheet(trouble)) {
                all.push_back({Level::warning, trouble.kind, rows[i].id.str(), trouble.text,
                               "tally agv show " + rows[i].id.str()});
            }
        }
    }
    for (const DoorRow& door : fleet.doors.rows()) {
        all.push_back(door_finding(door));
    }
    return all;
}

Finding no_fleet_finding(const std::string& why) {
    return {
        Level::error, "vehicles", "fleet", "no vehicle is driven: " + why,
        "mend [fleet] and [[vehicle]] of the edge's config or the floor file, then start again"};
}

}  // namespace tally
