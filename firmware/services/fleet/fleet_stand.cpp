// Vehicles that are heard and do not move: by their own word, or because they pass no node. Their
// track stays their own, and the others are planned around them.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "firmware/services/fleet/fleet.hpp"

namespace tally {

using planner::Cell;
using planner::State;

namespace {

/// A reason that is gone for so long is gone: nobody is planned anew for each flicker of it.
constexpr Duration kWellAfter = std::chrono::seconds(3);
/// Each stall in a row doubles the time that the next one takes, so often.
constexpr std::uint32_t kDoublings = 2;
/// Troubles that are no fault of the vehicle: something passes before it, or an order that is being
/// seen to. If it stands for these it passes no node.
constexpr std::array<std::string_view, 4> kPassing = {"field_violated", "cancelled_order",
                                                      "foreign_order", "contradiction"};

}  // namespace

/// Once a tick, before the plan.
void Fleet::look_whether_it_stands(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    const MonoTime now = ports_.clock.mono_now();
    if (vehicle.phase == FleetPhase::lost || vehicle.phase == FleetPhase::held ||
        !vehicle.has_agreed) {
        note_moved(index);
        vehicle.why_stands.clear();
        vehicle.is_detour_said = false;
        return;  // It stands anyway.
    }
    count_still(index);
    if (std::string why = why_it_cannot_move(index); !why.empty()) {
        if (vehicle.why_stands.empty()) {
            vehicle.stands_at = vehicle.is_stalled ? now - vehicle.still : now;
        }
        vehicle.ill_at = now;
        vehicle.why_stands = std::move(why);
    } else if (now - vehicle.ill_at >= kWellAfter) {
        vehicle.why_stands.clear();
        vehicle.touched.clear();
    }
    const std::string name = "vehicle " + vehicle.id.str();
    const bool is_around = needs_detour(index);
    if (is_around && !vehicle.is_detour_said) {
        ports_.events.report(
            Severity::warning, "fleet",
            name + " stands at " + names_[motion_.cell(graph_->at(index))] +
                ", and others take another way where there is one: " + vehicle.why_stands);
    } else if (!is_around && vehicle.is_detour_said) {
        ports_.events.report(Severity::info, "fleet", name + " goes on");
    }
    vehicle.is_detour_said = is_around;
}

/// With track, heard, and free to drive: so it should pass nodes.
void Fleet::count_still(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    if (graph_->base(index).empty()) {
        note_moved(index);
    } else if (vehicle.status.reach == VehicleReach::online && !vehicle.is_stalled &&
               (vehicle.why_stands.empty() || why_it_cannot_move(index).empty())) {
        vehicle.still = vehicle.still + options_.tick;
        if (vehicle.still >= still_max(index)) {
            vehicle.is_stalled = true;
            vehicle.stalls = std::min(vehicle.stalls + 1, kDoublings);
        }
    }
}

/// It has passed a node, or has no track that it could drive.
void Fleet::note_moved(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    const bool was_in_time = !vehicle.is_stalled && vehicle.still < options_.stall_after;
    if (was_in_time && vehicle.still > Duration(0)) {
        vehicle.stalls = 0;
    }
    vehicle.is_stalled = false;
    vehicle.still = Duration(0);
}

Duration Fleet::still_max(std::uint32_t index) const {
    const Cell from = motion_.cell(graph_->at(index));
    const Cell to = motion_.cell(graph_->base(index).front());
    const double step_mm = std::hypot(static_cast<double>(map_.x_mm(to) - map_.x_mm(from)),
                                      static_cast<double>(map_.y_mm(to) - map_.y_mm(from)));
    const std::chrono::milliseconds step(
        static_cast<std::int64_t>(step_mm * 1'000 / static_cast<double>(kSlowWalk_mm_s)));
    return (options_.stall_after + step) * (std::int64_t{1} << vehicles_[index].stalls);
}

/// What a person can do about it; empty: it can, as far as it says.
std::string Fleet::why_it_cannot_move(std::uint32_t index) const {
    const Vehicle& vehicle = vehicles_[index];
    const VehicleStatus& said = vehicle.status;
    if (said.emergency_stop) {
        return "stands by emergency stop; see why, then release it at the vehicle";
    }
    if (said.mode != VehicleMode::automatic && said.mode != VehicleMode::semiautomatic) {
        return "is in mode " + std::string(to_string(said.mode)) +
               "; switch it to automatic at its panel";
    }
    for (const VehicleTrouble& trouble : said.troubles) {
        if (trouble.weight == VehicleTrouble::Weight::stops &&
            std::find(kPassing.begin(), kPassing.end(), trouble.kind) == kPassing.end()) {
            return "stands with trouble: " + trouble.text;
        }
    }
    if (!vehicle.why_off.empty()) {
        return vehicle.why_off;
    }
    if (std::string why = why_before_door(index); !why.empty()) {
        return why;
    }
    if (said.paused) {
        return "is paused; resume it when its way is free (tally agv resume " + vehicle.id.str() +
               ")";
    }
    if (vehicle.is_stalled) {
        return "has track and passes no node" +
               (vehicle.text.empty() ? std::string() : " (" + vehicle.text + ")") +
               "; see what stands in its way; or drive it by hand to a node, set its place there, "
               "and release it there";
    }
    return {};
}

/// Roads into its track are closed.
bool Fleet::needs_detour(std::uint32_t index) const {
    const Vehicle& vehicle = vehicles_[index];
    if (vehicle.phase == FleetPhase::lost || vehicle.phase == FleetPhase::held) {
        return true;
    }
    return !vehicle.why_stands.empty() &&
           ports_.clock.mono_now() - vehicle.stands_at >= options_.detour_after;
}

/// Of one that waits for nobody and no door.
std::string Fleet::no_way(std::uint32_t index) const {
    if (traffic_->can_reach_goal(index)) {
        return {};
    }
    std::string who;
    for (std::uint32_t i = 0; i < vehicles_.size(); ++i) {
        if (i != index && needs_detour(i)) {
            who += (who.empty() ? "" : ", ") + vehicles_[i].id.str();
        }
    }
    return "no way leads on to " + vehicles_[index].errand.goal + " past " +
           (who.empty() ? "closed roads" : "closed roads and those that stand: " + who) +
           "; it goes on by itself when there is one";
}

}  // namespace tally
