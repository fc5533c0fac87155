#include "firmware/services/picking/stop_length.hpp"

#include <algorithm>

#include "planner/tour/start_ways.hpp"

namespace tally {

StopLength::StopLength(planner::WayMatrix ways, std::vector<std::vector<std::uint32_t>> places)
    : ways_(std::move(ways)),
      places_(std::move(places)),
      there_and_back_(planner::start_ways(ways_, false)) {
    const std::vector<std::int64_t> back = planner::start_ways(ways_, true);
    for (std::size_t place = 0; place < back.size(); ++place) {
        there_and_back_[place] += back[place];
    }
}

std::int32_t StopLength::least(std::uint32_t order) {
    std::int64_t least_mm = 0;
    for (const std::uint32_t place : places_[order]) {
        least_mm = std::max(least_mm, there_and_back_[place]);
    }
    return static_cast<std::int32_t>(std::min<std::int64_t>(least_mm, planner::kNoWay));
}

std::int32_t StopLength::of(std::span<const std::uint32_t> orders) {
    std::vector<std::uint32_t> tour{0};
    std::vector<std::uint32_t> left;
    for (const std::uint32_t order : orders) {
        left.insert(left.end(), places_[order].begin(), places_[order].end());
    }
    std::sort(left.begin(), left.end());
    left.erase(std::unique(left.begin(), left.end()), left.end());
    while (!left.empty()) {
        const auto next = std::min_element(left.begin(), left.end(), [&](auto a, auto b) {
            return ways_(tour.back(), a) < ways_(tour.back(), b);
        });
        tour.push_back(*next);
        left.erase(next);
    }
    tour.push_back(0);
    improve(tour);
    return static_cast<std::int32_t>(length(tour));
}

/// 2-opt, until no reversal of a part is shorter. Ways may differ by direction: sums along the
/// tour and against it tell what a reversal is worth without driving it again.
void StopLength::improve(std::vector<std::uint32_t>& tour) const {
    std::vector<std::int64_t> along(tour.size(), 0);
    std::vector<std::int64_t> against(tour.size(), 0);
    const auto add_up = [&] {
        for (std::size_t i = 0; i + 1 < tour.size(); ++i) {
            along[i + 1] = along[i] + ways_(tour[i], tour[i + 1]);
            against[i + 1] = against[i] + ways_(tour[i + 1], tour[i]);
        }
    };
    add_up();
    for (bool is_better = true; is_better;) {
        is_better = false;
        for (std::size_t i = 1; i + 2 < tour.size(); ++i) {
            for (std::size_t k = i + 1; k + 1 < tour.size(); ++k) {
                const std::int64_t before = along[k + 1] - along[i - 1];
                const std::int64_t after = std::int64_t{ways_(tour[i - 1], tour[k])} + against[k] -
                                           against[i] + ways_(tour[i], tour[k + 1]);
                if (after < before) {
                    std::reverse(tour.begin() + static_cast<std::ptrdiff_t>(i),
                                 tour.begin() + static_cast<std::ptrdiff_t>(k) + 1);
                    add_up();
                    is_better = true;
                }
            }
        }
    }
}

std::int64_t StopLength::length(const std::vector<std::uint32_t>& tour) const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i + 1 < tour.size(); ++i) {
        sum += ways_(tour[i], tour[i + 1]);
    }
    return std::min<std::int64_t>(sum, planner::kNoWay);
}

}  // namespace tally
