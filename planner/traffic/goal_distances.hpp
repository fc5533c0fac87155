// Steps from every cell to a goal, one table a goal, made when it is first asked for by
// breadth-first search against the steps.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/traffic/traffic_map.hpp"

namespace tally::planner {

/// The map must outlive it. A table of a 38,000-cell map takes 77 kB and about a third of a ms.
class GoalDistances {
 public:
    static constexpr std::uint16_t kFar = 0xffff;  ///< no way, or 65,535 steps and more

    explicit GoalDistances(const TrafficMap& map) : map_(&map), tables_(map.size()) {}

    /// Steps to the goal, by cell. Valid as long as this object.
    const std::vector<std::uint16_t>& to(Cell goal);

 private:
    const TrafficMap* map_;
    std::vector<std::vector<std::uint16_t>> tables_;  ///< by goal; empty: not asked for yet
    std::vector<Cell> queue_;
};

}  // namespace tally::planner
