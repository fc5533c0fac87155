#include "planner/check/stop_tour_check.hpp"

namespace tally::planner {

std::vector<std::string> check_stop_tour(const StopTourRequest& request, const StopTour& tour) {
    std::vector<std::string> problems;
    const auto size = static_cast<std::size_t>(request.ways.rows());
    if (tour.sequence.empty() || tour.sequence.size() != size || tour.sequence.front() != 0 ||
        (!request.is_round && tour.sequence.back() + 1 != size)) {
        problems.emplace_back("the answer is empty, or does not go from the start to the end");
        return problems;
    }
    std::vector<char> is_reached(size, 0);
    std::int64_t length_mm = 0;
    const std::size_t inner_end = request.is_round ? size : size - 1;
    for (std::size_t i = 0; i < size; ++i) {
        const std::uint32_t stop = tour.sequence[i];
        if (stop >= size || is_reached[stop] != 0) {
            problems.push_back("stop " + std::to_string(stop) + " comes twice, or it is none");
            return problems;
        }
        is_reached[stop] = 1;
        if (i == 0) {
            continue;
        }
        const std::uint32_t before = tour.sequence[i - 1];
        length_mm += request.ways(before, stop);
        if (request.ways(before, stop) >= kNoWay) {
            problems.push_back("there is no way from stop " + std::to_string(before) + " to " +
                               std::to_string(stop));
        }
        if (!request.ranks.empty() && i > 1 && i < inner_end &&
            request.ranks[before] > request.ranks[stop]) {
            problems.push_back("stop " + std::to_string(stop) + " comes after one of higher rank");
        }
    }
    length_mm += request.is_round && size > 1 ? request.ways(tour.sequence.back(), 0) : 0;
    if (length_mm != tour.length_mm || tour.lower_bound_mm > tour.length_mm ||
        tour.lower_bound_mm < 0) {
        problems.push_back("the tour is " + std::to_string(length_mm) +
                           " mm long; the answer says " + std::to_string(tour.length_mm) +
                           ", not less than " + std::to_string(tour.lower_bound_mm));
    }
    return problems;
}

}  // namespace tally::planner
