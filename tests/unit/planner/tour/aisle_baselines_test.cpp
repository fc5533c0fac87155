// The usual routes on one block against their closed formulas: how often the front is driven, and
// how much of each aisle (Hall 1993, Petersen 1997).
#include "planner/tour/aisle_baselines.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "planner/check/aisle_tour_check.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

std::int64_t s_shape_mm(const std::vector<std::set<std::int32_t>>& served, std::int32_t depth_mm) {
    const auto through = static_cast<std::int64_t>(served.size() / 2 * 2) * depth_mm;
    return through + (served.size() % 2 == 1 ? 2 * *served.back().rbegin() : 0);
}

std::int64_t return_trip_mm(const std::vector<std::set<std::int32_t>>& served) {
    std::int64_t length_mm = 0;
    for (const auto& ys : served) {
        length_mm += 2 * *ys.rbegin();
    }
    return length_mm;
}

/// The first and the last aisle through, of those between all but the widest gap, there and back.
std::int64_t largest_gap_mm(std::vector<std::set<std::int32_t>> served, std::int32_t depth_mm) {
    if (served.size() < 2) {
        return return_trip_mm(served);
    }
    std::int64_t length_mm = 2 * depth_mm;
    for (std::size_t i = 1; i + 1 < served.size(); ++i) {
        served[i].insert({0, depth_mm});
        std::int32_t widest_mm = 0;
        for (auto y = std::next(served[i].begin()); y != served[i].end(); ++y) {
            widest_mm = std::max(widest_mm, *y - *std::prev(y));
        }
        length_mm += 2 * (depth_mm - widest_mm);
    }
    return length_mm;
}

}  // namespace

TEST_CASE("one block: each usual route is as long as its closed formula") {
    Prng prng(81);
    for (int round = 0; round < 400; ++round) {
        INFO("seed 81, round " << round);
        const auto aisles = static_cast<std::int32_t>(prng.between(1, 12));
        const auto depth_mm = static_cast<std::int32_t>(prng.between(5, 60));
        const AisleFloor floor{aisles, 7, {depth_mm}, {}, {}, {}, 0};
        std::vector<FloorPoint> picks;
        for (std::int64_t i = prng.between(1, 25); i > 0; --i) {
            const auto aisle = static_cast<std::int32_t>(prng.between(0, aisles - 1));
            picks.push_back({aisle, static_cast<std::int32_t>(prng.between(0, depth_mm))});
        }
        const FloorPoint start{static_cast<std::int32_t>(prng.between(0, aisles - 1)), 0};
        std::map<std::int32_t, std::set<std::int32_t>> by_aisle;
        std::int32_t low = start.aisle;
        std::int32_t high = start.aisle;
        for (const FloorPoint pick : picks) {
            low = std::min(low, pick.aisle);
            high = std::max(high, pick.aisle);
            if (pick.y_mm > 0) {
                by_aisle[pick.aisle].insert(pick.y_mm);
            }
        }
        std::vector<std::set<std::int32_t>> served;
        for (const auto& [aisle, ys] : by_aisle) {
            served.push_back(ys);
        }
        const std::int64_t across_mm = 2 * std::int64_t{floor.spacing_mm} * (high - low);
        const AisleTourRequest request{picks, start, {}};
        const auto length_mm = [&](Baseline baseline) {
            const Result<AisleTour> tour = baseline_tour(floor, request, baseline);
            REQUIRE(tour);
            REQUIRE(check_aisle_tour(floor, request, *tour).empty());
            return tour->length_mm;
        };
        CHECK(length_mm(Baseline::s_shape) == across_mm + s_shape_mm(served, depth_mm));
        CHECK(length_mm(Baseline::return_trip) == across_mm + return_trip_mm(served));
        CHECK(length_mm(Baseline::largest_gap) == across_mm + largest_gap_mm(served, depth_mm));
    }
}
