// A reference for tours on aisle floors that shares nothing with the planner: shortest paths by
// Dijkstra over (place, heading), tours by Held and Karp over all subsets. For small cases.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <tuple>
#include <vector>

#include "firmware/domain/layout/aisle_floor.hpp"

namespace tally::test {

inline constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max() / 4;

/// Shortest way between points of a floor with blockages. No one-way aisles, no turn costs.
class FloorReference {
 public:
    FloorReference(const AisleFloor& floor, std::vector<FloorPoint> points)
        : floor_(floor), points_(std::move(points)) {
        const std::vector<std::int32_t> crosses = floor.cross_y_mm();
        ys_.resize(static_cast<std::size_t>(floor.aisles));
        for (std::size_t aisle = 0; aisle < ys_.size(); ++aisle) {
            ys_[aisle].insert(crosses.begin(), crosses.end());
        }
        for (const FloorPoint& point : points_) {
            ys_[static_cast<std::size_t>(point.aisle)].insert(point.y_mm);
        }
    }

    std::map<FloorPoint, std::int64_t> distances_from(FloorPoint source) const {
        std::map<FloorPoint, std::int64_t> distance{{source, 0}};
        std::set<std::pair<std::int64_t, FloorPoint>> open{{0, source}};
        while (!open.empty()) {
            const auto [length, at] = *open.begin();
            open.erase(open.begin());
            for (const auto& [next, leg] : neighbours(at)) {
                const auto known = distance.find(next);
                if (known == distance.end() || length + leg < known->second) {
                    distance[next] = length + leg;
                    open.insert({length + leg, next});
                }
            }
        }
        return distance;
    }

    std::vector<std::vector<std::int64_t>> matrix() const {
        std::vector<std::vector<std::int64_t>> all;
        for (const FloorPoint& from : points_) {
            const auto distance = distances_from(from);
            std::vector<std::int64_t> row;
            for (const FloorPoint& to : points_) {
                const auto at = distance.find(to);
                row.push_back(at == distance.end() ? kFar : at->second);
            }
            all.push_back(row);
        }
        return all;
    }

 private:
    std::vector<std::pair<FloorPoint, std::int64_t>> neighbours(FloorPoint at) const {
        std::vector<std::pair<FloorPoint, std::int64_t>> next;
        const auto& ys = ys_[static_cast<std::size_t>(at.aisle)];
        const auto here = ys.find(at.y_mm);
        if (here != ys.begin()) {
            add_lane(next, at, *std::prev(here));
        }
        if (std::next(here) != ys.end()) {
            add_lane(next, at, *std::next(here));
        }
        const std::vector<std::int32_t> crosses = floor_.cross_y_mm();
        for (std::size_t i = 0; i < crosses.size(); ++i) {
            if (crosses[i] == at.y_mm) {
                add_cross(next, at, i, at.aisle - 1);
                add_cross(next, at, i, at.aisle);
            }
        }
        return next;
    }

    void add_lane(std::vector<std::pair<FloorPoint, std::int64_t>>& next, FloorPoint at,
                  std::int32_t y) const {
        for (const AisleBlockage& blockage : floor_.blocked_aisles) {
            if (blockage.aisle == at.aisle && std::min(at.y_mm, y) < blockage.to_mm &&
                blockage.from_mm < std::max(at.y_mm, y)) {
                return;
            }
        }
        next.push_back({{at.aisle, y}, std::abs(at.y_mm - y)});
    }

    void add_cross(std::vector<std::pair<FloorPoint, std::int64_t>>& next, FloorPoint at,
                   std::size_t cross, std::int32_t left) const {
        if (left < 0 || left + 1 >= floor_.aisles) {
            return;
        }
        for (const CrossBlockage& blockage : floor_.blocked_crosses) {
            if (blockage.aisle == left && static_cast<std::size_t>(blockage.cross) == cross) {
                return;
            }
        }
        next.push_back({{at.aisle == left ? left + 1 : left, at.y_mm}, floor_.spacing_mm});
    }

    AisleFloor floor_;
    std::vector<FloorPoint> points_;
    std::vector<std::set<std::int32_t>> ys_;
};

/// Shortest walk from point `start` through all others to `end` (closed if equal); kFar if none.
inline std::int64_t held_karp(const std::vector<std::vector<std::int64_t>>& distance,
                              std::size_t start, std::size_t end) {
    const std::size_t n = distance.size();
    const std::size_t sets = std::size_t{1} << n;
    std::vector<std::vector<std::int64_t>> best(sets, std::vector<std::int64_t>(n, kFar));
    best[std::size_t{1} << start][start] = 0;
    for (std::size_t set = 0; set < sets; ++set) {
        for (std::size_t last = 0; last < n; ++last) {
            if (best[set][last] >= kFar) {
                continue;
            }
            for (std::size_t next = 0; next < n; ++next) {
                if ((set >> next & 1U) == 0 && distance[last][next] < kFar) {
                    std::int64_t& to = best[set | (std::size_t{1} << next)][next];
                    to = std::min(to, best[set][last] + distance[last][next]);
                }
            }
        }
    }
    std::int64_t shortest = kFar;
    for (std::size_t last = 0; last < n; ++last) {
        if (start == end) {
            shortest = std::min(shortest, best[sets - 1][last] + distance[last][start]);
        } else if (last == end) {
            shortest = best[sets - 1][last];
        }
    }
    return shortest;
}

}  // namespace tally::test
