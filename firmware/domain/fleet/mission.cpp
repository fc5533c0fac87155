#include "firmware/domain/fleet/mission.hpp"

#include <algorithm>

namespace tally {

std::string_view to_string(MissionKind kind) noexcept {
    switch (kind) {
        case MissionKind::pick:
            return "pick";
        case MissionKind::put_away:
            return "put_away";
        case MissionKind::replenish:
            return "replenish";
        case MissionKind::transfer:
            return "transfer";
        case MissionKind::charge:
            return "charge";
        case MissionKind::scan:
            return "scan";
        case MissionKind::park:
            return "park";
    }
    return "?";
}

std::string_view to_string(StopEnd end) noexcept {
    switch (end) {
        case StopEnd::arrival:
            return "arrival";
        case StopEnd::action:
            return "action";
        case StopEnd::person:
            return "person";
    }
    return "?";
}

std::string_view to_string(MissionState state) noexcept {
    switch (state) {
        case MissionState::listed:
            return "listed";
        case MissionState::assigned:
            return "assigned";
        case MissionState::driving:
            return "driving";
        case MissionState::acting:
            return "acting";
        case MissionState::waiting:
            return "waiting";
        case MissionState::stranded:
            return "stranded";
        case MissionState::done:
            return "done";
        case MissionState::dropped:
            return "dropped";
    }
    return "?";
}

std::string_view to_string(MissionAct act) noexcept {
    switch (act) {
        case MissionAct::assign:
            return "assign";
        case MissionAct::take_back:
            return "take back";
        case MissionAct::arrive:
            return "arrive";
        case MissionAct::finish_work:
            return "finish work";
        case MissionAct::close_stop:
            return "close stop";
        case MissionAct::strand:
            return "strand";
        case MissionAct::go_on:
            return "go on";
        case MissionAct::drop:
            return "drop";
    }
    return "?";
}

Result<void> check(const Mission& mission) {
    if (mission.id.empty()) {
        return fail(ErrorKind::malformed, "a mission needs an id");
    }
    if (mission.stops.empty()) {
        return fail(ErrorKind::malformed,
                    "mission " + mission.id + " goes nowhere; give it a stop at least");
    }
    for (const MissionStop& stop : mission.stops) {
        if (stop.place.empty()) {
            return fail(ErrorKind::malformed,
                        "mission " + mission.id + " has a stop without a place; name one");
        }
        if (stop.end == StopEnd::action && stop.actions.empty()) {
            return fail(ErrorKind::malformed, "mission " + mission.id + " waits at " + stop.place +
                                                  " for actions and names none; name them");
        }
    }
    return {};
}

namespace {

bool allows(MissionState state, MissionAct act) {
    using enum MissionState;
    switch (act) {
        case MissionAct::assign:
            return state == listed;
        case MissionAct::take_back:
            return state == assigned;
        case MissionAct::arrive:
            return state == assigned || state == driving;
        case MissionAct::finish_work:
            return state == acting;
        case MissionAct::close_stop:
            return state == waiting;
        case MissionAct::strand:
            return state == driving || state == acting || state == waiting;
        case MissionAct::go_on:
            return state == stranded;
        case MissionAct::drop:
            return state != done && state != dropped;
    }
    return false;
}

void close(Mission& mission) {
    if (mission.at + 1 == mission.stops.size()) {
        mission.state = MissionState::done;
    } else {
        ++mission.at;
        mission.state = MissionState::driving;
    }
}

/// At a stop, with `work` of the vehicle still to come or not.
void stand(Mission& mission, bool has_work) {
    if (has_work) {
        mission.state = MissionState::acting;
    } else if (mission.stop().end == StopEnd::person) {
        mission.state = MissionState::waiting;
    } else {
        close(mission);
    }
}

}  // namespace

Result<Mission> step(const Mission& mission, const MissionStep& step) {
    if (!allows(mission.state, step.act)) {
        return fail(ErrorKind::conflict,
                    "mission " + mission.id + " is " + std::string(to_string(mission.state)) +
                        "; it cannot " + std::string(to_string(step.act)) + " now");
    }
    Mission after = mission;
    after.text = step.text;
    switch (step.act) {
        case MissionAct::assign:
            if (!step.vehicle || (mission.only && *mission.only != *step.vehicle)) {
                return fail(ErrorKind::conflict,
                            "mission " + mission.id + " is for " +
                                (mission.only ? "vehicle " + mission.only->str() + " only"
                                              : "a vehicle; name one"));
            }
            after.vehicle = step.vehicle;
            after.state = MissionState::assigned;
            break;
        case MissionAct::take_back:
            after.vehicle.reset();
            after.state = MissionState::listed;
            break;
        case MissionAct::arrive:
            stand(after, !after.stop().actions.empty());
            break;
        case MissionAct::finish_work:
            stand(after, false);
            break;
        case MissionAct::close_stop:
            close(after);
            break;
        case MissionAct::strand:
            after.state = MissionState::stranded;
            break;
        case MissionAct::go_on:
            after.state = MissionState::driving;
            break;
        case MissionAct::drop:
            after.state = MissionState::dropped;
            break;
    }
    return after;
}

}  // namespace tally
