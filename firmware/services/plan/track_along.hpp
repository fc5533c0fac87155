// A sequence of stops as a line on the floor.
#pragma once

#include <cstdint>
#include <vector>

#include "firmware/messages/layout/floor_svg.hpp"
#include "planner/map/floor_graph.hpp"

namespace tally {

/// Points of the way along stops of the graph's floor, nodes between them included.
FloorTrack track_along(const planner::FloorGraph& graph, const std::vector<std::uint32_t>& stops);

}  // namespace tally
