#include "firmware/services/plan/track_along.hpp"

namespace tally {

FloorTrack track_along(const planner::FloorGraph& graph, const std::vector<std::uint32_t>& stops) {
    const FloorLayout& floor = graph.layout();
    FloorTrack track;
    for (std::size_t i = 0; i < stops.size(); ++i) {
        if (i > 0) {
            for (const std::uint32_t node : graph.path(stops[i - 1], stops[i])) {
                track.emplace_back(floor.nodes[node].x_mm, floor.nodes[node].y_mm);
            }
        }
        track.push_back(point_of(floor, floor.stops[stops[i]]));
    }
    return track;
}

}  // namespace tally
