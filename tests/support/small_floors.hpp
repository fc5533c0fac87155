// Small drawn floors with one-way lanes and cells near each other, where all positions can be
// looked at.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "firmware/base/prng.hpp"
#include "planner/traffic/traffic_map.hpp"

namespace tally::test {

inline planner::TrafficMap draw_small_map(Prng& prng, std::int32_t clearance_mm = 900) {
    FloorLayout floor;
    for (int i = 0; i < 9; ++i) {
        const auto narrow = static_cast<std::int32_t>(prng.between(0, 300));
        const std::int32_t x = i % 3 * 1'000 - (i % 3 == 2 ? narrow : 0);
        floor.nodes.push_back({"n" + std::to_string(i), x, i / 3 * 1'000});
    }
    const auto join = [&](std::uint32_t from, std::uint32_t to) {
        const std::int64_t kind = prng.between(0, 9);
        if (kind < 2) {
            return;
        }
        const std::int32_t length = std::abs(floor.nodes[to].x_mm - floor.nodes[from].x_mm) +
                                    floor.nodes[to].y_mm - floor.nodes[from].y_mm;
        const bool is_turned = kind == 3;
        floor.lanes.push_back({is_turned ? to : from, is_turned ? from : to, length,
                               kind < 4 ? LaneDirection::forward : LaneDirection::both});
    };
    for (std::uint32_t i = 0; i < 9; ++i) {
        if (i % 3 < 2) {
            join(i, i + 1);
        }
        if (i < 6) {
            join(i, i + 3);
        }
    }
    return *planner::TrafficMap::of_layout(floor, {std::max(1'000, clearance_mm), clearance_mm});
}

inline bool are_apart(const planner::TrafficMap& map, const std::vector<planner::Cell>& at) {
    for (std::size_t i = 0; i < at.size(); ++i) {
        for (std::size_t k = 0; k < at.size(); ++k) {
            const auto near = map.near(at[i]);
            if (i != k &&
                (at[i] == at[k] || std::find(near.begin(), near.end(), at[k]) != near.end())) {
                return false;
            }
        }
    }
    return true;
}

/// Two vehicles to `most`, apart from each other.
inline std::vector<planner::Cell> draw_position(const planner::TrafficMap& map, Prng& prng,
                                                std::size_t most = 5) {
    std::vector<planner::Cell> at;
    const std::size_t count = 2 + prng.below(most - 1);
    for (int tries = 0; at.size() < count && tries < 100; ++tries) {
        at.push_back(static_cast<planner::Cell>(prng.below(map.size())));
        if (!are_apart(map, at)) {
            at.pop_back();
        }
    }
    return at;
}

/// Every position that single moves lead to, by vehicle.
inline std::set<std::vector<planner::Cell>> positions_from(const planner::TrafficMap& map,
                                                           const std::vector<planner::Cell>& at) {
    std::set<std::vector<planner::Cell>> seen{at};
    std::vector<std::vector<planner::Cell>> open{at};
    for (std::size_t i = 0; i < open.size(); ++i) {
        for (std::size_t vehicle = 0; vehicle < at.size(); ++vehicle) {
            for (const planner::Cell to : map.next(open[i][vehicle])) {
                std::vector<planner::Cell> next = open[i];
                next[vehicle] = to;
                if (are_apart(map, next) && seen.insert(next).second) {
                    open.push_back(std::move(next));
                }
            }
        }
    }
    return seen;
}

/// Whether everybody comes from everywhere to everywhere, alone.
inline bool is_connected(const planner::TrafficMap& map) {
    for (planner::Cell cell = 0; cell < map.size(); ++cell) {
        if (positions_from(map, {cell}).size() < map.size()) {
            return false;
        }
    }
    return true;
}

}  // namespace tally::test
