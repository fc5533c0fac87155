// The person on the floor: sees where vehicles really stand, and does what their rows ask for.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/scenarios/fleet/fleet_run.hpp"

namespace tally::sim {

namespace {

constexpr double kReach_mm = 1'200;      ///< of the next place on a lane
constexpr double kClearance_mm = 1'000;  ///< nobody drives one by hand so near to another

double apart(planner::Seen a, planner::Seen b) {
    return std::hypot(static_cast<double>(a.x_mm - b.x_mm), static_cast<double>(a.y_mm - b.y_mm));
}

}  // namespace

void FleetRun::look_at_floor() {
    const std::vector<FleetRow> rows = site_.fleet().rows();
    for (std::size_t car = 0; car < rows.size(); ++car) {
        look_at_car(car, rows[car]);
    }
}

void FleetRun::look_at_car(std::size_t car, const FleetRow& row) {
    const bool is_hindered =
        std::any_of(open_.begin(), open_.end(), [&](const FleetTrouble& trouble) {
            return trouble.car == car && trouble.kind < FleetTroubleKind::box_kill;
        });
    if (is_hindered) {
        return;  // It is being seen to.
    }
    if (row.phase == FleetPhase::held || row.phase == FleetPhase::lost) {
        note(fmt::format("{} is {}: {}", site_.name(car), to_string(row.phase), row.text));
        report_.fleet.releases += put_where_it_stands(car) ? 1 : 0;
    } else if (row.status.paused && !paused_.contains(car)) {
        static_cast<void>(site_.fleet().resume(DeviceId(site_.name(car))));
    }
}

/// Drives it by hand to the nearest place that is free, which it sets at the vehicle.
bool FleetRun::put_where_it_stands(std::size_t car) {
    std::map<std::string, planner::Seen> places = site_.judge().places();
    for (const FloorNode& node : site_.floor().nodes) {
        places[node.id] = {node.x_mm, node.y_mm};
    }
    std::vector<std::pair<double, std::string>> near;
    const auto is_free = [&](planner::Seen at) {
        for (std::size_t other = 0; other < site_.size(); ++other) {
            if (other != car && apart(at, site_.seen(other)) < kClearance_mm) {
                return false;
            }
        }
        return true;
    };
    for (const auto& [name, at] : places) {
        const double way = apart(at, site_.seen(car));
        if (way <= kReach_mm && (way < 1 || is_free(at))) {
            near.emplace_back(apart(at, site_.seen(car)), name);
        }
    }
    std::sort(near.begin(), near.end());
    for (const auto& [distance, name] : near) {
        const auto released = site_.fleet().release(DeviceId(site_.name(car)), name);
        if (released) {
            const planner::Seen to = places.at(name);
            site_.judge().put_by_hand(site_.name(car), to);
            site_.car(car).put(name, static_cast<double>(to.x_mm) / 1000,
                               static_cast<double>(to.y_mm) / 1000);
            note(fmt::format("{} is put at {}, {:.0f} mm away", site_.name(car), name, distance));
            return true;
        }
        note(fmt::format("{} is not released at {}: {}", site_.name(car), name,
                         released.error().text));
    }
    return false;
}

}  // namespace tally::sim
