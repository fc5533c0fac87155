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
    std::vector<std::int32_t> ranks;    ///< one a stop or none: within a trip lower ones first
    std::int32_t capacity = 0;
};

struct Trips {
    std::vector<std::vector<std::uint32_t>> trips;  ///< stops without the start
    std::int64_t length_mm = 0;
    std::int64_t lower_bound_mm = 0;  ///< no trips are shorter in total
};

/// The shortest trips of all, for up to kExactStopsMax stops: one table over subsets says how long
/// a trip through each is (Held and Karp 1962), another which of them to drive. `refused` as below,
/// and where ways or ranks leave no trips.
Result<Trips> shortest_trips(const TripsRequest& request);

/// A tour through all stops, cut into trips that each carry at most `capacity` and return to the
/// start between: the shortest cut of this sequence (Beasley 1983), with trips_bound. `refused`: no
/// capacity, or a stop above it.
Result<Trips> cut_by_capacity(const TripsRequest& request, const StopTour& tour);

/// No trips are shorter: a trip is as long as the way to any of its stops and back, so together
/// they are at least the mean of these by the share of the capacity that each stop takes. `tour` is
/// through all stops; its bound counts only where returning to the start between can save nothing:
/// without ranks, which hold within a trip but all along a tour, and where no way is longer than by
/// way of the start.
[[nodiscard]] std::int64_t trips_bound(const TripsRequest& request, const StopTour& tour);

}  // namespace tally::planner
