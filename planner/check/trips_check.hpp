// Are these trips what was asked for? Shares no code with the planner.
#pragma once

#include <string>
#include <vector>

#include "planner/tour/trips.hpp"

namespace tally::planner {

/// Everything wrong with trips; empty means valid: every stop but the start once, no trip above the
/// capacity, within a trip lower ranks first, only ways that exist, as long as they say and not
/// below their own bound.
std::vector<std::string> check_trips(const TripsRequest& request, const Trips& trips);

}  // namespace tally::planner
