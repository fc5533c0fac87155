#include "sim/scenarios/fleet/floor_person.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace tally::sim {

namespace {

constexpr double kReach_mm = 8'000;      ///< nobody drives one by hand farther than that
constexpr double kClearance_mm = 1'000;  ///< nor so near to another
constexpr double kDetour_mm = 1'000;     ///< one way round goes so far out, the next twice so far
constexpr int kBearings = 16;
constexpr int kDistances = 3;

double apart(planner::Seen a, planner::Seen b) {
    return std::hypot(static_cast<double>(a.x_mm - b.x_mm), static_cast<double>(a.y_mm - b.y_mm));
}

/// Of `at` from the straight way.
double from_way(planner::Seen at, planner::Seen from, planner::Seen to) {
    const double way = apart(from, to);
    const double along = way < 1
                             ? 0
                             : static_cast<double>((at.x_mm - from.x_mm) * (to.x_mm - from.x_mm) +
                                                   (at.y_mm - from.y_mm) * (to.y_mm - from.y_mm)) /
                                   (way * way);
    const double part = std::clamp(along, 0.0, 1.0);
    const planner::Seen nearest{
        from.x_mm + std::lround(part * static_cast<double>(to.x_mm - from.x_mm)),
        from.y_mm + std::lround(part * static_cast<double>(to.y_mm - from.y_mm))};
    return apart(at, nearest);
}

}  // namespace

void FloorPerson::look() {
    const std::vector<FleetRow> rows = scene_.running_fleet()->rows();
    for (std::size_t car = 0; car < rows.size(); ++car) {
        look_at(car, rows[car]);
    }
}

void FloorPerson::look_at(std::size_t car, const FleetRow& row) {
    if (troubles_.is_hindered(car)) {
        return;
    }
    // Of one that was just switched on nobody knows for a moment; then a person must say.
    const bool was_unknown = unknown_.erase(car) > 0;
    if (row.is_unknown) {
        unknown_.insert(car);
    }
    if (row.phase == FleetPhase::held || row.phase == FleetPhase::lost || row.is_off_node ||
        (row.is_unknown && was_unknown)) {
        note_(fmt::format("{} is {}: {}", scene_.yard().name(car), to_string(row.phase), row.text));
        releases_ += put_where_it_stands(car) ? 1 : 0;
    } else if (row.status.paused && !troubles_.is_paused(car)) {
        scene_.resume(car);
    }
}

/// Nobody else is on the straight way or too near it; who is near already must not come nearer.
bool FloorPerson::is_open_floor(std::size_t car, planner::Seen from, planner::Seen to) const {
    for (std::size_t other = 0; other < scene_.yard().size(); ++other) {
        const planner::Seen its = scene_.yard().seen(other);
        if (other != car &&
            from_way(its, from, to) < std::min(kClearance_mm, apart(its, from) - 1)) {
            return false;
        }
    }
    return true;
}

/// Straight, or around one that stands in between.
bool FloorPerson::can_be_driven(std::size_t car, planner::Seen to) const {
    const planner::Seen from = scene_.yard().seen(car);
    if (is_open_floor(car, from, to)) {
        return true;
    }
    for (int i = 0; i < kBearings * kDistances; ++i) {
        const double bearing = 2 * std::acos(-1.0) * (i % kBearings) / kBearings;
        const double way = kDetour_mm * (1 + i / kBearings);
        const planner::Seen corner{from.x_mm + std::lround(way * std::cos(bearing)),
                                   from.y_mm + std::lround(way * std::sin(bearing))};
        if (is_open_floor(car, from, corner) && is_open_floor(car, corner, to)) {
            return true;
        }
    }
    return false;
}

/// Drives it by hand to the nearest place that is free, which it sets at the vehicle.
bool FloorPerson::put_where_it_stands(std::size_t car) {
    std::map<std::string, planner::Seen> places = scene_.yard().judge().places();
    for (const FloorNode& node : scene_.yard().floor().nodes) {
        places[node.id] = {node.x_mm, node.y_mm};
    }
    std::vector<std::pair<double, std::string>> near;
    const auto is_free = [&](planner::Seen at) {
        for (std::size_t other = 0; other < scene_.yard().size(); ++other) {
            if (other != car && apart(scene_.yard().seen(other), at) < kClearance_mm) {
                return false;
            }
        }
        return can_be_driven(car, at);
    };
    for (const auto& [name, at] : places) {
        const double way = apart(at, scene_.yard().seen(car));
        if (way <= kReach_mm && (way < 1 || is_free(at))) {
            near.emplace_back(apart(at, scene_.yard().seen(car)), name);
        }
    }
    std::sort(near.begin(), near.end());
    for (const auto& [distance, name] : near) {
        const auto released = scene_.release(car, name);
        if (released) {
            const planner::Seen to = places.at(name);
            scene_.yard().judge().put_by_hand(car, scene_.yard().name(car), to);
            scene_.yard().car(car).put(name, static_cast<double>(to.x_mm) / 1000,
                                       static_cast<double>(to.y_mm) / 1000);
            note_(fmt::format("{} is put at {}, {:.0f} mm away", scene_.yard().name(car), name,
                              distance));
            return true;
        }
        note_(fmt::format("{} is not released at {}: {}", scene_.yard().name(car), name,
                          released.error().text));
    }
    return false;
}

}  // namespace tally::sim
