// The exact tour against proven optima, against Held and Karp on small floors, and against what it
// must never be: longer than a baseline, or different because somebody numbers aisles otherwise.
#include "planner/tour/aisle_tour.hpp"

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "planner/check/aisle_tour_check.hpp"
#include "planner/tour/aisle_baselines.hpp"
#include "tests/support/floor_graph.hpp"
#include "tests/support/picker_data.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

AisleTour solved(const AisleFloor& floor, const AisleTourRequest& request) {
    Result<AisleTourPlanner> planner = AisleTourPlanner::on(floor);
    REQUIRE(planner);
    const Result<AisleTour> tour = planner->solve(request);
    INFO((tour ? "" : tour.error().text));
    REQUIRE(tour);
    const std::vector<std::string> problems = check_aisle_tour(floor, request, *tour);
    INFO((problems.empty() ? "" : problems.front()));
    REQUIRE(problems.empty());
    REQUIRE(tour->is_optimal());
    return *tour;
}

AisleFloor random_floor(Prng& prng, std::int32_t aisles_max, std::int64_t crosses) {
    AisleFloor floor;
    floor.aisles = static_cast<std::int32_t>(prng.between(1, aisles_max));
    floor.spacing_mm = static_cast<std::int32_t>(prng.between(1, 6));
    for (std::int64_t i = 1; i < crosses; ++i) {
        floor.blocks_mm.push_back(static_cast<std::int32_t>(prng.between(1, 12)));
    }
    return floor;
}

std::vector<FloorPoint> random_points(Prng& prng, const AisleFloor& floor, std::int64_t count) {
    std::vector<FloorPoint> points;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto aisle = static_cast<std::int32_t>(prng.between(0, floor.aisles - 1));
        const auto y = static_cast<std::int32_t>(prng.between(0, floor.cross_y_mm().back()));
        points.push_back({aisle, y});
    }
    return points;
}

}  // namespace

TEST_CASE("the frontier has as many states as the theory says") {
    const std::size_t expected[] = {6, 24, 112, 568, 3032};
    for (int crosses = 2; crosses <= 6; ++crosses) {
        CHECK(Frontier::of(crosses, TourEnds::closed).size() ==
              expected[static_cast<std::size_t>(crosses - 2)]);
    }
}

TEST_CASE("every instance with a proven optimum is solved to it") {
    if (!test::have_testdata("planner/picker")) {
        return;
    }
    const char* files[] = {"own_crossaisles_2.seed101.txt", "own_crossaisles_3.seed101.txt",
                           "own_crossaisles_4.seed101.txt", "own_crossaisles_5.seed101.txt",
                           "own_small_heldkarp.seed102.txt"};
    std::size_t count = 0;
    for (const char* file : files) {
        for (const auto& instance :
             test::picker_instances(test::testdata() / "planner/picker" / file)) {
            INFO(instance.id);
            const AisleTour tour = solved(instance.floor, {instance.picks, instance.depot, {}});
            REQUIRE(tour.length_mm == instance.optimum);
            ++count;
        }
    }
    CHECK(count == 880);
}

TEST_CASE("random small floors: the tour is as short as Held and Karp's") {
    Prng prng(20260101);
    for (int round = 0; round < 300; ++round) {
        INFO("round " << round);
        const AisleFloor floor = random_floor(prng, 6, prng.between(2, 6));
        const auto count = prng.between(1, 7);
        const std::vector<FloorPoint> points = random_points(prng, floor, count);
        const auto matrix = test::FloorReference(floor, points).matrix();
        const std::span<const FloorPoint> picks(points.data() + 1, points.size() - 1);
        CHECK(solved(floor, {picks, points[0], {}}).length_mm == test::held_karp(matrix, 0, 0));
        const auto open = test::held_karp(matrix, 0, points.size() - 1);
        CHECK(solved(floor, {picks, points[0], points.back()}).length_mm ==
              (points[0] == points.back() ? test::held_karp(matrix, 0, 0) : open));
    }
}

TEST_CASE("a tour is never longer than a baseline, and the same from the other side") {
    Prng prng(7);
    for (int round = 0; round < 200; ++round) {
        INFO("round " << round);
        const AisleFloor floor = random_floor(prng, 15, prng.between(2, 4));
        const auto count = prng.between(1, 40);
        std::vector<FloorPoint> picks = random_points(prng, floor, count);
        const FloorPoint depot = random_points(prng, floor, 1).front();
        const std::int64_t length = solved(floor, {picks, depot, {}}).length_mm;
        for (const Baseline baseline : kBaselines) {
            const Result<AisleTour> usual = baseline_tour(floor, {picks, depot, {}}, baseline);
            REQUIRE(usual);
            INFO(to_string(baseline));
            const auto problems = check_aisle_tour(floor, {picks, depot, {}}, *usual);
            INFO((problems.empty() ? "" : problems.front()));
            CHECK(problems.empty());
            CHECK(length <= usual->length_mm);
        }
        for (std::size_t i = picks.size(); i > 1; --i) {
            std::swap(picks[i - 1], picks[prng.below(i)]);
        }
        CHECK(solved(floor, {picks, depot, {}}).length_mm == length);
        AisleFloor mirrored = floor;
        std::reverse(mirrored.blocks_mm.begin(), mirrored.blocks_mm.end());
        const auto mirror = [&](FloorPoint point) {
            return FloorPoint{floor.aisles - 1 - point.aisle,
                              floor.cross_y_mm().back() - point.y_mm};
        };
        std::transform(picks.begin(), picks.end(), picks.begin(), mirror);
        CHECK(solved(mirrored, {picks, mirror(depot), {}}).length_mm == length);
    }
}

TEST_CASE("a search in small slices gives the same tour, and its bound only grows") {
    Prng prng(3);
    AisleFloor floor = random_floor(prng, 1, 5);
    floor.aisles = 25;
    const std::vector<FloorPoint> picks = random_points(prng, floor, 60);
    const AisleTour whole = solved(floor, {picks, {}, {}});
    Result<AisleTourPlanner> planner = AisleTourPlanner::on(floor);
    REQUIRE(planner);
    REQUIRE(planner->begin({picks, {}, {}}));
    std::int64_t bound = 0;
    int slices = 1;
    for (; !planner->step(1); ++slices) {
        CHECK(planner->lower_bound_mm() >= bound);
        bound = planner->lower_bound_mm();
        REQUIRE(!planner->take());
        CHECK(planner->take().error().kind == ErrorKind::timeout);
    }
    CHECK(slices >= 20);
    CHECK(planner->take() == whole);
}
