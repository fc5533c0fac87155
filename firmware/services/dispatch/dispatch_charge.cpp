// Where vehicles rest: chargers, which are few and have a queue, and parking.
#include <algorithm>
#include <utility>

#include "firmware/services/dispatch/dispatch.hpp"
#include "planner/assign/assignment.hpp"

namespace tally {

bool Dispatch::is_at(const Vehicle& vehicle, const std::string& place) const {
    return ports_.fleet.way_mm(vehicle.row.node, place) == 0;
}

/// No vehicle that is out stands on it.
bool Dispatch::is_usable(const std::string& place) const {
    return std::none_of(vehicles_.begin(), vehicles_.end(), [&](const Vehicle& vehicle) {
        return is_at(vehicle, place) && !why_out(vehicle).empty();
    });
}

/// Who has this charger or parking place, or is on the way to it; empty: nobody.
std::string Dispatch::taken_by(const std::string& place, MissionKind kind) const {
    for (const Vehicle& vehicle : vehicles_) {
        const Mission* const mission = mission_of(vehicle);
        const bool rests_here =
            mission != nullptr && mission->kind == kind && mission->stop().place == place;
        if (rests_here || is_at(vehicle, place)) {
            return vehicle.traits.id.str();
        }
    }
    return {};
}

/// The nearest charger: of the free ones if there is one, else of those that can be used at all.
std::optional<std::pair<std::int64_t, std::string>> Dispatch::charger_from(
    const std::string& place) const {
    std::optional<std::pair<std::int64_t, std::string>> free;
    std::optional<std::pair<std::int64_t, std::string>> any;
    for (const Charger& charger : chargers_) {
        const auto way = ports_.fleet.way_mm(place, charger.place);
        if (!way || !charger.is_usable) {
            continue;
        }
        const std::pair<std::int64_t, std::string> here{*way, charger.place};
        any = any ? std::min(*any, here) : here;
        if (charger.is_free) {
            free = free ? std::min(*free, here) : here;
        }
    }
    return free ? free : any;
}

void Dispatch::look_at_chargers() {
    chargers_.clear();
    for (const std::string& place : options_.chargers) {
        chargers_.push_back({place, is_usable(place) && is_reached(place),
                             taken_by(place, MissionKind::charge).empty()});
    }
}

/// Some vehicle that is not out has a way there.
bool Dispatch::is_reached(const std::string& place) const {
    return std::any_of(vehicles_.begin(), vehicles_.end(), [&](const Vehicle& vehicle) {
        return why_out(vehicle).empty() && ports_.fleet.way_mm(vehicle.row.node, place);
    });
}

/// A person must hear that no charger is left, once.
void Dispatch::say_whether_chargers_are_left() {
    const bool is_any_in = std::any_of(vehicles_.begin(), vehicles_.end(),
                                       [&](const auto& one) { return why_out(one).empty(); });
    const bool is_without = is_any_in && !chargers_.empty() &&
                            std::none_of(chargers_.begin(), chargers_.end(),
                                         [](const Charger& charger) { return charger.is_usable; });
    if (is_without) {
        const std::string text =
            "no charger can be used: vehicles that are out stand on them, or no way leads there; "
            "see to one soon. Meanwhile missions leave the reserve at their end, and batteries "
            "are not charged";
        say(DispatchPhase::recharge, nullptr, {}, text);
        if (!is_without_charger_) {
            ports_.events.report(Severity::warning, "dispatch", text);
        }
    }
    is_without_charger_ = is_without;
}

std::vector<std::string> Dispatch::free_chargers() const {
    std::vector<std::string> free;
    for (const Charger& charger : chargers_) {
        if (charger.is_usable && charger.is_free) {
            free.push_back(charger.place);
        }
    }
    return free;
}

void Dispatch::recharge() {
    say_whether_chargers_are_left();
    std::vector<Vehicle*> queue;
    std::vector<Vehicle*> idle;
    for (Vehicle& vehicle : vehicles_) {
        const Mission* const mission = mission_of(vehicle);
        const bool is_free = mission == nullptr || mission->kind == MissionKind::park;
        if (!is_free || !why_out(vehicle).empty() || vehicle.is_sent_by_person ||
            ports_.clock.mono_now() < vehicle.rests_until) {
            continue;
        }
        const std::int32_t battery = vehicle.row.status.battery_permille;
        if (adopt_charging(vehicle) || vehicle.row.status.charging) {
            continue;
        }
        const bool must = battery < options_.recharge_below_permille || vehicle.is_short;
        const auto here =
            std::find_if(options_.chargers.begin(), options_.chargers.end(),
                         [&](const std::string& charger) { return is_at(vehicle, charger); });
        if (here != options_.chargers.end() && battery < options_.top_up_below_permille) {
            rest_at(MissionKind::charge, vehicle, *here);  // It has come already.
        } else if (must) {
            queue.push_back(&vehicle);
        } else if (battery < options_.top_up_below_permille) {
            idle.push_back(&vehicle);
        }
    }
    const auto emptier = [](const Vehicle* a, const Vehicle* b) {
        const auto key = [](const Vehicle* one) {
            return std::pair(one->row.status.battery_permille, one->traits.id);
        };
        return key(a) < key(b);
    };
    std::sort(queue.begin(), queue.end(), emptier);
    std::sort(idle.begin(), idle.end(), emptier);
    look_at_chargers();
    const std::vector<std::string> free = free_chargers();
    // The emptiest first: as many as there are chargers.
    std::vector<Vehicle*> first(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                   queue.size(), free.size())));
    send_to_rest(MissionKind::charge, first, free);
    waiting_ = 0;
    for (Vehicle* const vehicle : queue) {
        const Mission* const mission = mission_of(*vehicle);
        if (mission != nullptr && mission->kind == MissionKind::charge) {
            continue;
        }
        ++waiting_;
        say(DispatchPhase::recharge, vehicle, {},
            options_.chargers.empty()
                ? "must charge and there is no charger; name one on the floor"
                : "waits for a charger, number " + std::to_string(waiting_) + " of the queue");
    }
    make_room(waiting_);
    if (waiting_ == 0) {
        look_at_chargers();
        const std::vector<std::string> left = free_chargers();
        idle.resize(std::min(idle.size(), left.size()));
        send_to_rest(MissionKind::charge, idle, left);
    }
}

/// After a restart: one that stands at a charger and charges is charging.
bool Dispatch::adopt_charging(Vehicle& vehicle) {
    if (!vehicle.row.status.charging || !vehicle.mission.empty() ||
        vehicle.row.status.battery_permille >= options_.full_permille) {
        return false;
    }
    for (const std::string& charger : options_.chargers) {
        if (is_at(vehicle, charger)) {
            Mission mission;
            mission.id = "charge-" + vehicle.traits.id.str() + "-" + std::to_string(++last_rest_);
            mission.kind = MissionKind::charge;
            mission.only = vehicle.traits.id;
            mission.stops = {{charger, {}, StopEnd::person, {}, "charges"}};
            mission.listed_at = ports_.clock.mono_now();
            const std::string id = mission.id;
            missions_[id] = std::move(mission);
            take_step(id, {MissionAct::assign, vehicle.traits.id, {}});
            take_step(id, {MissionAct::arrive, {}, {}});
            vehicle.mission = id;
            return true;
        }
    }
    return false;
}

/// Those that have enough leave their chargers to those that wait.
void Dispatch::make_room(std::size_t waiting) {
    for (Vehicle& vehicle : vehicles_) {
        const Mission* const mission = mission_of(vehicle);
        if (waiting > 0 && mission != nullptr && mission->kind == MissionKind::charge &&
            mission->state == MissionState::waiting &&
            vehicle.row.status.battery_permille >= options_.enough_permille) {
            const std::string id = mission->id;
            say(DispatchPhase::recharge, &vehicle, id, "has enough, and leaves to those that wait");
            take_step(id, {MissionAct::close_stop, {}, {}});
            leave(vehicle);
            --waiting;
        }
    }
}

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
            double price = way ? static_cast<double>(*way) : planner::kForbidden;
            if (way) {
                const auto on =
                    kind == MissionKind::park ? charger_from(places[column]) : std::nullopt;
                const std::int64_t left = vehicle.row.status.battery_permille -
                                          draw_permille(vehicle, *way + (on ? on->first : 0));
                const bool is_under = left < options_.reserve_permille;
                price += is_under ? kUnderReserve : 0;
                price = is_under && kind == MissionKind::park ? planner::kForbidden : price;
            }
            cost(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column)) = price;
        }
    }
    const auto best = planner::assign(cost);
    if (!best) {
        return;
    }
    for (std::size_t row = 0; row < vehicles.size(); ++row) {
        const std::int32_t column = best->column_of_row[row];
        if (column == planner::kUnplaced) {
            say(kind == MissionKind::park ? DispatchPhase::park : DispatchPhase::recharge,
                vehicles[row], {}, "has no way there; see which roads are closed");
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
        mission.stops[0].actions = {{"", options_.charge_action, Blocking::hard, {}}};
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
    std::vector<std::string> free;
    for (const std::string& place : options_.parking) {
        if (is_usable(place) && taken_by(place, MissionKind::park).empty()) {
            free.push_back(place);
        }
    }
    for (Vehicle& vehicle : vehicles_) {
        const bool is_parked =
            std::any_of(options_.parking.begin(), options_.parking.end(),
                        [&](const std::string& place) { return is_at(vehicle, place); });
        // One that charges without need leaves when somebody waits for a charger.
        const bool charges =
            vehicle.row.status.charging &&
            (waiting_ == 0 || vehicle.row.status.battery_permille < options_.enough_permille);
        if (vehicle.mission.empty() && !is_parked && !charges && why_out(vehicle).empty() &&
            !vehicle.is_sent_by_person && vehicle.row.errand.phase != ErrandPhase::acting) {
            idle.push_back(&vehicle);
        }
    }
    if (free.empty()) {
        for (const Vehicle* const vehicle : idle) {
            say(DispatchPhase::park, vehicle, {},
                "stays where it is and makes way: no parking place is free");
        }
        return;
    }
    send_to_rest(MissionKind::park, idle, free);
}

}  // namespace tally
