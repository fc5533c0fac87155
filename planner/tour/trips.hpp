// Tours of a vehicle that cannot carry everything at once: out, back to the start, and out again.
#pragma once

#include <cstdint>
#include <vector>

#include "firmware/base/result.hpp"
#include "planner/tour/stop_tour.hpp"

namespace tally::planner {

struct TripsRequest {
    WayMatrix ways;                     ///< between stops; the first is the start
    std::vector<std::int32_t> weights;  ///< one a stop; that of the start is not used
    std::vector<std::int32_t> ranks;    ///< as in StopTourRequest: within a trip lower ones first
    std::int32_t capacity = 0;
};

struct Trips {
    std::vector<std::vector<std::uint32_t>> trips;  ///< stops without the start
    std::int64_t length_mm = 0;
};

/// A tour cut into trips that each carry at most `capacity` and return to the start between: the
/// shortest cut of this sequence (Beasley 1983). Weights one a stop; that of the start is not used.
Result<Trips> cut_by_capacity(const WayMatrix& ways, const std::vector<std::uint32_t>& sequence,
                              const std::vector<std::int32_t>& weights, std::int32_t capacity);

/// No trips are shorter in total: a trip is as long as the way to any of its stops and back, so it
/// is at least the mean of these by the share of the capacity that each stop takes.
[[nodiscard]] std::int64_t trips_bound(const TripsRequest& request);

}  // namespace tally::planner
