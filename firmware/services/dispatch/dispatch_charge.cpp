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

/// The charger that it stands at; empty: at none.
std::string Dispatch::charger_at(const Vehicle& vehicle) const {
    const auto found =
        std::find_if(options_.chargers.begin(), options_.chargers.end(),
                     [&](const std::string& charger) { return is_at(vehicle, charger); });
    return found == options_.chargers.end() ? std::string() : *found;
}

/// As many of the queue as there are chargers, without those who can use none of them.
std::vector<Dispatch::Vehicle*> Dispatch::first_of(const std::vector<Vehicle*>& queue,
                                                   const std::vector<std::string>& free) const {
    std::vector<Vehicle*> first;
    for (Vehicle* const vehicle : queue) {
        const bool has_any = std::any_of(free.begin(), free.end(), [&](const std::string& place) {
            return !shuns(*vehicle, place);
        });
        if (has_any && first.size() < free.size()) {
            first.push_back(vehicle);
        }
    }
    return first;
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
        const std::string here = charger_at(vehicle);
        if (!here.empty() && !shuns(vehicle, here) && battery < options_.top_up_below_permille) {
            rest_at(MissionKind::charge, vehicle, here);  // It has come already.
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
    send_to_rest(MissionKind::charge, first_of(queue, free), free);
    waiting_ = 0;
    waits_at_.clear();
    for (Vehicle* const vehicle : queue) {
        const Mission* const mission = mission_of(*vehicle);
        if (mission != nullptr && mission->kind == MissionKind::charge) {
            continue;
        }
        ++waiting_;
        if (charger_at(*vehicle).empty()) {
            waits_at_.push_back(vehicle->row.node);
        }
        say(DispatchPhase::recharge, vehicle, {},
            options_.chargers.empty()
                ? "must charge and there is no charger; name one on the floor"
                : "waits for a charger, number " + std::to_string(waiting_) + " of the queue");
    }
    count_stuck();
    make_room(waiting_);
    if (waiting_ == 0) {
        look_at_chargers();
        const std::vector<std::string> left = free_chargers();
        idle.resize(std::min(idle.size(), left.size()));
        send_to_rest(MissionKind::charge, idle, left);
    }
}

/// A charger may lie on the only way to somewhere, and who charges makes no way: whoever has not
/// come nearer to its goal for long waits for the charger like those who are to be charged.
void Dispatch::count_stuck() {
    for (const Vehicle& vehicle : vehicles_) {
        if (vehicle.row.stuck_plans >= FleetRow::kStuckPlans) {
            ++waiting_;
            waits_at_.push_back(vehicle.row.node);
        }
    }
}

/// A charger is left when there is enough and it is needed, when the battery is full, or when it
/// gives nothing.
void Dispatch::finish_charging(Vehicle& vehicle) {
    const Mission* const mission = mission_of(vehicle);
    if (mission->kind != MissionKind::charge || mission->state != MissionState::waiting) {
        return;
    }
    const VehicleStatus& status = vehicle.row.status;
    const MonoTime now = ports_.clock.mono_now();
    if (status.battery_permille >= options_.full_permille) {
        take_step(mission->id, {MissionAct::close_stop, {}, {}});
    } else if (status.charging || !why_out(vehicle).empty()) {
        vehicle.without_current_at.reset();
    } else if (!vehicle.without_current_at) {
        vehicle.without_current_at = now;
    } else if (now - *vehicle.without_current_at >= options_.no_current_after) {
        shun_charger(vehicle, "it stands there and says that it does not charge");
        strand_or_return(vehicle, "does not charge there");
    }
}

bool Dispatch::shuns(const Vehicle& vehicle, const std::string& charger) const {
    const auto found = vehicle.shunned.find(charger);
    return found != vehicle.shunned.end() && ports_.clock.mono_now() < found->second;
}

/// Only of one that is at a charger to be charged.
void Dispatch::shun_charger(Vehicle& vehicle, const std::string& why) {
    const Mission* const mission = mission_of(vehicle);
    if (mission->kind != MissionKind::charge) {
        return;
    }
    const std::string& charger = mission->stop().place;
    vehicle.shunned[charger] = ports_.clock.mono_now() + options_.shun_charger_for;
    ports_.events.report(
        Severity::warning, "dispatch",
        "vehicle " + vehicle.traits.id.str() + " was not charged at " + charger + ": " + why +
            "; look at the charger and the contacts. It is not sent there again for " +
            std::to_string(
                std::chrono::duration_cast<std::chrono::minutes>(options_.shun_charger_for)
                    .count()) +
            " min");
}

/// After a restart: one that stands at a charger and charges is charging.
bool Dispatch::adopt_charging(Vehicle& vehicle) {
    if (!vehicle.row.status.charging || !vehicle.mission.empty() ||
        vehicle.row.status.battery_permille >=
            (waiting_ > 0 ? options_.enough_permille : options_.full_permille)) {
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

}  // namespace tally
