// A tick: what vehicles have done, and what those that have a mission do next.
#include <algorithm>
#include <utility>

#include "firmware/services/dispatch/dispatch.hpp"

namespace tally {

void Dispatch::tick() {
    lines_.clear();
    look();
    for (Vehicle& vehicle : vehicles_) {
        finish(vehicle);
    }
    for (Vehicle& vehicle : vehicles_) {
        go_on(vehicle);
    }
    assign();
    recharge();
    park();
    forget_oldest();
}

void Dispatch::look() {
    std::map<DeviceId, FleetRow> rows;
    for (FleetRow& row : ports_.fleet.rows()) {
        rows[row.id] = std::move(row);
    }
    for (Vehicle& vehicle : vehicles_) {
        if (const auto found = rows.find(vehicle.traits.id); found != rows.end()) {
            vehicle.row = std::move(found->second);
        }
        const ErrandStatus& errand = vehicle.row.errand;
        vehicle.is_sent_by_person =
            (errand.phase == ErrandPhase::driving || errand.phase == ErrandPhase::acting) &&
            errand.id != vehicle.last_sent;
        if (why_out(vehicle).empty() || vehicle.row.status.paused) {
            vehicle.out_since.reset();
        } else if (!vehicle.out_since) {
            vehicle.out_since = ports_.clock.mono_now();
        }
    }
    look_at_chargers();
}

void Dispatch::say(DispatchPhase phase, const Vehicle* vehicle, const std::string& mission,
                   std::string text) {
    lines_.push_back({phase, vehicle == nullptr ? std::string() : vehicle->traits.id.str(), mission,
                      std::move(text)});
}

/// Why nothing can be told to it; empty: it can.
std::string Dispatch::why_out(const Vehicle& vehicle) const {
    const VehicleStatus& status = vehicle.row.status;
    if (vehicle.row.phase == FleetPhase::lost || vehicle.row.phase == FleetPhase::held) {
        return "is " + std::string(to_string(vehicle.row.phase)) + ": " + vehicle.row.text;
    }
    if (status.reach != VehicleReach::online) {
        return "is " + std::string(to_string(status.reach)) +
               "; see that it is switched on and has radio";
    }
    if (!vehicle.row.is_placed) {
        return "cannot be sent yet: " +
               (vehicle.row.text.empty() ? "it has not said where it stands" : vehicle.row.text);
    }
    if (status.mode != VehicleMode::automatic && status.mode != VehicleMode::semiautomatic) {
        return "is in mode " + std::string(to_string(status.mode)) +
               "; switch it to automatic at its panel";
    }
    if (status.emergency_stop) {
        return "stands by emergency stop; see why, then release it";
    }
    if (status.paused) {
        return "is paused; resume it when its way is free";
    }
    for (const VehicleTrouble& trouble : status.troubles) {
        if (trouble.weight == VehicleTrouble::Weight::stops) {
            return "has trouble: " + trouble.text;
        }
    }
    if (vehicle.row.phase == FleetPhase::standing) {
        return vehicle.row.text;
    }
    return {};
}

/// Only of one whose errand is not the dispatcher's.
std::string Dispatch::why_sent(const Vehicle& vehicle) {
    return "is on its way to " + vehicle.row.errand.goal +
           ", where a person sent it; it comes when it has been there";
}

/// It has a mission and cannot go on with it.
void Dispatch::strand_or_return(Vehicle& vehicle, const std::string& why) {
    const std::string id = vehicle.mission;
    const Mission& mission = missions_[id];
    const std::string text = vehicle.traits.id.str() + " " + why;
    if (mission.kind == MissionKind::charge || mission.kind == MissionKind::park) {
        leave(vehicle);
        take_step(id, {MissionAct::drop, {}, text});
    } else if (!mission.has_begun()) {
        leave(vehicle);
        take_step(id, {MissionAct::take_back, {}, text});
        say(DispatchPhase::finish, &vehicle, id, "goes back to the list: " + why);
    } else {
        vehicle.errand.clear();
        vehicle.was_driving = mission.state == MissionState::driving &&
                              vehicle.row.errand.phase == ErrandPhase::driving;
        take_step(id, {MissionAct::strand, {}, text});
        ports_.events.report(Severity::warning, "dispatch",
                             "mission " + id + " is stranded: " + text);
    }
}

/// It does not come back by itself, or has not for long.
bool Dispatch::is_gone(const Vehicle& vehicle) const {
    const VehicleMode mode = vehicle.row.status.mode;
    return vehicle.row.phase == FleetPhase::lost || vehicle.row.phase == FleetPhase::held ||
           mode == VehicleMode::manual || mode == VehicleMode::service ||
           mode == VehicleMode::teach_in ||
           (vehicle.out_since &&
            ports_.clock.mono_now() - *vehicle.out_since >= options_.strand_after);
}

void Dispatch::finish(Vehicle& vehicle) {
    const Mission* mission = mission_of(vehicle);
    if (mission == nullptr) {
        return;
    }
    const std::string id = mission->id;
    if (mission->is_over()) {
        say(DispatchPhase::finish, &vehicle, id, "is done");
        leave(vehicle);
        return;
    }
    const std::string why = why_out(vehicle);
    if (mission->state == MissionState::stranded) {
        say(DispatchPhase::finish, &vehicle, id, "stranded: " + mission->text);
        return;
    }
    if (is_gone(vehicle) || (!why.empty() && !mission->has_begun())) {
        strand_or_return(vehicle, why);
        return;
    }
    if (!vehicle.errand.empty()) {
        finish_errand(vehicle);
    }
    if (vehicle.mission == id) {
        finish_charging(vehicle);
    }
    if (vehicle.mission == id && mission->is_over()) {
        say(DispatchPhase::finish, &vehicle, id, "is done");
        leave(vehicle);
    }
}

/// What has become of the errand that it was sent for.
void Dispatch::finish_errand(Vehicle& vehicle) {
    const Mission* const mission = mission_of(vehicle);
    const std::string id = mission->id;
    const ErrandStatus& errand = vehicle.row.errand;
    if (errand.id != vehicle.errand || errand.phase == ErrandPhase::none) {
        vehicle.errand.clear();  // Sent elsewhere meanwhile, or called off: it is sent anew.
        if (mission->state == MissionState::acting) {
            strand_or_return(vehicle, "was called off from its work there");
        }
        return;
    }
    const bool is_there = errand.phase == ErrandPhase::acting ||
                          errand.phase == ErrandPhase::done || errand.phase == ErrandPhase::failed;
    if (is_there &&
        (mission->state == MissionState::assigned || mission->state == MissionState::driving)) {
        take_step(id, {MissionAct::arrive, {}, {}});
        say(DispatchPhase::finish, &vehicle, id, "is at its stop");
        if (mission->state == MissionState::driving) {
            vehicle.errand.clear();
        }
    }
    if (errand.phase == ErrandPhase::failed) {
        vehicle.rests_until = ports_.clock.mono_now() + options_.retry_after;
        vehicle.rests_why = errand.text;
        shun_charger(vehicle, errand.text);
        strand_or_return(vehicle, "could not do its work there: " + errand.text);
        return;
    }
    if (errand.phase == ErrandPhase::done && mission->state == MissionState::acting) {
        take_step(id, {MissionAct::finish_work, {}, {}});
        if (mission->state == MissionState::driving) {
            vehicle.errand.clear();
        }
    }
}

void Dispatch::go_on(Vehicle& vehicle) {
    const Mission* const mission = mission_of(vehicle);
    const std::string elsewhere = vehicle.is_sent_by_person ? why_sent(vehicle) : std::string();
    if (mission == nullptr) {
        if (!elsewhere.empty()) {
            say(DispatchPhase::go_on, &vehicle, {},
                elsewhere + (vehicle.row.text.empty() ? "" : "; " + vehicle.row.text));
        }
        return;
    }
    if (mission->state == MissionState::stranded) {
        const bool is_work = !mission->stop().actions.empty() && !vehicle.was_driving;
        if (why_out(vehicle).empty() && ports_.clock.mono_now() >= vehicle.rests_until &&
            !is_work) {
            take_step(mission->id, {MissionAct::go_on, {}, {}});
        } else {
            return;
        }
    }
    if (vehicle.errand.empty() && elsewhere.empty() &&
        (mission->state == MissionState::assigned || mission->state == MissionState::driving)) {
        send(vehicle);
    }
    std::string text = std::string(to_string(mission->state)) + " " + mission->stop().place;
    if (mission->state == MissionState::waiting && !mission->stop().text.empty()) {
        text += ": " + mission->stop().text;
    }
    if (const std::string why = why_out(vehicle); !why.empty()) {
        text += "; it " + why;
    } else if (!elsewhere.empty()) {
        text += "; it " + elsewhere;
    } else if (!vehicle.row.text.empty()) {
        text += "; " + vehicle.row.text;
    } else if (!mission->text.empty()) {
        text += "; " + mission->text;
    }
    say(DispatchPhase::go_on, &vehicle, mission->id, std::move(text));
}

void Dispatch::send(Vehicle& vehicle) {
    Mission& mission = missions_[vehicle.mission];
    const MissionStop& stop = mission.stop();
    Errand errand{stop.place, stop.actions, Errand::After::stays};
    if (mission.kind == MissionKind::park) {
        errand.after = Errand::After::makes_way;
    }
    if (const auto sent = ports_.fleet.send(vehicle.traits.id, std::move(errand))) {
        vehicle.errand = *sent;
        vehicle.last_sent = *sent;
        mission.text.clear();
    } else {
        mission.text = sent.error().text;
    }
}

/// False: it is not to be had, and the vehicle stays as it is.
bool Dispatch::take(Vehicle& vehicle, const std::string& mission) {
    if (!take_step(mission, {MissionAct::assign, vehicle.traits.id, {}})) {
        return false;
    }
    vehicle.mission = mission;
    vehicle.errand.clear();
    vehicle.without_current_at.reset();
    send(vehicle);
    return true;
}

/// It has no mission any more and makes way; one that charges goes on charging.
void Dispatch::leave(Vehicle& vehicle) {
    vehicle.mission.clear();
    vehicle.errand.clear();
    if (const auto free = ports_.fleet.dismiss(vehicle.traits.id); !free) {
        ports_.events.report(Severity::debug, "dispatch", free.error().text);
    }
}

}  // namespace tally
