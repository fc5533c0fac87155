// An independent judge of headings: vehicles drive the way they look and turn on the spot.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "planner/traffic/traffic_map.hpp"

namespace tally::planner {

/// Where a vehicle is and which way it looks, in degrees: 0 along x, 90 along y.
struct Pose {
    Cell cell = kNoCell;
    std::int32_t bearing = 0;
};

/// Everything wrong with one vehicle's steps, at most 20 sentences. Valid is: in a step it waits,
/// turns on the spot by at most `turn_degrees`, or drives to a cell the map joins to its own,
/// looking that way before and after, to 20 degrees.
std::vector<std::string> check_headings(const TrafficMap& map, const std::vector<Pose>& poses,
                                        std::int32_t turn_degrees);

}  // namespace tally::planner
