#include "firmware/services/fleet/floor_ways.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>

namespace tally {

using planner::Cell;

namespace {

constexpr std::int32_t kNoWay = -1;

}  // namespace

FloorWays::FloorWays(const planner::TrafficMap& map, const FloorLayout& floor) : map_(&map) {
    for (std::uint32_t i = 0; i < floor.lanes.size(); ++i) {
        const auto cells = map.lane(i);
        const auto steps = static_cast<std::int32_t>(cells.size()) - 1;
        for (std::size_t at = 0; at + 1 < cells.size(); ++at) {
            const std::int32_t mm = (floor.lanes[i].length_mm + steps - 1) / steps;
            lane_steps_mm_[{cells[at], cells[at + 1]}] = mm;
            lane_steps_mm_[{cells[at + 1], cells[at]}] = mm;
        }
    }
}

void FloorWays::close(std::set<Step> closed) {
    closed_ = std::move(closed);
    tables_.clear();
}

std::optional<std::int64_t> FloorWays::length_mm(Cell from, Cell to) {
    auto found = tables_.find(to);
    if (found == tables_.end()) {
        if (tables_.size() >= kTablesMax) {
            tables_.clear();
        }
        found = tables_.emplace(to, table_to(to)).first;
    }
    const std::int32_t mm = found->second[from];
    return mm == kNoWay ? std::nullopt : std::optional<std::int64_t>(mm);
}

/// Steps that a lane does not name are as long as they look.
std::int32_t FloorWays::step_mm(Cell from, Cell to) const {
    const auto found = lane_steps_mm_.find({from, to});
    if (found != lane_steps_mm_.end()) {
        return found->second;
    }
    return static_cast<std::int32_t>(std::ceil(
        std::hypot(map_->x_mm(from) - map_->x_mm(to), map_->y_mm(from) - map_->y_mm(to))));
}

std::vector<std::int32_t> FloorWays::table_to(Cell goal) const {
    std::vector<std::int32_t> table(map_->size(), kNoWay);
    using Reached = std::pair<std::int32_t, Cell>;
    std::priority_queue<Reached, std::vector<Reached>, std::greater<>> open;
    table[goal] = 0;
    open.emplace(0, goal);
    while (!open.empty()) {
        const auto [mm, cell] = open.top();
        open.pop();
        if (mm != table[cell]) {
            continue;
        }
        for (const Cell before : map_->before(cell)) {
            if (closed_.contains({before, cell})) {
                continue;
            }
            const std::int32_t longer = mm + step_mm(before, cell);
            if (table[before] == kNoWay || longer < table[before]) {
                table[before] = longer;
                open.emplace(longer, before);
            }
        }
    }
    return table;
}

}  // namespace tally
