// A floor drawn from numbers: aisles and cross aisles, some of them too near each other for two
// vehicles, some one-way, some missing, some lanes across. Every node can be reached from every
// other one.
#pragma once

#include "firmware/base/prng.hpp"
#include "firmware/domain/layout/floor_layout.hpp"
#include "sim/scenarios/scenario.hpp"

namespace tally::sim {

struct FloorShape {
    std::int64_t columns = 4, rows = 3;  ///< of crossings
    std::int64_t spacing_mm = 2'000;     ///< between columns, at most; at least half of it
    std::int64_t length_mm = 4'000;      ///< between rows, likewise
    std::int64_t narrow_percent = 0;     ///< columns that are 600 to 1,100 mm from the one before
    std::int64_t one_way_percent = 0;    ///< of the lanes
    std::int64_t missing_percent = 0;
    std::int64_t diagonal_percent = 0;  ///< of the fields between four crossings
};

/// Of table `floor`.
FloorShape drawn_shape(const Draws& draws);

/// Nodes are called "c<column>r<row>".
FloorLayout draw_floor(const FloorShape& shape, Prng prng);

}  // namespace tally::sim
