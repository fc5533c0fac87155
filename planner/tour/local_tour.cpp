#include "planner/tour/local_tour.hpp"

#include <algorithm>

namespace tally::planner {

LocalTour local_tour(const AisleNodes& nodes) {
    LocalTour local;
    if (nodes.first_required != nodes.last_required) {
        return local;
    }
    const std::size_t column = nodes.first_required;
    local.low = nodes.crossing(column, nodes.crosses - 1);
    local.high = nodes.crossing(column, 0);
    for (std::uint32_t node = local.high; node <= nodes.crossing(column, nodes.crosses - 1);
         ++node) {
        if (nodes.is_required[node] != 0) {
            local.low = std::min(local.low, node);
            local.high = std::max(local.high, node);
        }
    }
    std::int32_t length_mm = 0;
    bool is_between_ends = false;
    for (std::uint32_t node = local.low; node < local.high; ++node) {
        is_between_ends = is_between_ends != (nodes.ends[node] == 1);
        if (nodes.passable[node] == 0) {
            return local;
        }
        length_mm += (is_between_ends ? 1 : 2) * (nodes.y_mm[node + 1] - nodes.y_mm[node]);
    }
    local.length_mm = length_mm;
    return local;
}

AisleLanes local_lanes(const AisleNodes& nodes, const LocalTour& local) {
    AisleLanes lanes{std::vector<std::uint8_t>(nodes.size(), 0),
                     std::vector<std::uint8_t>(nodes.crossings.size(), 0)};
    bool is_between_ends = false;
    for (std::uint32_t node = local.low; node < local.high; ++node) {
        is_between_ends = is_between_ends != (nodes.ends[node] == 1);
        lanes.up[node] = is_between_ends ? 1 : 2;
    }
    return lanes;
}

}  // namespace tally::planner
