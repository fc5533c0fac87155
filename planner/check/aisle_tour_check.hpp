// An independent judge of tours on aisle floors: shares no code with the planner of tours, and is
// cheap enough to run on every answer (n log n in picks and legs).
#pragma once

#include <string>
#include <vector>

#include "planner/tour/aisle_tour.hpp"

namespace tally::planner {

/// Everything wrong with a tour as an answer to a request; empty means valid. Valid is: the walk
/// starts and ends where it should, follows aisles and cross aisles past no blockage and against no
/// one-way aisle, is as long as it says (turns included, but for those at its start and end),
/// reaches every pick once in the order of the sequence, and is not shorter than its own lower
/// bound. An empty answer is never valid.
std::vector<std::string> check_aisle_tour(const AisleFloor& floor, const AisleTourRequest& request,
                                          const AisleTour& tour);

}  // namespace tally::planner
