// What somebody calls aisles, picks, nodes or stops, and from which side he looks at the floor,
// does not change how long the shortest tour is. All cases print their seed and round.
#include <algorithm>
#include <numeric>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "planner/map/floor_graph.hpp"
#include "planner/tour/aisle_tour.hpp"
#include "planner/tour/directed_tour.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

constexpr std::uint64_t kSeed = 61;

std::int32_t drawn(Prng& prng, std::int64_t low, std::int64_t high) {
    return static_cast<std::int32_t>(prng.between(low, high));
}

template <typename Value>
void shuffle(Prng& prng, std::vector<Value>& values) {
    for (std::size_t i = values.size(); i > 1; --i) {
        std::swap(values[i - 1], values[prng.below(i)]);
    }
}

/// New names 0 to count - 1 in any order, by old name.
std::vector<std::uint32_t> drawn_names(Prng& prng, std::size_t count) {
    std::vector<std::uint32_t> names(count);
    std::iota(names.begin(), names.end(), 0U);
    shuffle(prng, names);
    return names;
}

struct Errand {
    AisleFloor floor;
    std::vector<FloorPoint> picks;
    std::optional<FloorPoint> start;
    std::optional<FloorPoint> end;
};

/// Blocked stretches, ends apart, one-way aisles and turns: each now and then.
Errand drawn_errand(Prng& prng) {
    Errand errand;
    AisleFloor& floor = errand.floor;
    floor.aisles = drawn(prng, 2, 7);
    floor.spacing_mm = drawn(prng, 1, 6);
    for (std::int64_t i = prng.between(1, 3); i > 0; --i) {
        floor.blocks_mm.push_back(drawn(prng, 3, 12));
    }
    const std::int32_t depth = floor.cross_y_mm().back();
    for (std::int64_t i = prng.between(1, 7); i > 0; --i) {
        const std::int32_t aisle = drawn(prng, 0, floor.aisles - 1);
        errand.picks.push_back({aisle, drawn(prng, 0, depth)});
    }
    if (prng.chance_ppm(700'000)) {
        errand.start = FloorPoint{drawn(prng, 0, floor.aisles - 1), 0};
    }
    if (errand.start && prng.chance_ppm(300'000)) {
        errand.end = FloorPoint{drawn(prng, 0, floor.aisles - 1), depth};
    }
    if (prng.chance_ppm(300'000)) {
        const std::int32_t from = drawn(prng, 0, depth - 2);
        floor.blocked_aisles.push_back({drawn(prng, 0, floor.aisles - 1), from, from + 2});
        floor.blocked_crosses.push_back({0, drawn(prng, 0, floor.aisles - 2)});
    }
    if (prng.chance_ppm(300'000)) {
        floor.turn_mm = drawn(prng, 1, 4);
    }
    for (std::int32_t i = 0; i < floor.aisles && floor.aisles % 2 == 0; ++i) {
        floor.directions.push_back(static_cast<AisleDirection>(prng.below(3)));
    }
    return errand;
}

/// The length, or why there is no tour.
std::string told(const Errand& errand) {
    const AisleFloor& floor = errand.floor;
    const AisleTourRequest request{errand.picks, errand.start, errand.end};
    const Result<AisleTour> tour = floor.directions.empty() && floor.turn_mm == 0
                                       ? AisleTourPlanner::on(floor)->solve(request)
                                       : DirectedTourPlanner::on(floor)->solve(request);
    if (!tour) {
        return "none, error " + std::to_string(static_cast<int>(tour.error().kind));
    }
    CHECK(tour->lower_bound_mm <= tour->length_mm);
    return std::to_string(tour->length_mm);
}

Errand seen_from_the_right(Errand errand) {
    const std::int32_t last = errand.floor.aisles - 1;
    const auto mirror = [last](FloorPoint& point) { point.aisle = last - point.aisle; };
    std::for_each(errand.picks.begin(), errand.picks.end(), mirror);
    if (errand.start) {
        mirror(*errand.start);
    }
    if (errand.end) {
        mirror(*errand.end);
    }
    for (AisleBlockage& blocked : errand.floor.blocked_aisles) {
        blocked.aisle = last - blocked.aisle;
    }
    for (CrossBlockage& blocked : errand.floor.blocked_crosses) {
        blocked.aisle = last - 1 - blocked.aisle;
    }
    std::reverse(errand.floor.directions.begin(), errand.floor.directions.end());
    return errand;
}

Errand seen_from_the_back(Errand errand) {
    AisleFloor& floor = errand.floor;
    const std::int32_t depth = floor.cross_y_mm().back();
    const auto mirror = [depth](FloorPoint& point) { point.y_mm = depth - point.y_mm; };
    std::for_each(errand.picks.begin(), errand.picks.end(), mirror);
    if (errand.start) {
        mirror(*errand.start);
    }
    if (errand.end) {
        mirror(*errand.end);
    }
    for (AisleBlockage& blocked : floor.blocked_aisles) {
        blocked = {blocked.aisle, depth - blocked.to_mm, depth - blocked.from_mm};
    }
    for (CrossBlockage& blocked : floor.blocked_crosses) {
        blocked.cross = static_cast<std::int32_t>(floor.blocks_mm.size()) - blocked.cross;
    }
    for (AisleDirection& way : floor.directions) {
        way = way == AisleDirection::to_back    ? AisleDirection::to_front
              : way == AisleDirection::to_front ? AisleDirection::to_back
                                                : way;
    }
    std::reverse(floor.blocks_mm.begin(), floor.blocks_mm.end());
    return errand;
}

/// The same tour driven backwards.
Errand backwards(Errand errand) {
    if (errand.end) {
        std::swap(*errand.start, *errand.end);
    }
    for (AisleDirection& way : errand.floor.directions) {
        way = way == AisleDirection::to_back    ? AisleDirection::to_front
              : way == AisleDirection::to_front ? AisleDirection::to_back
                                                : way;
    }
    return errand;
}

/// The graph with nodes, lanes and stops called otherwise; `stop_names` are the new ones.
FloorLayout renamed(Prng& prng, const FloorLayout& floor,
                    const std::vector<std::uint32_t>& stop_names) {
    const std::vector<std::uint32_t> nodes = drawn_names(prng, floor.nodes.size());
    const std::vector<std::uint32_t> lanes = drawn_names(prng, floor.lanes.size());
    FloorLayout other = floor;
    for (std::size_t i = 0; i < floor.nodes.size(); ++i) {
        other.nodes[nodes[i]] = floor.nodes[i];
    }
    for (std::size_t i = 0; i < floor.lanes.size(); ++i) {
        FloorLane lane = floor.lanes[i];
        lane.from = nodes[lane.from];
        lane.to = nodes[lane.to];
        other.lanes[lanes[i]] = lane;
    }
    for (std::size_t i = 0; i < floor.stops.size(); ++i) {
        FloorStop stop = floor.stops[i];
        stop.lane = lanes[stop.lane];
        other.stops[stop_names[i]] = stop;
    }
    return other;
}

}  // namespace

TEST_CASE("a tour over aisles is as long from the right, from the back, backwards and renamed") {
    Prng prng(kSeed);
    int toured = 0;
    for (int round = 0; round < 100; ++round) {
        INFO("seed " << kSeed << ", round " << round);
        const Errand errand = drawn_errand(prng);
        const std::string here = told(errand);
        CHECK(told(seen_from_the_right(errand)) == here);
        CHECK(told(seen_from_the_back(errand)) == here);
        CHECK(told(seen_from_the_back(seen_from_the_right(errand))) == here);
        CHECK(told(backwards(errand)) == here);
        Errand other = errand;
        shuffle(prng, other.picks);
        other.picks.push_back(other.picks.front());  // To be visited twice is to be visited.
        CHECK(told(other) == here);
        toured += here.find("none") == std::string::npos ? 1 : 0;
    }
    CHECK(toured > 65);
}

TEST_CASE("ways and tours on a graph do not depend on how its parts are numbered") {
    Prng prng(kSeed + 1);
    for (int round = 0; round < 60; ++round) {
        INFO("seed " << kSeed + 1 << ", round " << round);
        Errand errand = drawn_errand(prng);
        errand.floor.blocked_aisles.clear();
        const FloorPoint start = errand.start.value_or(errand.picks.front());
        std::vector<AisleStop> stops{{PlaceId("start"), StopKind::station, start}};
        for (std::size_t i = 0; i < errand.picks.size(); ++i) {
            stops.push_back({PlaceId("p" + std::to_string(i)), StopKind::slot, errand.picks[i]});
        }
        const Result<FloorLayout> floor = layout_of(errand.floor, stops);
        REQUIRE(floor);
        const std::vector<std::uint32_t> names = drawn_names(prng, stops.size());
        const Result<FloorGraph> graph = FloorGraph::on(*floor);
        const Result<FloorGraph> other = FloorGraph::on(renamed(prng, *floor, names));
        REQUIRE(graph);
        REQUIRE(other);
        std::vector<std::uint32_t> all(stops.size());
        std::iota(all.begin(), all.end(), 0U);
        const WayMatrix ways = *graph->ways(all);
        REQUIRE(ways == *other->ways(names));  // The same stops in the same order.
        if (stops.size() > 12 || ways.maxCoeff() >= kNoWay) {
            continue;
        }
        std::vector<std::uint32_t> shuffled(all.begin() + 1, all.end());
        shuffle(prng, shuffled);
        shuffled.insert(shuffled.begin(), 0U);
        const auto length_of = [&](const std::vector<std::uint32_t>& order) {
            const auto search = StopTourSearch::on({*graph->ways(order), true, {}}, {});
            return (*search).best()->length_mm;
        };
        CHECK(length_of(all) == length_of(shuffled));
    }
}
