// A tick of the fleet: what vehicles have done, the plan after it, and what they are told.
#include <algorithm>
#include <utility>

#include "firmware/services/fleet/fleet.hpp"
#include "firmware/services/fleet/plan_judge.hpp"

namespace tally {

using planner::Cell;
using planner::State;

void Fleet::on_order(const DeviceId& id, const OrderStatus& order) {
    const auto found = need(id);
    if (!found) {
        return;
    }
    const std::uint32_t index = *found;
    Vehicle& vehicle = vehicles_[index];
    const std::string refusal_before = vehicle.order.text;
    vehicle.order = order;
    if (vehicle.phase == FleetPhase::held) {
        return;  // All its track is kept until a person has looked.
    }
    if (vehicle.released_by_hand) {
        vehicle.released_by_hand = !is_over(order.phase);
        return;  // Its track was handed back: what it still says of it means nothing.
    }
    while (vehicle.counted < order.passed && vehicle.counted + 1 < vehicle.way.size()) {
        ++vehicle.counted;
        note_moved(index);
        if (const Result<void> done = graph_->done(index); !done) {
            hold(index, FleetPhase::held, done.error().text);
            return;
        }
    }
    if (!order.contradiction.empty()) {
        hold_astray(index, order.contradiction);
        return;
    }
    if (order.phase == OrderPhase::driving && order.text != refusal_before) {
        vehicle.text = order.text;
        if (!order.text.empty()) {  // An update was refused.
            vehicle.retry_at = ports_.clock.mono_now() + options_.retry_after;
        }
    }
    if (is_over(order.phase) && !vehicle.way.empty()) {
        end(index);
    }
}

void Fleet::end(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    vehicle.way.clear();
    vehicle.counted = 0;
    switch (vehicle.order.phase) {
        case OrderPhase::finished:
            vehicle.text.clear();
            return;
        case OrderPhase::refused:
            // It has not moved, and its track is still its own.
            vehicle.text = vehicle.order.text;
            vehicle.retry_at = ports_.clock.mono_now() + options_.retry_after;
            return;
        case OrderPhase::cancelled:
        case OrderPhase::lost:
        case OrderPhase::none:
        case OrderPhase::sent:
        case OrderPhase::driving:
        case OrderPhase::cancelling:
            hold(index, FleetPhase::held,
                 "its order is " + std::string(to_string(vehicle.order.phase)) +
                     "; look where it stands, then release it there");
            return;
    }
}

void Fleet::hold(std::uint32_t index, FleetPhase phase, std::string text) {
    Vehicle& vehicle = vehicles_[index];
    vehicle.phase = phase;
    vehicle.text = std::move(text);
    vehicle.lost_at = ports_.clock.mono_now();
    settle(index);
    ports_.events.report(Severity::warning, "fleet",
                         "vehicle " + vehicle.id.str() + " keeps its track: " + vehicle.text);
}

void Fleet::tick() {
    tick_timer_.arm(options_.tick, [this] { tick(); });
    end_blocks();
    for (std::uint32_t i = 0; i < vehicles_.size(); ++i) {
        look_for_lost(i);
        if (!vehicles_[i].has_agreed) {
            look_where_it_is(i);  // Time may have made its word good.
        }
        look_whether_it_stands(i);
        go_on_with_errand(i);
    }
    apply_blocks();
    weigh_ways();
    plan();
    for (std::uint32_t i = 0; i < vehicles_.size(); ++i) {
        tell(i);
    }
    tell_owner();
}

void Fleet::look_for_lost(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    // A line that is back says nothing of the vehicles on it: only their states do.
    const MonoTime heard_at = vehicle.status.heard_at;
    const Duration quiet = ports_.clock.mono_now() - std::max(heard_at, started_at_);
    if (vehicle.phase == FleetPhase::lost && heard_at > vehicle.lost_at) {
        vehicle.phase = FleetPhase::idle;
        vehicle.text.clear();
        settle(index);
        look_where_it_is(index);
        ports_.events.report(Severity::info, "fleet",
                             "vehicle " + vehicle.id.str() + " is heard again and goes on");
    } else if (vehicle.phase != FleetPhase::lost && vehicle.phase != FleetPhase::held &&
               !vehicle.is_off_floor && quiet > options_.lost_after) {
        hold(index, FleetPhase::lost,
             "it is " + std::string(to_string(vehicle.status.reach)) +
                 "; see that it is switched on and has radio, release it where it stands, or take "
                 "it away and off (tally agv take-off " +
                 vehicle.id.str() + ")");
    }
}

void Fleet::plan() {
    const std::vector<planner::RollingVehicle> forecast = graph_->forecast(kWindowSteps);
    traffic_->resume(forecast);
    traffic_->run(options_.work);
    std::vector<std::vector<State>> paths;
    for (std::uint32_t i = 0; i < vehicles_.size(); ++i) {
        paths.push_back(traffic_->path(i));
    }
    const Result<void> planned = take_judged(*graph_, motion_, forecast, paths);
    const std::string problem = planned ? std::string() : planned.error().text;
    if (problem != plan_problem_ && !problem.empty()) {
        ports_.events.report(Severity::warning, "fleet", "this plan was not taken: " + problem);
    }
    plan_problem_ = problem;
    must_plan_ = must_plan_ && !planned;
    look_at_doors();
    look_for_circle();
    // Where a plan was not taken, the one before stands, and is as good as it was.
    if (!must_plan_ && !is_anybody_astray() && !is_anybody_unknown() && circle_.empty()) {
        graph_->release();
    }
}

/// Nobody gets track while there is one. It can only be a mistake of this program.
void Fleet::look_for_circle() {
    std::string circle;
    for (const std::uint32_t index : options_.circle(*graph_)) {
        circle += (circle.empty() ? "" : ", ") + vehicles_[index].id.str();
    }
    if (circle == circle_) {
        return;
    }
    circle_ = std::move(circle);
    ports_.events.report(
        circle_.empty() ? Severity::info : Severity::error, "fleet",
        circle_.empty() ? "no vehicles wait in a circle any more" : plan_trouble());
}

std::string Fleet::plan_trouble() const {
    if (!circle_.empty()) {
        return "nobody gets track: " + circle_ +
               " wait for each other in a circle; start the program again, and report this";
    }
    return plan_problem_.empty() ? std::string() : "no new plan: " + plan_problem_;
}

void Fleet::tell(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    if (vehicle.phase == FleetPhase::lost || vehicle.phase == FleetPhase::held) {
        return;
    }
    if (vehicle.released_by_hand) {
        vehicle.text = "its old order is being cancelled; switch it on, or wait";
        return;
    }
    if (!vehicle.has_agreed) {
        if (vehicle.is_off_floor) {
            vehicle.text = "it was taken off the floor; it is back when it says where it stands";
        } else if (vehicle.text.empty() || vehicle.is_vouched_for) {
            const std::string& place = names_[motion_.cell(graph_->at(index))];
            vehicle.text = "it has not said yet that it stands " +
                           (place.empty() ? "anywhere" : "at " + place) +
                           "; see that it is switched on, and set its place at the vehicle";
        }
        return;
    }
    const bool moves = !graph_->base(index).empty();
    const Cell goal = traffic_->goal(index);
    const bool there = goal == planner::kNoCell || motion_.cell(graph_->at(index)) == goal;
    vehicle.phase = !vehicle.why_stands.empty() ? FleetPhase::standing
                    : moves                     ? FleetPhase::driving
                    : there                     ? FleetPhase::idle
                                                : FleetPhase::waiting;
    end_charging(index);
    stop_before_door(index);
    const bool may_begin = vehicle.way.empty() && ports_.clock.mono_now() >= vehicle.retry_at;
    if (!vehicle.way.empty()) {
        go_on(index);
    } else if (may_begin && vehicle.errand.phase == ErrandPhase::driving &&
               !vehicle.actions.empty() && is_at_goal(index)) {
        begin_actions(index);
    } else if (moves && may_begin) {
        begin(index);
    }
}

void Fleet::begin(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    const std::vector<State> base = graph_->base(index);
    const auto shut = shut_door(index);
    const std::size_t released = shut ? shut->step : base.size();
    if (released == 0) {
        return;
    }
    std::vector<State> ahead = base;
    const std::vector<State> horizon = graph_->horizon(index);
    ahead.insert(ahead.end(), horizon.begin(), horizon.end());
    std::vector<Cell> way{motion_.cell(graph_->at(index))};
    DriveOrder order{next_order_id(), node_of(way[0]), {}, released};
    for (const State state : ahead) {
        const Cell cell = motion_.cell(state);
        order.legs.push_back(leg(way.back(), cell));
        way.push_back(cell);
    }
    vehicle.way = std::move(way);
    vehicle.counted = 0;
    if (const Result<void> given = ports_.vehicles.order(vehicle.id, std::move(order)); !given) {
        vehicle.way.clear();
        vehicle.text = given.error().text;
        vehicle.retry_at = ports_.clock.mono_now() + options_.retry_after;
    } else {
        vehicle.text.clear();
    }
}

/// Its horizon, as it was told, leads over a closed road.
bool Fleet::is_told_closed(const Vehicle& vehicle) const {
    for (std::size_t i = vehicle.order.base_end; i + 1 < vehicle.way.size(); ++i) {
        if (ways_->closed().contains({vehicle.way[i], vehicle.way[i + 1]})) {
            return true;
        }
    }
    return false;
}

void Fleet::go_on(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    if (vehicle.order.phase != OrderPhase::driving || !vehicle.order.acknowledged ||
        ports_.clock.mono_now() < vehicle.retry_at) {
        return;
    }
    const std::vector<State> base = graph_->base(index);
    const std::vector<State> horizon = graph_->horizon(index);
    const std::size_t told = vehicle.order.base_end;
    // Base that the vehicle has and the graph has not is nobody's to lengthen; nor is any told that
    // leads over a door which was open when it was released, and is not now.
    const auto shut = shut_door(index);
    const std::size_t own = vehicle.counted + (shut ? shut->step : base.size());
    if (own < told) {
        return;
    }
    const std::size_t released = own - told;
    const bool planned_before = vehicle.order.nodes > told + 1;
    // Without new track it is told only of a road that was closed before it, and if it waits for
    // more than there will be.
    if (released == 0 && !is_told_closed(vehicle) &&
        !(planned_before && base.empty() && horizon.empty())) {
        return;
    }
    std::vector<Cell> way(vehicle.way.begin(),
                          vehicle.way.begin() + static_cast<std::ptrdiff_t>(told) + 1);
    std::vector<State> ahead(base.begin() + static_cast<std::ptrdiff_t>(told - vehicle.counted),
                             base.end());
    ahead.insert(ahead.end(), horizon.begin(), horizon.end());
    std::vector<WayLeg> onward;
    for (const State state : ahead) {
        const Cell cell = motion_.cell(state);
        onward.push_back(leg(way.back(), cell));
        way.push_back(cell);
    }
    std::swap(vehicle.way, way);
    if (const Result<void> given = ports_.vehicles.update(vehicle.id, std::move(onward), released);
        !given) {
        std::swap(vehicle.way, way);
        vehicle.text = given.error().text;
    }
}

}  // namespace tally
