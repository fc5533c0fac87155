// Ways from and to the start of a tour, over any others of its stops.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/tour/stop_tour.hpp"

namespace tally::planner {

/// From the start (row 0) to every stop, in mm; `is_back`: from every stop to the start. The direct
/// way need not be the shortest: with turn costs a vehicle may turn round at a stop, and a lane may
/// have been closed while ways were asked for. Dijkstra (1959) on the matrix, the square of its
/// rows in time.
std::vector<std::int64_t> start_ways(const WayMatrix& ways, bool is_back);

}  // namespace tally::planner
