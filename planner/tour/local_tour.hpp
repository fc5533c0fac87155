// Tours that never leave one aisle: to and fro along it, and nothing is shorter.
#pragma once

#include <cstdint>
#include <limits>

#include "planner/tour/aisle_nodes.hpp"

namespace tally::planner {

/// From the lowest to the highest node that must be visited, all in one two-way aisle.
struct LocalTour {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::int32_t length_mm = std::numeric_limits<std::int32_t>::max() / 2;  ///< as it is: none
};

/// None if the nodes lie in different aisles, or a blockage lies between them.
LocalTour local_tour(const AisleNodes& nodes);

AisleLanes local_lanes(const AisleNodes& nodes, const LocalTour& local);

}  // namespace tally::planner
