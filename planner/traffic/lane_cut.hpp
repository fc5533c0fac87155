// Where a lane is cut into cells: at the places where vehicles must stand exactly, at others if
// that brings vehicles nearer to them, and evenly between.
#pragma once

#include <cstdint>
#include <vector>

namespace tally::planner {

/// Lengths in mm, offsets from the lane's first node. Offsets may stand in any order and twice.
struct LaneCut {
    std::int32_t length_mm = 0;
    std::int32_t step_min_mm = 1;      ///< no step is shorter, but on lanes shorter than that
    std::vector<std::int32_t> exact;   ///< a vehicle must stand right there
    std::vector<std::int32_t> wanted;  ///< it should stand as near as can be
};

/// Offsets of the cells, ascending, with both ends. Of `exact` all that keep `step_min_mm` from
/// the ends and from each other; of two that are too near to each other the first. Between them the
/// lane is cut at what is `wanted`, likewise, where the sum of the ways from there to the nearest
/// cell is smaller so than with even steps; and into as many even steps as fit.
std::vector<std::int32_t> cut_lane(const LaneCut& lane);

}  // namespace tally::planner
