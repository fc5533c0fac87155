#include "planner/traffic/lane_cut.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tally::planner {

namespace {

using Offsets = std::vector<std::int32_t>;

/// As many whole steps as fit from the last of `cuts` to `to`, which is the last one then.
void add_even(Offsets& cuts, std::int32_t to, std::int32_t step_min_mm) {
    const std::int32_t from = cuts.back();
    const std::int32_t pieces = std::max(1, (to - from) / step_min_mm);
    for (std::int32_t i = 1; i <= pieces; ++i) {
        cuts.push_back(static_cast<std::int32_t>(from + std::int64_t{to - from} * i / pieces));
    }
}

/// Between two cuts: those of `places`, ascending, that keep the step from both and each other.
Offsets kept(const Offsets& places, std::pair<std::int32_t, std::int32_t> ends,
             std::int32_t step_min_mm) {
    Offsets kept{ends.first};
    for (const std::int32_t place : places) {
        if (place - kept.back() >= step_min_mm && ends.second - place >= step_min_mm) {
            kept.push_back(place);
        }
    }
    kept.push_back(ends.second);
    return kept;
}

Offsets filled(const Offsets& fixed, std::int32_t step_min_mm) {
    Offsets cuts{fixed.front()};
    for (std::size_t i = 1; i < fixed.size(); ++i) {
        add_even(cuts, fixed[i], step_min_mm);
    }
    return cuts;
}

/// From each place to the nearest cut.
std::int64_t off_mm(const Offsets& cuts, const Offsets& places) {
    std::int64_t sum = 0;
    for (const std::int32_t place : places) {
        const auto after = std::lower_bound(cuts.begin(), cuts.end(), place);
        std::int32_t off = after == cuts.end() ? place - cuts.back() : *after - place;
        if (after != cuts.begin()) {
            off = std::min(off, place - *std::prev(after));
        }
        sum += off;
    }
    return sum;
}

}  // namespace

std::vector<std::int32_t> cut_lane(const LaneCut& lane) {
    Offsets exact = lane.exact;
    Offsets wanted = lane.wanted;
    std::sort(exact.begin(), exact.end());
    std::sort(wanted.begin(), wanted.end());
    const Offsets fixed = kept(exact, {0, lane.length_mm}, lane.step_min_mm);
    Offsets cuts{0};
    for (std::size_t i = 1; i < fixed.size(); ++i) {
        const std::pair ends{fixed[i - 1], fixed[i]};
        const Offsets between(std::lower_bound(wanted.begin(), wanted.end(), ends.first),
                              std::upper_bound(wanted.begin(), wanted.end(), ends.second));
        const Offsets even = filled({ends.first, ends.second}, lane.step_min_mm);
        const Offsets there = filled(kept(between, ends, lane.step_min_mm), lane.step_min_mm);
        const Offsets& better = off_mm(there, between) < off_mm(even, between) ? there : even;
        cuts.insert(cuts.end(), better.begin() + 1, better.end());
    }
    return cuts;
}

}  // namespace tally::planner
