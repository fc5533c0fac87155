// Blocked stretches, and requests that cannot be answered.
#include <cstdlib>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "planner/check/aisle_tour_check.hpp"
#include "planner/tour/aisle_tour.hpp"
#include "tests/support/floor_graph.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

std::int32_t drawn(Prng& prng, std::int64_t low, std::int64_t high) {
    return static_cast<std::int32_t>(prng.between(low, high));
}

AisleFloor blocked_floor(Prng& prng) {
    AisleFloor floor;
    floor.aisles = drawn(prng, 2, 5);
    floor.spacing_mm = drawn(prng, 1, 5);
    const std::int64_t crosses = prng.between(2, 4);
    for (std::int64_t i = 1; i < crosses; ++i) {
        floor.blocks_mm.push_back(drawn(prng, 1, 10));
    }
    for (std::int64_t i = prng.between(0, 2); i > 0; --i) {
        const std::int32_t aisle = drawn(prng, 0, floor.aisles - 1);
        const std::int32_t from = drawn(prng, 0, floor.cross_y_mm().back() - 1);
        const std::int32_t length = drawn(prng, 1, 4);
        floor.blocked_aisles.push_back(
            {aisle, from, std::min(from + length, floor.cross_y_mm().back())});
    }
    for (std::int64_t i = prng.between(0, 2); i > 0; --i) {
        const std::int32_t cross = drawn(prng, 0, crosses - 1);
        floor.blocked_crosses.push_back({cross, drawn(prng, 0, floor.aisles - 2)});
    }
    return floor;
}

std::string refusal_of(const AisleFloor& floor, const AisleTourRequest& request) {
    Result<AisleTourPlanner> planner = AisleTourPlanner::on(floor);
    if (!planner) {
        return planner.error().text;
    }
    const Result<AisleTour> tour = planner->solve(request);
    return tour ? "" : tour.error().text;
}

}  // namespace

TEST_CASE("with blocked stretches the tour is still the shortest, or there is none") {
    Prng prng(20260102);
    int found = 0;
    int cut_off = 0;
    for (int round = 0; round < 600; ++round) {
        INFO("round " << round);
        const AisleFloor floor = blocked_floor(prng);
        std::vector<FloorPoint> points;
        for (std::int64_t i = prng.between(2, 7); i > 0; --i) {
            const std::int32_t aisle = drawn(prng, 0, floor.aisles - 1);
            points.push_back({aisle, drawn(prng, 0, floor.cross_y_mm().back())});
        }
        const auto matrix = test::FloorReference(floor, points).matrix();
        const bool is_open = round % 2 == 0 && points.front() != points.back();
        const std::int64_t expected =
            test::held_karp(matrix, 0, is_open ? points.size() - 1 : std::size_t{0});
        const AisleTourRequest request{
            {points.data() + 1, points.size() - 1},
            points[0],
            is_open ? std::optional<FloorPoint>(points.back()) : std::nullopt};
        Result<AisleTourPlanner> planner = AisleTourPlanner::on(floor);
        REQUIRE(planner);
        const Result<AisleTour> tour = planner->solve(request);
        if (expected >= test::kFar) {
            REQUIRE(!tour);
            CHECK(tour.error().kind == ErrorKind::refused);
            ++cut_off;
            continue;
        }
        REQUIRE(tour);
        CHECK(tour->length_mm == expected);
        CHECK(check_aisle_tour(floor, request, *tour).empty());
        ++found;
    }
    CHECK(found > 300);
    CHECK(cut_off > 20);
}

TEST_CASE("what cannot be planned is refused with a sentence") {
    const AisleFloor floor{4, 5, {10, 10}, {}, {}, {}, 0};
    const std::vector<FloorPoint> none;
    const std::vector<FloorPoint> off{{4, 3}};
    const std::vector<FloorPoint> behind{{0, 21}};
    const std::vector<FloorPoint> crowd(1'000'000, FloorPoint{1, 1});
    CHECK(refusal_of(floor, {none, {}, {}}).find("no tour") != std::string::npos);
    CHECK(refusal_of(floor, {off, {}, {}}).find("off the floor") != std::string::npos);
    CHECK(refusal_of(floor, {behind, {}, {}}).find("off the floor") != std::string::npos);
    CHECK(refusal_of(floor, {crowd, {}, {}}).find("split it") != std::string::npos);
    AisleFloor wrong = floor;
    wrong.blocks_mm = {10, -1};
    CHECK(refusal_of(wrong, {none, FloorPoint{}, {}}).find("-1 mm") != std::string::npos);
    wrong.blocks_mm = {1, 1, 1, 1, 1, 1};
    CHECK(refusal_of(wrong, {none, FloorPoint{}, {}}).find("up to 6") != std::string::npos);
    wrong.blocks_mm = {2'000'000'000};
    CHECK(refusal_of(wrong, {none, FloorPoint{}, {}}).find("km") != std::string::npos);
    wrong.blocks_mm = {};
    CHECK(refusal_of(wrong, {none, FloorPoint{}, {}}).find("blocks") != std::string::npos);
}

TEST_CASE("a tour at one spot has no length and is still an answer") {
    const AisleFloor floor{4, 5, {10, 10}, {}, {}, {}, 0};
    const std::vector<FloorPoint> picks{{2, 7}, {2, 7}};
    Result<AisleTourPlanner> planner = AisleTourPlanner::on(floor);
    REQUIRE(planner);
    const Result<AisleTour> tour = planner->solve({picks, {}, {}});
    REQUIRE(tour);
    CHECK(tour->length_mm == 0);
    CHECK(tour->sequence == std::vector<std::uint32_t>{0, 1});
}
