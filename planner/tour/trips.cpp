#include "planner/tour/trips.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace tally::planner {

namespace {

constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max() / 4;

/// From the start to every stop, also by way of others: with turn costs that may be shorter than
/// the direct way, because a vehicle may turn round at a stop. `is_back`: to the start. Dijkstra.
std::vector<std::int64_t> nearest(const WayMatrix& ways, bool is_back) {
    const auto size = static_cast<std::size_t>(ways.rows());
    std::vector<std::int64_t> way(size, kFar);
    std::vector<char> is_settled(size, 0);
    way[0] = 0;
    for (std::size_t round = 0; round < size; ++round) {
        std::size_t at = size;
        for (std::size_t i = 0; i < size; ++i) {
            at = is_settled[i] == 0 && (at == size || way[i] < way[at]) ? i : at;
        }
        is_settled[at] = 1;
        for (std::size_t to = 0; to < size; ++to) {
            const auto from_row = static_cast<Eigen::Index>(is_back ? to : at);
            const auto to_row = static_cast<Eigen::Index>(is_back ? at : to);
            way[to] = std::min(way[to], way[at] + ways(from_row, to_row));
        }
    }
    return way;
}

}  // namespace

Result<Trips> cut_by_capacity(const WayMatrix& ways, const std::vector<std::uint32_t>& sequence,
                              const std::vector<std::int32_t>& weights, std::int32_t capacity) {
    if (capacity < 1) {
        return fail(ErrorKind::refused, "a vehicle of capacity " + std::to_string(capacity) +
                                            " carries nothing; write 1 or more");
    }
    const std::size_t stops = sequence.size();
    std::vector<std::int64_t> least(stops + 1, kFar);
    std::vector<std::size_t> begin(stops + 1, 1);
    least[std::min<std::size_t>(stops, 1)] = 0;
    for (std::size_t from = 1; from < stops; ++from) {
        std::int64_t weight = 0;
        std::int64_t length = ways(sequence[0], sequence[from]);
        for (std::size_t to = from; to < stops; ++to) {
            const std::int32_t more = weights.at(sequence[to]);
            if (more < 0 || more > capacity) {
                return fail(ErrorKind::refused, "stop " + std::to_string(sequence[to]) +
                                                    " weighs " + std::to_string(more) +
                                                    " and a vehicle carries 0 to " +
                                                    std::to_string(capacity));
            }
            weight += more;
            length += to > from ? ways(sequence[to - 1], sequence[to]) : 0;
            if (weight > capacity) {
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
    return trips;
}

std::int64_t trips_bound(const TripsRequest& request) {
    const std::vector<std::int64_t> out = nearest(request.ways, false);
    const std::vector<std::int64_t> back = nearest(request.ways, true);
    std::int64_t farthest = 0;
    double shares = 0;
    for (std::size_t stop = 1; stop < out.size(); ++stop) {
        const std::int64_t round = out[stop] + back[stop];
        farthest = std::max(farthest, round);
        shares += static_cast<double>(round) * request.weights[stop] / request.capacity;
    }
    return std::max(farthest, static_cast<std::int64_t>(shares * (1 - 1e-9)));
}

}  // namespace tally::planner
