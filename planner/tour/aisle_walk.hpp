// From lanes to a walk: every lane that a tour uses, driven in one go.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/tour/aisle_nodes.hpp"

namespace tally::planner {

struct AisleTour;

/// An Euler walk over the lanes (Hierholzer 1873), from the start node to the end node. The lanes
/// must hang together and have even degree everywhere but at the two ends of an open tour.
AisleTour walk_of(const AisleNodes& nodes, const AisleLanes& lanes);

/// The tour that visits these nodes one after the other, each beside the one before or the same.
/// Its length is that of the ways, without turns.
AisleTour tour_of(const AisleNodes& nodes, const std::vector<std::uint32_t>& walk);

}  // namespace tally::planner
