// One-way aisles and turn costs: as short as Held and Karp over ways of the floor's graph, which
// prices turns and keeps directions by itself; and without either, as the planner for plain floors.
#include "planner/tour/directed_tour.hpp"

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "planner/check/aisle_tour_check.hpp"
#include "planner/map/floor_graph.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

std::int32_t drawn(Prng& prng, std::int64_t low, std::int64_t high) {
    return static_cast<std::int32_t>(prng.between(low, high));
}

AisleFloor drawn_floor(Prng& prng) {
    AisleFloor floor;
    floor.aisles = drawn(prng, 2, 5);
    floor.spacing_mm = drawn(prng, 1, 5);
    for (std::int64_t i = prng.between(1, 3); i > 0; --i) {
        floor.blocks_mm.push_back(drawn(prng, 3, 10));
    }
    floor.turn_mm = prng.chance_ppm(600'000) ? drawn(prng, 1, 6) : 0;
    if (prng.chance_ppm(600'000)) {
        for (std::int32_t aisle = 0; aisle < floor.aisles; ++aisle) {
            constexpr AisleDirection kWays[] = {AisleDirection::both, AisleDirection::to_back,
                                                AisleDirection::to_front};
            floor.directions.push_back(kWays[prng.below(3)]);
        }
    }
    return floor;
}

/// A third of them on crossings.
std::vector<FloorPoint> drawn_picks(Prng& prng, const AisleFloor& floor) {
    std::vector<FloorPoint> picks;
    const std::vector<std::int32_t> crosses = floor.cross_y_mm();
    for (std::int64_t i = prng.between(1, 7); i > 0; --i) {
        const std::size_t block = prng.below(floor.blocks_mm.size());
        const std::int32_t aisle = drawn(prng, 0, floor.aisles - 1);
        const std::int32_t inside = drawn(prng, crosses[block] + 1, crosses[block + 1] - 1);
        picks.push_back({aisle, prng.chance_ppm(333'000) ? crosses[block] : inside});
    }
    return picks;
}

/// Length of the shortest tour over the graph's ways; kNoWay or more if there is none.
std::int64_t reference_length(const AisleFloor& floor, const std::vector<FloorPoint>& points) {
    std::vector<AisleStop> stops;
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 0; i < points.size(); ++i) {
        stops.push_back({PlaceId("p" + std::to_string(i)), StopKind::slot, points[i]});
        all.push_back(i);
    }
    const Result<FloorLayout> layout = layout_of(floor, stops);
    REQUIRE(layout);
    const Result<FloorGraph> graph = FloorGraph::on(*layout);
    REQUIRE(graph);
    const Result<StopTourSearch> search =
        StopTourSearch::on({*graph->tour_ways(all), true, {}}, {});
    if (!search) {
        return kNoWay;
    }
    const Result<StopTour> tour = search->best();
    return tour ? tour->length_mm : kNoWay;
}

}  // namespace

TEST_CASE("one-way aisles and turn costs: as short as Held and Karp over the floor's graph") {
    Prng prng(51);
    int found = 0;
    int cut_off = 0;
    for (int round = 0; round < 400; ++round) {
        INFO("round " << round);
        const AisleFloor floor = drawn_floor(prng);
        const std::vector<FloorPoint> picks = drawn_picks(prng, floor);
        const std::int64_t expected = reference_length(floor, picks);
        Result<DirectedTourPlanner> planner = DirectedTourPlanner::on(floor);
        REQUIRE(planner);
        const Result<AisleTour> tour = planner->solve({picks, {}, {}});
        if (expected >= kNoWay) {
            REQUIRE(!tour);
            CHECK(tour.error().kind == ErrorKind::refused);
            ++cut_off;
            continue;
        }
        INFO((tour ? "" : tour.error().text));
        REQUIRE(tour);
        CHECK(tour->length_mm == expected);
        CHECK(tour->is_optimal());
        const auto problems = check_aisle_tour(floor, {picks, {}, {}}, *tour);
        INFO((problems.empty() ? "" : problems.front()));
        CHECK(problems.empty());
        ++found;
    }
    CHECK(found > 250);
    CHECK(cut_off > 5);
}

TEST_CASE("one spot in a one-way aisle is no way, with and without a way round") {
    for (const std::int32_t aisles : {1, 3}) {
        AisleFloor floor{aisles, 7, {12, 7}, {}, {}, {}, 3};
        floor.directions.assign(static_cast<std::size_t>(aisles), AisleDirection::to_back);
        const std::vector<FloorPoint> picks{{0, 5}, {0, 5}};
        for (const std::optional<FloorPoint> start : {std::optional<FloorPoint>{}, {picks[0]}}) {
            const AisleTourRequest request{picks, start, {}};
            const Result<AisleTour> tour = DirectedTourPlanner::on(floor)->solve(request);
            REQUIRE(tour);
            CHECK(tour->length_mm == 0);
            CHECK(tour->is_optimal());
            CHECK(check_aisle_tour(floor, request, *tour).empty());
        }
    }
}

TEST_CASE("the same picks with turn costs and no start: the same length, whoever is listed first") {
    const AisleFloor floor{2, 2, {5}, {}, {}, {}, 7};
    std::vector<FloorPoint> picks{{0, 2}, {0, 5}, {1, 0}, {1, 4}, {1, 5}};
    const std::int64_t expected = reference_length(floor, picks);
    do {
        const Result<AisleTour> tour = DirectedTourPlanner::on(floor)->solve({picks, {}, {}});
        REQUIRE(tour);
        CHECK(tour->length_mm == expected);
    } while (std::next_permutation(picks.begin(), picks.end()));
}

TEST_CASE("more places than lanes side by side are tried: the bound holds") {
    Prng prng(53);
    int proven = 0;
    for (int round = 0; round < 24; ++round) {
        INFO("seed 53, round " << round);
        AisleFloor floor = drawn_floor(prng);
        floor.directions.clear();
        const bool is_lopsided = round % 2 == 0;  // One way down for all.
        for (std::int32_t aisle = 0; aisle < floor.aisles; ++aisle) {
            const bool is_down = is_lopsided ? aisle == floor.aisles / 2 : aisle % 2 == 0;
            floor.directions.push_back(is_down ? AisleDirection::to_front
                                               : AisleDirection::to_back);
        }
        std::vector<FloorPoint> picks = drawn_picks(prng, floor);
        while (picks.size() < 11) {
            const std::vector<FloorPoint> more = drawn_picks(prng, floor);
            picks.insert(picks.end(), more.begin(), more.end());
        }
        picks.resize(11);
        const std::int64_t expected = reference_length(floor, picks);
        const Result<AisleTour> tour = DirectedTourPlanner::on(floor)->solve({picks, {}, {}});
        REQUIRE(tour);
        CHECK(tour->lower_bound_mm <= expected);
        CHECK(tour->length_mm >= expected);
        CHECK((!tour->is_optimal() || tour->length_mm == expected));
        proven += !is_lopsided && tour->is_optimal() ? 1 : 0;
    }
    CHECK(proven >= 8);
}

TEST_CASE("thirty picks on one-way aisles and four cross aisles: the proof stays") {
    Prng prng(54);
    for (const std::size_t blocks : {2U, 3U}) {
        for (const std::int32_t aisles : {5, 15}) {
            INFO("seed 54, " << blocks << " blocks, " << aisles << " aisles");
            AisleFloor floor{aisles, 3, std::vector<std::int32_t>(blocks, 45), {}, {}, {}, 0};
            for (std::int32_t aisle = 0; aisle < aisles; ++aisle) {
                floor.directions.push_back(static_cast<AisleDirection>(aisle % 3));
            }
            std::vector<FloorPoint> picks;
            for (int i = 0; i < 30; ++i) {
                const std::int32_t aisle = drawn(prng, 0, aisles - 1);
                picks.push_back({aisle, drawn(prng, 0, 45 * static_cast<int>(blocks))});
            }
            const AisleTourRequest request{picks, FloorPoint{1, 0}, {}};
            const Result<AisleTour> tour = DirectedTourPlanner::on(floor)->solve(request);
            REQUIRE(tour);
            CHECK(tour->is_optimal());
            CHECK(check_aisle_tour(floor, request, *tour).empty());
        }
    }
}

TEST_CASE("without one-way aisles and turns it agrees with the planner for plain floors") {
    Prng prng(52);
    for (int round = 0; round < 100; ++round) {
        INFO("round " << round);
        AisleFloor floor = drawn_floor(prng);
        floor.turn_mm = 0;
        floor.directions.clear();
        if (round % 2 == 0) {
            floor.blocked_aisles.push_back({0, 1, 2});
        }
        std::vector<FloorPoint> picks = drawn_picks(prng, floor);
        picks.push_back({floor.aisles - 1, 0});
        std::optional<FloorPoint> start = FloorPoint{0, 0};
        std::optional<FloorPoint> end;
        if (round % 3 == 0) {
            end = FloorPoint{floor.aisles - 1, floor.cross_y_mm().back()};
        }
        const AisleTourRequest request{picks, start, end};
        Result<AisleTour> plain = AisleTourPlanner::on(floor)->solve(request);
        Result<AisleTour> directed = DirectedTourPlanner::on(floor)->solve(request);
        REQUIRE(plain.has_value() == directed.has_value());
        if (plain) {
            CHECK(plain->length_mm == directed->length_mm);
            CHECK(check_aisle_tour(floor, request, *directed).empty());
        }
    }
}

TEST_CASE("many up and one down: lanes run side by side as often as needed") {
    AisleFloor floor{5, 4, {10}, {}, {}, {}, 0};
    floor.directions.assign(5, AisleDirection::to_back);
    floor.directions[4] = AisleDirection::to_front;
    const std::vector<FloorPoint> picks{{0, 5}, {1, 5}, {2, 5}, {3, 5}};
    const Result<AisleTour> tour = DirectedTourPlanner::on(floor)->solve({picks, {}, {}});
    REQUIRE(tour);
    CHECK(tour->length_mm == 4 * 20 + 8 * (4 + 3 + 2 + 1));
    CHECK(check_aisle_tour(floor, {picks, {}, {}}, *tour).empty());
}

TEST_CASE("ends inside a block and slices of work") {
    AisleFloor floor{5, 4, {10, 10}, {}, {}, {}, 3};
    const std::vector<FloorPoint> picks{{0, 5}, {4, 15}, {2, 12}};
    Result<DirectedTourPlanner> planner = DirectedTourPlanner::on(floor);
    REQUIRE(planner);
    const AisleTourRequest inside{picks, FloorPoint{0, 3}, FloorPoint{0, 0}};
    CHECK(planner->solve(inside).error().kind == ErrorKind::unsupported);
    const AisleTourRequest request{picks, FloorPoint{0, 0}, FloorPoint{4, 0}};
    const Result<AisleTour> whole = planner->solve(request);
    REQUIRE(whole);
    CHECK(check_aisle_tour(floor, request, *whole).empty());
    REQUIRE(planner->begin(request));
    int slices = 1;
    for (; !planner->step(1); ++slices) {
        CHECK(planner->take().error().kind == ErrorKind::timeout);
    }
    CHECK(slices == 5);
    CHECK(planner->take() == *whole);
}
