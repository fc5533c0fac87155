// A floor, and a tour on it, as a picture.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "firmware/domain/layout/floor_layout.hpp"

namespace tally {

/// Points of a tour in mm, in order.
using FloorTrack = std::vector<std::pair<std::int32_t, std::int32_t>>;

/// Where a stop lies.
std::pair<std::int32_t, std::int32_t> point_of(const FloorLayout& floor, const FloorStop& stop);

/// SVG 1.1, front at the bottom, 1,000 units wide: lanes (one-way ones with an arrow head), stops
/// by kind with their place as title, the track on top. Same floor, same bytes.
std::string floor_svg(const FloorLayout& floor, const FloorTrack& track);

}  // namespace tally
