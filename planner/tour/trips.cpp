#include "planner/tour/trips.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "planner/tour/start_ways.hpp"
#include "planner/tour/subset_table.hpp"

namespace tally::planner {

namespace {

constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max() / 4;

/// No way is longer than by way of the start.
bool is_start_never_nearer(const WayMatrix& ways) {
    for (Eigen::Index from = 1; from < ways.rows(); ++from) {
        for (Eigen::Index to = 1; to < ways.cols(); ++to) {
            if (ways(from, to) > std::int64_t{ways(from, 0)} + ways(0, to)) {
                return false;
            }
        }
    }
    return true;
}

Result<void> check_load(const TripsRequest& request) {
    if (request.capacity < 1) {
        return fail(ErrorKind::refused, "a vehicle of capacity " +
                                            std::to_string(request.capacity) +
                                            " carries nothing; write 1 or more");
    }
    for (std::size_t stop = 1; stop < request.weights.size(); ++stop) {
        const std::int32_t weight = request.weights[stop];
        if (weight < 0 || weight > request.capacity) {
            return fail(ErrorKind::refused,
                        "stop " + std::to_string(stop) + " weighs " + std::to_string(weight) +
                            " and a vehicle carries 0 to " + std::to_string(request.capacity));
        }
    }
    return {};
}

/// Ways, without those from a stop to one of lower rank.
std::vector<std::int64_t> ranked_costs(const TripsRequest& request) {
    const auto size = static_cast<std::size_t>(request.ways.rows());
    std::vector<std::int64_t> cost(request.ways.data(), request.ways.data() + size * size);
    for (std::size_t from = 1; from < size && !request.ranks.empty(); ++from) {
        for (std::size_t to = 1; to < size; ++to) {
            if (request.ranks[from] > request.ranks[to]) {
                cost[from * size + to] = kNoWay;
            }
        }
    }
    return cost;
}

/// Which subsets one vehicle can carry and drive.
std::vector<char> trips_that_fit(const TripsRequest& request, const SubsetTable& table) {
    std::vector<char> fits(table.subsets(), 0);
    for (std::size_t set = 1; set < fits.size(); ++set) {
        std::int64_t weight = 0;
        for (std::size_t stop = 1; set >> (stop - 1) != 0; ++stop) {
            weight += (set >> (stop - 1) & 1U) != 0 ? request.weights[stop] : 0;
        }
        fits[set] = weight <= request.capacity && table.round(set) < kNoWay ? 1 : 0;
    }
    return fits;
}

}  // namespace

Result<Trips> shortest_trips(const TripsRequest& request) {
    TALLY_TRY(check_load(request));
    const auto size = static_cast<std::size_t>(request.ways.rows());
    if (size < 1 || size > kExactStopsMax) {
        return fail(ErrorKind::exhausted, "the shortest trips of all through " +
                                              std::to_string(size) +
                                              " stops; cut a tour of more than 12 stops");
    }
    const SubsetTable table(ranked_costs(request), size);
    const std::vector<char> fits = trips_that_fit(request, table);
    std::vector<std::int64_t> least(table.subsets(), kFar);
    std::vector<std::size_t> trip_of(table.subsets(), 0);
    least.front() = 0;
    for (std::size_t set = 1; set < least.size(); ++set) {
        const std::size_t lowest = set & (~set + 1);  // In one of the trips: the last one, say.
        for (std::size_t trip = set; trip != 0; trip = (trip - 1) & set) {
            if ((trip & lowest) != 0 && fits[trip] != 0 &&
                least[set ^ trip] + table.round(trip) < least[set]) {
                least[set] = least[set ^ trip] + table.round(trip);
                trip_of[set] = trip;
            }
        }
    }
    if (least.back() >= kFar) {
        return fail(ErrorKind::refused, "no trips reach all stops; check one-way stretches");
    }
    Trips trips;
    trips.length_mm = trips.lower_bound_mm = least.back();
    for (std::size_t set = least.size() - 1; set != 0; set ^= trip_of[set]) {
        trips.trips.push_back(table.sequence(trip_of[set]));
    }
    return trips;
}

Result<Trips> cut_by_capacity(const TripsRequest& request, const StopTour& tour) {
    TALLY_TRY(check_load(request));
    const WayMatrix& ways = request.ways;
    const std::vector<std::uint32_t>& sequence = tour.sequence;
    const std::size_t stops = sequence.size();
    std::vector<std::int64_t> least(stops + 1, kFar);
    std::vector<std::size_t> begin(stops + 1, 1);
    least[std::min<std::size_t>(stops, 1)] = 0;
    for (std::size_t from = 1; from < stops; ++from) {
        std::int64_t weight = 0;
        std::int64_t length = ways(sequence[0], sequence[from]);
        for (std::size_t to = from; to < stops; ++to) {
            weight += request.weights.at(sequence[to]);
            length += to > from ? ways(sequence[to - 1], sequence[to]) : 0;
            if (weight > request.capacity) {
                break;
            }
            const std::int64_t total = least[from] + length + ways(sequence[to], sequence[0]);
            if (total < least[to + 1]) {
                least[to + 1] = total;
                begin[to + 1] = from;
            }
        }
    }
    Trips trips;
    trips.length_mm = stops > 1 ? least[stops] : 0;
    for (std::size_t end = stops; end > 1; end = begin[end]) {
        trips.trips.emplace_back(sequence.begin() + static_cast<std::ptrdiff_t>(begin[end]),
                                 sequence.begin() + static_cast<std::ptrdiff_t>(end));
    }
    std::reverse(trips.trips.begin(), trips.trips.end());
    trips.lower_bound_mm = trips_bound(request, tour);
    return trips;
}

std::int64_t trips_bound(const TripsRequest& request, const StopTour& tour) {
    const std::vector<std::int64_t> out = start_ways(request.ways, false);
    const std::vector<std::int64_t> back = start_ways(request.ways, true);
    std::int64_t farthest = 0;
    double shares = 0;
    for (std::size_t stop = 1; stop < out.size(); ++stop) {
        const std::int64_t round = out[stop] + back[stop];
        farthest = std::max(farthest, round);
        shares += static_cast<double>(round) * request.weights[stop] / request.capacity;
    }
    const bool is_tour_no_longer = request.ranks.empty() && is_start_never_nearer(request.ways);
    return std::max({farthest, static_cast<std::int64_t>(shares * (1 - 1e-9)),
                     is_tour_no_longer ? tour.lower_bound_mm : 0});
}

}  // namespace tally::planner
