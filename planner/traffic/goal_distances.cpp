#include "planner/traffic/goal_distances.hpp"

namespace tally::planner {

const std::vector<std::uint16_t>& GoalDistances::to(Cell goal) {
    std::vector<std::uint16_t>& table = tables_[goal];
    if (!table.empty()) {
        return table;
    }
    table.assign(map_->size(), kFar);
    queue_.resize(map_->size());
    table[goal] = 0;
    queue_[0] = goal;
    std::size_t end = 1;
    for (std::size_t i = 0; i < end; ++i) {
        const Cell cell = queue_[i];
        const std::uint16_t steps = table[cell];
        if (steps + 1 >= kFar) {
            break;
        }
        for (const Cell before : map_->before(cell)) {
            if (table[before] == kFar) {
                table[before] = static_cast<std::uint16_t>(steps + 1);
                queue_[end++] = before;
            }
        }
    }
    return table;
}

}  // namespace tally::planner
