#include "firmware/services/fleet/floor_ways.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <utility>

namespace tally {

using planner::Cell;

namespace {

constexpr std::int32_t kNoWay = -1;

}  // namespace

/// Steps that no lane names are as long as they look.
FloorWays::FloorWays(const planner::TrafficMap& map, const FloorLayout& floor) {
    std::map<Step, std::int32_t> lane_steps_mm;
    for (std::uint32_t i = 0; i < floor.lanes.size(); ++i) {
        const auto cells = map.lane(i);
        const auto offsets = map.offsets_mm(i);
        for (std::size_t at = 0; at + 1 < cells.size(); ++at) {
            const std::int32_t mm = offsets[at + 1] - offsets[at];
            lane_steps_mm[{cells[at], cells[at + 1]}] = mm;
            lane_steps_mm[{cells[at + 1], cells[at]}] = mm;
        }
    }
    for (Cell cell = 0; cell < map.size(); ++cell) {
        for (const Cell before : map.before(cell)) {
            const auto lane = lane_steps_mm.find({before, cell});
            const auto looks = static_cast<std::int32_t>(std::ceil(
                std::hypot(map.x_mm(before) - map.x_mm(cell), map.y_mm(before) - map.y_mm(cell))));
            entries_.push_back(
                {before, lane == lane_steps_mm.end() ? looks : lane->second, 0, false});
        }
        first_.push_back(static_cast<std::uint32_t>(entries_.size()));
    }
}

void FloorWays::close(std::set<Step> closed) {
    for (const Step& step : closed_) {
        set_road(step, Road::open);
    }
    for (const Step& step : closed) {
        set_road(step, Road::closed);
    }
    closed_ = std::move(closed);
    tables_.clear();
}

void FloorWays::set_road(const Step& step, Road road) {
    for (std::uint32_t i = first_[step.second]; i < first_[step.second + 1]; ++i) {
        if (entries_[i].from == step.first) {
            entries_[i].is_closed = road == Road::closed;
        }
    }
}

void FloorWays::lengthen(std::map<Step, std::int32_t> longer) {
    if (longer == longer_) {
        return;
    }
    for (const auto& [step, mm] : longer_) {
        set_longer(step, 0);
    }
    for (const auto& [step, mm] : longer) {
        set_longer(step, mm);
    }
    longer_ = std::move(longer);
    tables_.clear();
}

void FloorWays::set_longer(const Step& step, std::int32_t mm) {
    for (std::uint32_t i = first_[step.second]; i < first_[step.second + 1]; ++i) {
        if (entries_[i].from == step.first) {
            entries_[i].longer_mm = mm;
        }
    }
}

std::optional<std::int64_t> FloorWays::length_mm(Cell from, Cell to) {
    auto found = tables_.find(to);
    if (found == tables_.end()) {
        if (tables_.size() >= kTablesMax) {
            tables_.erase(tables_.begin());  // Any: whoever asks in turn loses few by that.
        }
        found = tables_.emplace(to, table_to(to)).first;
    }
    const std::int32_t mm = found->second[from];
    return mm == kNoWay ? std::nullopt : std::optional<std::int64_t>(mm);
}

std::vector<std::int32_t> FloorWays::table_to(Cell goal) const {
    std::vector<std::int32_t> table(first_.size() - 1, kNoWay);
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
        for (std::uint32_t i = first_[cell]; i < first_[cell + 1]; ++i) {
            const Entry& entry = entries_[i];
            const std::int32_t longer = mm + entry.mm + entry.longer_mm;
            if (!entry.is_closed && (table[entry.from] == kNoWay || longer < table[entry.from])) {
                table[entry.from] = longer;
                open.emplace(longer, entry.from);
            }
        }
    }
    return table;
}

}  // namespace tally
