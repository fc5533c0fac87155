#include "firmware/services/dispatch/dispatch.hpp"

#include <algorithm>
#include <utility>

namespace tally {

std::string_view to_string(DispatchPhase phase) noexcept {
    switch (phase) {
        case DispatchPhase::finish:
            return "finish";
        case DispatchPhase::go_on:
            return "continue";
        case DispatchPhase::assign:
            return "assign";
        case DispatchPhase::recharge:
            return "recharge";
        case DispatchPhase::park:
            return "park";
    }
    return "?";
}

VehicleAction charge_action(const DispatchOptions& options) {
    return {"", options.charge_action, Blocking::hard, {}};
}

std::vector<std::string> stops_of(const FloorLayout& floor, StopKind kind) {
    std::vector<std::string> places;
    for (const FloorStop& stop : floor.stops) {
        if (stop.kind == kind) {
            places.push_back(stop.place.str());
        }
    }
    return places;
}

Dispatch::Dispatch(DispatchOptions options, const Ports& ports)
    : options_(std::move(options)), ports_(ports), timer_(ports.scheduler) {
    for (const DispatchedVehicle& traits : options_.vehicles) {
        Vehicle vehicle;
        vehicle.traits = traits;
        vehicle.row.id = traits.id;
        vehicles_.push_back(std::move(vehicle));
    }
}

void Dispatch::start() {
    timer_.arm(options_.tick, [this] {
        start();
        tick();
    });
}

Result<void> Dispatch::list(Mission mission) {
    TALLY_TRY(check(mission));
    if (const Mission* const known = find(mission.id); known != nullptr && !known->is_over()) {
        return fail(ErrorKind::conflict, "mission " + mission.id + " is " +
                                             std::string(to_string(known->state)) +
                                             " already; give this one an id of its own");
    }
    std::erase(over_, mission.id);
    mission.state = MissionState::listed;
    mission.vehicle.reset();
    mission.at = 0;
    if (mission.listed_at == MonoTime{}) {
        mission.listed_at = ports_.clock.mono_now();
    }
    missions_[mission.id] = std::move(mission);
    return {};
}

Result<void> Dispatch::may_drop(const std::string& id) const {
    const Mission* const mission = find(id);
    if (mission == nullptr || mission->is_over()) {
        return fail(ErrorKind::conflict,
                    "there is no mission '" + id + "' that could be dropped" +
                        (mission == nullptr
                             ? std::string()
                             : ": it is " + std::string(to_string(mission->state)) + " already"));
    }
    const Vehicle* const vehicle = vehicle_of(id);
    if (vehicle != nullptr && vehicle->row.errand.phase == ErrandPhase::acting) {
        return fail(ErrorKind::conflict, "vehicle " + vehicle->traits.id.str() +
                                             " is at work for mission " + id +
                                             "; drop it when that has ended");
    }
    return {};
}

Result<void> Dispatch::drop(const std::string& id, const std::string& why) {
    TALLY_TRY(may_drop(id));
    for (Vehicle& vehicle : vehicles_) {
        if (vehicle.mission == id) {
            leave(vehicle);
        }
    }
    take_step(id, {MissionAct::drop, {}, why});
    return {};
}

Result<void> Dispatch::may_give_up_rest(const DeviceId& id) const {
    const Mission* const mission = of_vehicle(id);
    if (mission == nullptr || mission->is_over()) {
        return {};
    }
    if (mission->kind != MissionKind::charge && mission->kind != MissionKind::park) {
        return fail(ErrorKind::conflict, "vehicle " + id.str() + " has mission " + mission->id +
                                             "; drop that first, or wait until it is done");
    }
    return may_drop(mission->id);
}

Result<void> Dispatch::give_up_rest(const DeviceId& id, const std::string& why) {
    TALLY_TRY(may_give_up_rest(id));
    const Mission* const mission = of_vehicle(id);
    if (mission == nullptr || mission->is_over()) {
        return {};
    }
    return drop(std::string(mission->id), why);
}

Result<void> Dispatch::close_stop(const std::string& id) {
    const Mission* const mission = find(id);
    if (mission == nullptr) {
        return fail(ErrorKind::conflict, "there is no mission '" + id + "'");
    }
    TALLY_TRY(step(*mission, {MissionAct::close_stop, {}, {}}));
    take_step(id, {MissionAct::close_stop, {}, {}});
    for (Vehicle& vehicle : vehicles_) {
        if (vehicle.mission == id) {
            vehicle.errand.clear();
        }
    }
    return {};
}

Result<void> Dispatch::change_stops(const std::string& id, std::vector<MissionStop> stops) {
    const auto found = missions_.find(id);
    if (found == missions_.end() || found->second.is_over() || stops.empty()) {
        return fail(ErrorKind::conflict, "mission '" + id +
                                             "' is not under way, or would go nowhere; drop it "
                                             "instead");
    }
    Mission& mission = found->second;
    if (mission.state == MissionState::acting || mission.state == MissionState::waiting) {
        return fail(ErrorKind::conflict, "mission " + id + " is at " + mission.stop().place +
                                             "; change it when that stop is closed");
    }
    Mission changed = mission;
    changed.stops.resize(changed.at);
    changed.stops.insert(changed.stops.end(), stops.begin(), stops.end());
    TALLY_TRY(check(changed));
    mission = std::move(changed);
    for (Vehicle& vehicle : vehicles_) {
        if (vehicle.mission == id) {
            vehicle.errand.clear();
        }
    }
    return {};
}

Result<void> Dispatch::may_go_on(const std::string& id, Work work) const {
    const Mission* const mission = find(id);
    if (mission != nullptr && mission->state == MissionState::waiting) {
        return work == Work::is_done
                   ? Result<void>()
                   : fail(ErrorKind::conflict,
                          "mission " + id + " waits at " + mission->stop().place + ": " +
                              mission->stop().text +
                              "; it goes on by itself then, or when you say that it is done");
    }
    if (mission == nullptr || mission->state != MissionState::stranded) {
        return fail(ErrorKind::conflict, "mission '" + id + "' is not stranded");
    }
    if (const Vehicle* const vehicle = vehicle_of(id); vehicle != nullptr) {
        if (const std::string why = why_out(*vehicle); !why.empty()) {
            return fail(ErrorKind::conflict, "vehicle " + vehicle->traits.id.str() + " " + why);
        }
    }
    return {};
}

Result<void> Dispatch::go_on(const std::string& id, Work work) {
    TALLY_TRY(may_go_on(id, work));
    const Mission* const mission = find(id);
    if (mission->state == MissionState::waiting) {
        return close_stop(id);
    }
    for (Vehicle& vehicle : vehicles_) {
        if (vehicle.mission == id) {
            vehicle.errand.clear();
            vehicle.rests_until = {};
        }
    }
    if (work == Work::is_done) {
        missions_[id].stops[mission->at].actions.clear();
        if (mission->stop().end == StopEnd::action) {
            missions_[id].stops[mission->at].end = StopEnd::arrival;
        }
    }
    take_step(id, {MissionAct::go_on, {}, {}});
    return {};
}

const Mission* Dispatch::find(const std::string& id) const {
    const auto found = missions_.find(id);
    return found == missions_.end() ? nullptr : &found->second;
}

const Mission* Dispatch::of_vehicle(const DeviceId& id) const {
    const auto found =
        std::find_if(vehicles_.begin(), vehicles_.end(),
                     [&](const Vehicle& vehicle) { return vehicle.traits.id == id; });
    return found == vehicles_.end() ? nullptr : mission_of(*found);
}

const Dispatch::Vehicle* Dispatch::vehicle_of(const std::string& mission) const {
    const auto found =
        std::find_if(vehicles_.begin(), vehicles_.end(),
                     [&](const Vehicle& vehicle) { return vehicle.mission == mission; });
    return found == vehicles_.end() ? nullptr : &*found;
}

Mission* Dispatch::mission_of(const Vehicle& vehicle) {
    const auto found = missions_.find(vehicle.mission);
    return vehicle.mission.empty() || found == missions_.end() ? nullptr : &found->second;
}

const Mission* Dispatch::mission_of(const Vehicle& vehicle) const {
    const auto found = missions_.find(vehicle.mission);
    return vehicle.mission.empty() || found == missions_.end() ? nullptr : &found->second;
}

/// On the way to a charger or parking, or there: it can be called away.
bool Dispatch::is_resting(const Vehicle& vehicle) const {
    const Mission* const mission = mission_of(vehicle);
    return mission != nullptr &&
           (mission->kind == MissionKind::charge || mission->kind == MissionKind::park);
}

/// Takes a step that is known to fit; false: it did not, and nothing has changed.
bool Dispatch::take_step(const std::string& id, const MissionStep& wanted) {
    Mission& mission = missions_[id];
    Result<Mission> after = step(mission, wanted);
    if (after) {
        mission = std::move(*after);
        if (mission.is_over()) {
            over_.push_back(id);
        }
        return true;
    }
    ports_.events.report(Severity::error, "dispatch", after.error().text);
    return false;
}

void Dispatch::forget_oldest() {
    while (over_.size() > kFinishedMax) {
        missions_.erase(over_.front());
        over_.erase(over_.begin());
    }
}

}  // namespace tally
