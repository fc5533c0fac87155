#include "planner/check/trips_check.hpp"

namespace tally::planner {

std::vector<std::string> check_trips(const TripsRequest& request, const Trips& trips) {
    std::vector<std::string> problems;
    const auto size = static_cast<std::size_t>(request.ways.rows());
    std::vector<char> is_reached(size, 0);
    std::size_t reached = 0;
    std::int64_t length_mm = 0;
    for (const std::vector<std::uint32_t>& trip : trips.trips) {
        std::int64_t weight = 0;
        std::uint32_t at = 0;
        for (const std::uint32_t stop : trip) {
            if (stop == 0 || stop >= size || is_reached[stop] != 0) {
                problems.push_back("stop " + std::to_string(stop) + " comes twice, or it is none");
                return problems;
            }
            if (at != 0 && !request.ranks.empty() && request.ranks[at] > request.ranks[stop]) {
                problems.push_back("stop " + std::to_string(stop) +
                                   " comes after one of higher rank");
            }
            if (request.ways(at, stop) >= kNoWay) {
                problems.push_back("there is no way from stop " + std::to_string(at) + " to " +
                                   std::to_string(stop));
            }
            is_reached[stop] = 1;
            ++reached;
            weight += request.weights[stop];
            length_mm += request.ways(at, stop);
            at = stop;
        }
        length_mm += request.ways(at, 0);
        if (request.ways(at, 0) >= kNoWay) {
            problems.push_back("there is no way back from stop " + std::to_string(at));
        }
        if (trip.empty() || weight > request.capacity) {
            problems.push_back("a trip carries " + std::to_string(weight) + " of " +
                               std::to_string(request.capacity) + ", or is empty");
        }
    }
    if (reached + 1 != size) {
        problems.push_back(std::to_string(size - 1 - reached) + " stops are not reached");
    }
    if (length_mm != trips.length_mm || trips.lower_bound_mm < 0 ||
        trips.lower_bound_mm > length_mm) {
        problems.push_back("the trips are " + std::to_string(length_mm) +
                           " mm long; the answer says " + std::to_string(trips.length_mm) +
                           ", not less than " + std::to_string(trips.lower_bound_mm));
    }
    return problems;
}

}  // namespace tally::planner
