// From lanes to a walk: every lane that a tour uses, driven in one go.
#pragma once

#include "planner/tour/aisle_nodes.hpp"

namespace tally::planner {

struct AisleTour;

/// An Euler walk over the lanes (Hierholzer 1873), from the start node to the end node. The lanes
/// must hang together and have even degree everywhere but at the two ends of an open tour.
AisleTour walk_of(const AisleNodes& nodes, const AisleLanes& lanes);

}  // namespace tally::planner
