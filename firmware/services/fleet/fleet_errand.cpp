// What vehicles do where they were sent. The actions are an order of their own, of the one node
// the vehicle stands at, so that nothing of the drive before can come between; while it is at work
// it stands fast, and the others are planned around it.
#include <algorithm>
#include <utility>

#include "firmware/services/fleet/fleet.hpp"

namespace tally {

using planner::Cell;

std::string_view to_string(ErrandPhase phase) noexcept {
    switch (phase) {
        case ErrandPhase::none:
            return "none";
        case ErrandPhase::driving:
            return "driving";
        case ErrandPhase::acting:
            return "acting";
        case ErrandPhase::done:
            return "done";
        case ErrandPhase::failed:
            return "failed";
    }
    return "?";
}

Result<std::string> Fleet::send(const DeviceId& id, Errand errand) {
    TALLY_TRY_ASSIGN(const std::uint32_t index, need(id));
    TALLY_TRY_ASSIGN(const Cell cell, need_place(errand.goal));
    TALLY_TRY(check_free(index));
    if (!is_on_floor(index)) {
        return fail(ErrorKind::conflict, "nobody knows where vehicle " + id.str() +
                                             " stands; switch it on, or release it where it is");
    }
    const Cell before = traffic_->goal(index);
    traffic_->set_goal(index, cell);
    if (!traffic_->can_reach_goal(index)) {
        traffic_->set_goal(index, before);
        return fail(ErrorKind::conflict, "no lane leads " + id.str() + " from " +
                                             names_[motion_.cell(graph_->at(index))] + " to " +
                                             errand.goal + " past closed roads and lost vehicles");
    }
    Vehicle& vehicle = vehicles_[index];
    vehicle.errand = ErrandStatus{options_.run + "-e" + std::to_string(++last_errand_),
                                  errand.goal,
                                  ErrandPhase::driving,
                                  {},
                                  {}};
    vehicle.actions = std::move(errand.actions);
    for (std::size_t i = 0; i < vehicle.actions.size(); ++i) {
        VehicleAction& action = vehicle.actions[i];
        action.id = vehicle.errand.id + "-" + std::to_string(i + 1);
        vehicle.errand.actions.push_back({action.id, action.type, ActionPhase::waiting, {}});
    }
    vehicle.after = errand.after;
    settle(index);
    return vehicle.errand.id;
}

Result<void> Fleet::dismiss(const DeviceId& id) {
    TALLY_TRY_ASSIGN(const std::uint32_t index, need(id));
    TALLY_TRY(check_free(index));
    traffic_->set_goal(index, planner::kNoCell);
    vehicles_[index].errand.phase = ErrandPhase::none;
    vehicles_[index].actions.clear();
    settle(index);
    return {};
}

Result<void> Fleet::check_free(std::uint32_t index) const {
    const Vehicle& vehicle = vehicles_[index];
    if (vehicle.errand.phase == ErrandPhase::acting) {
        return fail(ErrorKind::conflict, "vehicle " + vehicle.id.str() + " is at work at " +
                                             vehicle.errand.goal +
                                             "; wait until its actions have ended");
    }
    return {};
}

bool Fleet::is_at_goal(std::uint32_t index) const {
    return vehicles_[index].way.empty() && graph_->base(index).empty() &&
           motion_.cell(graph_->at(index)) == traffic_->goal(index);
}

/// Others are planned around it, and nothing for it.
bool Fleet::must_stand(std::uint32_t index) const {
    const Vehicle& vehicle = vehicles_[index];
    if (vehicle.phase == FleetPhase::lost || vehicle.phase == FleetPhase::held ||
        !vehicle.has_agreed || vehicle.status.charging || !vehicle.why_stands.empty()) {
        return true;
    }
    const bool stays = vehicle.after == Errand::After::stays;
    switch (vehicle.errand.phase) {
        case ErrandPhase::none:
            return false;
        case ErrandPhase::driving:
            return (stays || !vehicle.actions.empty()) && is_at_goal(index);
        case ErrandPhase::acting:
            return true;
        case ErrandPhase::done:
        case ErrandPhase::failed:
            return stays;
    }
    return true;
}

void Fleet::settle(std::uint32_t index) {
    graph_->set_lost(index, must_stand(index));
    graph_->set_kept(index, cells_kept(index));
    // It arrives once, wherever it must make way to afterwards.
    const bool arrives = vehicles_[index].errand.phase == ErrandPhase::driving;
    graph_->set_stop(index, arrives ? traffic_->goal(index) : planner::kNoCell);
}

/// Called once a tick, before the plan: has it arrived, has it done what it was to do?
void Fleet::go_on_with_errand(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    const bool is_well = vehicle.phase != FleetPhase::lost && vehicle.phase != FleetPhase::held &&
                         vehicle.has_agreed && !vehicle.released_by_hand;
    if (vehicle.errand.phase == ErrandPhase::driving && is_well && is_at_goal(index) &&
        vehicle.actions.empty()) {
        conclude(index, ErrandPhase::done, {});
    } else if (vehicle.errand.phase == ErrandPhase::acting && vehicle.way.empty()) {
        conclude_actions(index);
    }
    settle(index);
}

/// The order of its actions is over.
void Fleet::conclude_actions(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    if (vehicle.order.phase != OrderPhase::finished) {
        conclude(index, ErrandPhase::failed,
                 vehicle.order.text.empty()
                     ? "its order is " + std::string(to_string(vehicle.order.phase)) +
                           "; look at the vehicle how far it is"
                     : vehicle.order.text);
        return;
    }
    for (const ActionReport& action : vehicle.errand.actions) {
        if (action.phase != ActionPhase::finished) {
            conclude(index, ErrandPhase::failed,
                     "its action " + action.type + " is " + std::string(to_string(action.phase)) +
                         (action.text.empty() ? "" : " (" + action.text + ")") +
                         "; look at the vehicle why");
            return;
        }
    }
    conclude(index, ErrandPhase::done, {});
}

void Fleet::conclude(std::uint32_t index, ErrandPhase phase, std::string text) {
    Vehicle& vehicle = vehicles_[index];
    vehicle.errand.phase = phase;
    vehicle.errand.text = std::move(text);
    if (vehicle.after == Errand::After::makes_way) {
        traffic_->set_goal(index, planner::kNoCell);  // Two with one goal would never rest.
    }
    errand_news_.push_back(index);
}

void Fleet::tell_owner() {
    for (const std::uint32_t index : std::exchange(errand_news_, {})) {
        if (feed_ != nullptr) {
            const ErrandStatus told = vehicles_[index].errand;  // It may be sent from within.
            feed_->on_errand(vehicles_[index].id, told);
        }
    }
}

/// The vehicle stands where its work is.
void Fleet::begin_actions(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    const Cell here = motion_.cell(graph_->at(index));
    DriveOrder order{next_order_id(), node_of(here), {}, 0};
    order.start.actions = vehicle.actions;
    vehicle.way = {here};
    vehicle.counted = 0;
    const ErrandPhase before = std::exchange(vehicle.errand.phase, ErrandPhase::acting);
    if (const Result<void> given = ports_.vehicles.order(vehicle.id, std::move(order)); !given) {
        vehicle.way.clear();
        vehicle.errand.phase = before;
        vehicle.text = given.error().text;
        vehicle.retry_at = ports_.clock.mono_now() + options_.retry_after;
        return;
    }
    vehicle.text.clear();
    errand_news_.push_back(index);
}

void Fleet::on_action(const DeviceId& id, const ActionReport& action) {
    const auto index = need(id);
    if (!index) {
        return;
    }
    Vehicle& vehicle = vehicles_[*index];
    if (!vehicle.pause_id.empty() && action.id == vehicle.pause_id) {
        look_whether_it_paused(vehicle, action);
    }
    for (ActionReport& known : vehicle.errand.actions) {
        if (known.id == action.id) {
            known = action;
        }
    }
}

void Fleet::look_whether_it_paused(Vehicle& vehicle, const ActionReport& action) {
    if (action.phase == ActionPhase::finished) {
        vehicle.pause_id.clear();
    } else if (action.phase == ActionPhase::failed || action.phase == ActionPhase::unknown) {
        vehicle.pause_id.clear();
        ports_.events.report(Severity::warning, "fleet",
                             "vehicle " + vehicle.id.str() + " may not be paused: its startPause " +
                                 std::string(to_string(action.phase)) +
                                 (action.text.empty() ? "" : " (" + action.text + ")") +
                                 "; see whether it stands, stop it by hand, or pause it again");
    }
}

/// One that charges takes no orders: it is told to end that, again until it has.
void Fleet::end_charging(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    if (vehicle.status.charging && vehicle.errand.phase == ErrandPhase::driving &&
        vehicle.way.empty() && ports_.clock.mono_now() >= vehicle.unplug_at) {
        vehicle.unplug_at = ports_.clock.mono_now() + options_.retry_after;
        if (const auto told = ports_.vehicles.act(vehicle.id, kStopCharging, {}); !told) {
            vehicle.text = told.error().text;
        }
    }
}

}  // namespace tally
