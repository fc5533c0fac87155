// The earliest way of one vehicle through what the others have booked: safe interval path planning
// (SIPP). Source: Phillips and Likhachev, ICRA 2011.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/traffic/timetable.hpp"

namespace tally::planner {

class GapSearch {
 public:
    /// Both must outlive it.
    GapSearch(const TrafficMap& map, const Timetable& timetable);

    /// Fills `path` with the way that arrives earliest at the goal, by `cost_max`, and can stay
    /// there; false if there is none. `steps` says the steps to the goal of an empty map.
    bool find(Cell start, Cell goal, const std::vector<std::uint16_t>& steps,
              std::uint32_t cost_max, std::vector<Cell>& path);

    /// Gaps looked at so far, some 20 ns each.
    [[nodiscard]] std::int64_t work() const { return work_; }

 private:
    struct Node {
        Cell cell;
        Gap gap;
        std::uint32_t arrival;
        std::uint32_t before;
        std::uint32_t other;  ///< the next node of this cell
        std::uint32_t expanded = kForever;
    };
    static constexpr std::uint32_t kNone = 0xffffffff;

    void reach(Cell cell, const Gap& gap, std::uint32_t arrival, std::uint32_t before);
    void expand(std::uint32_t node);
    void trace(std::uint32_t node, std::vector<Cell>& path) const;

    const TrafficMap* map_;
    const Timetable* timetable_;
    const std::vector<std::uint16_t>* steps_ = nullptr;
    std::uint32_t cost_max_ = 0;
    std::uint32_t goal_free_ = 0;  ///< from when on the goal is free for ever
    std::uint32_t least_ = 0;      ///< cost of the first bucket
    std::vector<Node> nodes_;
    std::vector<std::uint32_t> first_of_;  ///< by cell, valid if the stamp is this search's
    std::vector<std::uint32_t> stamp_;
    std::uint32_t search_ = 0;
    std::vector<std::vector<std::uint32_t>> buckets_;  ///< by cost, last in first out
    std::int64_t work_ = 0;
};

}  // namespace tally::planner
