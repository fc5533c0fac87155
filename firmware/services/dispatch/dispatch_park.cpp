// How vehicles are sent to rest, and parking.
#include <algorithm>
#include <iterator>
#include <utility>

#include "firmware/services/dispatch/dispatch.hpp"
#include "planner/assign/assignment.hpp"

namespace tally {

/// Each to one of the places, together at the least way; never under the reserve while there is
/// another choice.
void Dispatch::send_to_rest(MissionKind kind, const std::vector<Vehicle*>& vehicles,
                            const std::vector<std::string>& places) {
    if (vehicles.empty() || places.empty()) {
        return;
    }
    planner::CostMatrix cost(static_cast<Eigen::Index>(vehicles.size()),
                             static_cast<Eigen::Index>(places.size()));
    constexpr double kUnderReserve = 1e9;
    for (std::size_t row = 0; row < vehicles.size(); ++row) {
        const Vehicle& vehicle = *vehicles[row];
        for (std::size_t column = 0; column < places.size(); ++column) {
            const auto way = ports_.fleet.way_mm(vehicle.row.node, places[column]);
            const bool is_open = way && !shuns(vehicle, places[column]);
            double price = is_open ? static_cast<double>(*way) : planner::kForbidden;
            if (is_open) {
                const auto on =
                    kind == MissionKind::park ? charger_from(places[column]) : std::nullopt;
                const std::int64_t left = vehicle.row.status.battery_permille -
                                          draw_permille(vehicle, *way + (on ? on->first : 0));
                const bool is_under = left < reserve_of(vehicle);
                price += is_under ? kUnderReserve : 0;
                price = is_under && kind == MissionKind::park ? planner::kForbidden : price;
            }
            cost(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column)) = price;
        }
    }
    const std::vector<std::int32_t> column_of = columns_of(cost);
    for (std::size_t row = 0; row < vehicles.size(); ++row) {
        const std::int32_t column = column_of[row];
        if (column == planner::kUnplaced) {
            say(kind == MissionKind::park ? DispatchPhase::park : DispatchPhase::recharge,
                vehicles[row], {},
                "can go to none: no way leads there (see which roads are closed), or it was not "
                "charged "
                "there just now");
        } else {
            rest_at(kind, *vehicles[row], places[static_cast<std::size_t>(column)]);
        }
    }
}

void Dispatch::rest_at(MissionKind kind, Vehicle& vehicle, const std::string& place) {
    if (const std::string before = vehicle.mission; !before.empty()) {
        leave(vehicle);
        take_step(before, {MissionAct::drop, {}, "it is charged instead"});
    }
    const bool is_charge = kind == MissionKind::charge;
    Mission mission;
    mission.id = std::string(to_string(kind)) + "-" + vehicle.traits.id.str() + "-" +
                 std::to_string(++last_rest_);
    mission.kind = kind;
    mission.only = vehicle.traits.id;
    mission.stops = {{place, {}, is_charge ? StopEnd::person : StopEnd::arrival, {}, {}}};
    if (is_charge) {
        mission.stops[0].actions = {charge_action(options_)};
        mission.stops[0].text = "charges";
        vehicle.is_short = false;
    }
    mission.listed_at = ports_.clock.mono_now();
    const std::string id = mission.id;
    missions_[id] = std::move(mission);
    take(vehicle, id);
    say(is_charge ? DispatchPhase::recharge : DispatchPhase::park, &vehicle, id,
        (is_charge ? "charges at " : "stands at ") + place + " until it is needed");
}

/// Whoever has nothing to do stands where it is in nobody's way.
void Dispatch::park() {
    std::vector<Vehicle*> idle;
    for (Vehicle& vehicle : vehicles_) {
        const bool is_parked =
            std::any_of(options_.parking.begin(), options_.parking.end(),
                        [&](const std::string& place) { return is_at(vehicle, place); });
        // One that charges without need leaves when somebody waits for a charger, or to get by.
        const bool charges =
            vehicle.row.status.charging &&
            (waiting_ == 0 || vehicle.row.status.battery_permille < options_.enough_permille);
        if (vehicle.mission.empty() && !is_parked && !charges && why_out(vehicle).empty() &&
            !vehicle.is_sent_by_person && vehicle.row.errand.phase != ErrandPhase::acting) {
            idle.push_back(&vehicle);
        }
    }
    leave_chargers(idle);
    std::erase_if(idle, [](const Vehicle* vehicle) { return !vehicle->mission.empty(); });
    const std::vector<std::string> free = free_parking();
    if (!free.empty()) {
        send_to_rest(MissionKind::park, idle, free);
        return;
    }
    for (const Vehicle* const vehicle : idle) {
        say(DispatchPhase::park, vehicle, {},
            "stays where it is and makes way: no parking place is free");
    }
}

std::vector<std::string> Dispatch::free_parking() const {
    std::vector<std::string> free;
    for (const std::string& place : options_.parking) {
        if (is_usable(place) && taken_by(place, MissionKind::park).empty()) {
            free.push_back(place);
        }
    }
    return free;
}

/// Whoever is in the way of those that wait for a charger is the first to be parked: without a free
/// place at one that is taken, or where they stand. Who is there makes way.
void Dispatch::leave_chargers(const std::vector<Vehicle*>& idle) {
    std::vector<std::string> places = free_parking();
    if (places.empty()) {
        std::copy_if(options_.parking.begin(), options_.parking.end(), std::back_inserter(places),
                     [&](const std::string& place) { return is_usable(place); });
    }
    if (places.empty()) {
        places = waits_at_;
    }
    std::vector<Vehicle*> leaving;
    for (Vehicle* const vehicle : idle) {
        const std::string charger = charger_at(*vehicle);
        const bool needs_it = vehicle->row.status.battery_permille < options_.enough_permille &&
                              !shuns(*vehicle, charger);
        if (!charger.empty() && !needs_it && leaving.size() < waits_at_.size()) {
            leaving.push_back(vehicle);
        }
    }
    send_to_rest(MissionKind::park, leaving, places);
}

}  // namespace tally
