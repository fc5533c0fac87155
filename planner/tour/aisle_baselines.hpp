// The routes that warehouses drive today, to compare with. All of them use the front and the back
// cross aisle only, whatever lies between (Hall, IIE Transactions 25, 1993; Petersen 1997).
#pragma once

#include <array>

#include "planner/tour/aisle_tour.hpp"

namespace tally::planner {

enum class Baseline : std::uint8_t {
    s_shape,      ///< every aisle with picks from one end to the other
    largest_gap,  ///< in and out from both ends, leaving out the widest gap
    return_trip,  ///< in and out from the front
};
inline constexpr std::array kBaselines{Baseline::s_shape, Baseline::largest_gap,
                                       Baseline::return_trip};

std::string_view to_string(Baseline baseline) noexcept;

/// The closed tour of a baseline, from the start (or the first pick) back to it. Its bound is 0: a
/// baseline knows none. Refuses floors with blockages, one-way aisles or turn costs, a different
/// end, and what AisleTourPlanner refuses as request.
Result<AisleTour> baseline_tour(const AisleFloor& floor, const AisleTourRequest& request,
                                Baseline baseline);

}  // namespace tally::planner
