// Missions to vehicles: all that can be assigned together, and who is not considered, and why.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "firmware/services/dispatch/assignment_judge.hpp"
#include "firmware/services/dispatch/dispatch.hpp"
#include "planner/assign/dispatch_cost.hpp"

namespace tally {

namespace {

constexpr std::int64_t kMmPerKm = 1'000'000;

std::string percent(std::int64_t permille) {
    const std::int64_t whole = std::abs(permille) / 10;
    const std::int64_t tenth = std::abs(permille) % 10;
    return (permille < 0 ? "-" : "") + std::to_string(whole) +
           (tenth == 0 ? "" : "." + std::to_string(tenth)) + " %";
}

}  // namespace

std::int64_t Dispatch::draw_permille(const Vehicle& vehicle, std::int64_t way_mm) const {
    const std::int64_t driven = way_mm * options_.detour_percent / 100;
    return (driven * vehicle.traits.draw_permille_per_km + kMmPerKm - 1) / kMmPerKm;
}

/// Nothing: a way is missing.
std::optional<Dispatch::Route> Dispatch::route_of(const Mission& mission) const {
    Route route;
    for (std::size_t i = mission.at; i < mission.stops.size(); ++i) {
        route.way_mm += options_.stop_mm;
        if (i + 1 < mission.stops.size()) {
            const auto way =
                ports_.fleet.way_mm(mission.stops[i].place, mission.stops[i + 1].place);
            if (!way) {
                return std::nullopt;
            }
            route.way_mm += *way;
        }
    }
    // Without any that can be used, work goes on with the reserve left at its end.
    if (std::any_of(chargers_.begin(), chargers_.end(),
                    [](const Charger& charger) { return charger.is_usable; })) {
        const auto charger = charger_from(mission.stops.back().place);
        if (!charger) {
            return std::nullopt;
        }
        route.way_mm += charger->first;
        route.charger = charger->second;
    }
    return route;
}

/// Why it is not considered for anything; empty: it is.
std::string Dispatch::why_not(const Vehicle& vehicle) const {
    if (std::string why = why_out(vehicle); !why.empty()) {
        return why;
    }
    if (vehicle.is_sent_by_person) {
        return why_sent(vehicle);
    }
    if (ports_.clock.mono_now() < vehicle.rests_until) {
        return "waits a while: " + vehicle.rests_why;
    }
    const Mission* const mission = mission_of(vehicle);
    const std::int32_t battery = vehicle.row.status.battery_permille;
    if (mission != nullptr && mission->has_begun() && !is_resting(vehicle)) {
        return "has mission " + mission->id + "; it comes when that is done";
    }
    const bool is_charging =
        vehicle.row.status.charging || (mission != nullptr && mission->kind == MissionKind::charge);
    if (is_charging && battery < options_.enough_permille) {
        return "charges: battery " + percent(battery) + "; it comes at " +
               percent(options_.enough_permille);
    }
    if (battery < options_.recharge_below_permille) {
        return "has battery " + percent(battery) + ", under " +
               percent(options_.recharge_below_permille) + "; it is charged first";
    }
    if (vehicle.row.errand.phase == ErrandPhase::acting) {
        return "is at work at " + vehicle.row.errand.goal + "; it comes when that is done";
    }
    return {};
}

/// Why it is not for this mission, whatever it does now; empty: it is.
std::string Dispatch::why_not(const Vehicle& vehicle, const Mission& mission) {
    if (mission.only && *mission.only != vehicle.traits.id) {
        return "does not have its goods; " + mission.only->str() + " has";
    }
    if (!vehicle.traits.kinds.empty() && !vehicle.traits.kinds.contains(mission.kind)) {
        return "does no missions of kind " + std::string(to_string(mission.kind)) +
               "; see what is configured for it";
    }
    if (!mission.needs.empty() && !vehicle.traits.has.contains(mission.needs)) {
        return "has no " + mission.needs + ", which it needs";
    }
    return {};
}

/// Why its battery does not last for the way to the first stop, the route and on to a charger with
/// the reserve left; empty: it does.
std::string Dispatch::why_short(const Vehicle& vehicle, std::int64_t approach_mm,
                                const Route& route) const {
    const std::int64_t battery = vehicle.row.status.battery_permille;
    const std::int64_t left = battery - draw_permille(vehicle, approach_mm + route.way_mm);
    if (left >= reserve_of(vehicle)) {
        return {};
    }
    return "has battery " + percent(battery) + ", which would fall to " + percent(left) +
           ", under the reserve of " + percent(reserve_of(vehicle)) + ", " +
           (route.charger.empty() ? "at its end" : "on the way to charger " + route.charger) +
           "; it is charged first";
}

/// What doing it now is worth, as way.
double Dispatch::worth_mm(const Mission& mission) const {
    const MonoTime now = ports_.clock.mono_now();
    const auto minutes =
        std::chrono::duration_cast<std::chrono::minutes>(now - mission.listed_at).count();
    std::int64_t worth =
        mission.priority * options_.priority_mm + minutes * options_.waiting_mm_per_min;
    if (mission.due) {  // Nothing until it is due soon, then more with each moment.
        const auto ms = [](Duration span) {
            return std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
        };
        const std::int64_t soon_ms = std::max<std::int64_t>(ms(options_.due_soon), 1);
        const std::int64_t left_ms = std::max<std::int64_t>(ms(*mission.due - now), 0);
        worth += options_.overdue_mm * std::max<std::int64_t>(soon_ms - left_ms, 0) / soon_ms;
    }
    return static_cast<double>(worth);
}

void Dispatch::assign() {
    std::vector<Vehicle*> free;
    for (Vehicle& vehicle : vehicles_) {
        vehicle.why_not = why_not(vehicle);
        if (vehicle.why_not.empty()) {
            free.push_back(&vehicle);
        }
    }
    // What a vehicle has that is not asked stays with it: it is nobody's to take.
    const auto can_be_given = [&](const Mission& mission) {
        return mission.state == MissionState::listed ||
               (mission.state == MissionState::assigned &&
                std::any_of(free.begin(), free.end(), [&](const Vehicle* vehicle) {
                    return vehicle->mission == mission.id;
                }));
    };
    std::vector<std::string> open;
    for (const auto& [id, mission] : missions_) {
        if (mission.kind != MissionKind::charge && mission.kind != MissionKind::park &&
            can_be_given(mission)) {
            open.push_back(id);
        }
    }
    if (open.empty()) {
        return;
    }
    Refusals refusals;
    hand_out(free, open, match(free, open, refusals));
    name_refusals(open, refusals);
}

/// The cheapest of all ways to give as many missions as possible, and who cannot have which.
std::vector<std::int32_t> Dispatch::match(const std::vector<Vehicle*>& free,
                                          const std::vector<std::string>& open,
                                          Refusals& refusals) {
    std::vector<std::int32_t> none(free.size(), planner::kUnplaced);
    if (free.empty()) {
        return none;
    }
    planner::CostMatrix cost(static_cast<Eigen::Index>(free.size()),
                             static_cast<Eigen::Index>(open.size()));
    // Batteries are looked at here, for each vehicle draws its own; so reach does not bound.
    std::vector<planner::DispatchVehicle> vehicles(free.size(), {planner::kForbidden, -1});
    for (std::size_t column = 0; column < open.size(); ++column) {
        const Mission& mission = missions_[open[column]];
        const auto route = route_of(mission);
        for (std::size_t row = 0; row < free.size(); ++row) {
            Vehicle& vehicle = *free[row];
            const auto approach = ports_.fleet.way_mm(vehicle.row.node, mission.stop().place);
            std::string why = why_not(vehicle, mission);
            if (why.empty() && (!route || !approach)) {
                why =
                    "has no way to all of its stops and on to a charger; see which roads are "
                    "closed, and which chargers can be used";
            } else if (why.empty()) {
                why = why_short(vehicle, *approach, *route);
                vehicle.is_short = vehicle.is_short || !why.empty();
            }
            cost(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column)) =
                why.empty() ? static_cast<double>(*approach) : planner::kForbidden;
            if (!why.empty()) {
                refusals[{open[column], vehicle.traits.id.str()}] = std::move(why);
            }
            if (vehicle.mission == open[column]) {
                vehicles[row].current = static_cast<std::int32_t>(column);
            }
        }
    }
    planner::DispatchOptions sticky;
    sticky.stickiness_mm = static_cast<double>(options_.stickiness_mm);
    auto costs = planner::dispatch_costs(cost, vehicles,
                                         std::vector<planner::DispatchTour>(open.size()), sticky);
    if (!costs) {
        ports_.events.report(Severity::error, "dispatch", costs.error().text);
        return none;
    }
    for (std::size_t column = 0; column < open.size(); ++column) {
        costs->col(static_cast<Eigen::Index>(column)).array() -= worth_mm(missions_[open[column]]);
    }
    return columns_of(*costs);
}

/// Nobody gets anything where an independent judge objects: all stays as it is.
std::vector<std::int32_t> Dispatch::columns_of(const planner::CostMatrix& cost) {
    const auto best = judged(cost, planner::assign(cost));
    const std::string problem = best ? std::string() : best.error().text;
    if (problem != assignment_problem_ && !problem.empty()) {
        ports_.events.report(Severity::error, "dispatch", problem);
    }
    assignment_problem_ = problem;
    return best ? best->column_of_row
                : std::vector<std::int32_t>(static_cast<std::size_t>(cost.rows()),
                                            planner::kUnplaced);
}

/// First whoever loses a mission, then whoever gets one.
void Dispatch::hand_out(const std::vector<Vehicle*>& free, const std::vector<std::string>& open,
                        const std::vector<std::int32_t>& column_of) {
    const auto wanted = [&](std::size_t row) {
        return column_of[row] == planner::kUnplaced
                   ? std::string()
                   : open[static_cast<std::size_t>(column_of[row])];
    };
    for (std::size_t row = 0; row < free.size(); ++row) {
        Vehicle& vehicle = *free[row];
        const std::string id = vehicle.mission;
        if (id.empty() || id == wanted(row) || (is_resting(vehicle) && wanted(row).empty())) {
            continue;
        }
        const bool was_resting = is_resting(vehicle);
        leave(vehicle);
        take_step(id, {was_resting ? MissionAct::drop : MissionAct::take_back,
                       {},
                       was_resting ? "called away to mission " + wanted(row)
                                   : "another vehicle is better placed"});
    }
    for (std::size_t row = 0; row < free.size(); ++row) {
        const std::string id = wanted(row);
        if (!id.empty() && free[row]->mission != id && take(*free[row], id)) {
            say(DispatchPhase::assign, free[row], id,
                "gets it, " +
                    std::to_string(
                        ports_.fleet.way_mm(free[row]->row.node, missions_[id].stop().place)
                            .value_or(0) /
                        1000) +
                    " m away");
        }
    }
}

/// Nothing stays in the list without a reason for every vehicle.
void Dispatch::name_refusals(const std::vector<std::string>& open, const Refusals& refusals) {
    for (const std::string& id : open) {
        Mission& mission = missions_[id];
        if (mission.state != MissionState::listed) {
            continue;
        }
        mission.text.clear();
        for (const Vehicle& vehicle : vehicles_) {
            std::string why = why_not(vehicle, mission);
            why = why.empty() ? vehicle.why_not : why;
            if (const auto found = refusals.find({id, vehicle.traits.id.str()});
                found != refusals.end()) {
                why = found->second;
            } else if (const Mission* const other = mission_of(vehicle);
                       why.empty() && other != nullptr) {
                why = "is better used for mission " + other->id;
            } else if (why.empty()) {
                why = "is free, and others of the list come first";
            }
            mission.text +=
                (mission.text.empty() ? "" : "; ") + vehicle.traits.id.str() + " " + why;
            say(DispatchPhase::assign, &vehicle, id, "not considered: it " + why);
        }
        if (vehicles_.empty()) {
            mission.text = "there is no vehicle; configure one";
            say(DispatchPhase::assign, nullptr, id, mission.text);
        }
    }
}

}  // namespace tally
