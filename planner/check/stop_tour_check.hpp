// An independent judge of tours through stops.
#pragma once

#include <string>
#include <vector>

#include "planner/tour/stop_tour.hpp"

namespace tally::planner {

/// Everything wrong with a tour; empty means valid. Valid is: every stop once, from the first (to
/// the last, if it is not a round), along ways that exist, never a lower rank after a higher one,
/// as long as it says, and not shorter than its bound. An empty answer is never valid.
std::vector<std::string> check_stop_tour(const StopTourRequest& request, const StopTour& tour);

}  // namespace tally::planner
