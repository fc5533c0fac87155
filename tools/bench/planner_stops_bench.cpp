// Floors of any shape: loading, checking and answering 10,000 slots, and tours through 200 stops
// with their gap to the bound.
#include <cstdio>
#include <string>
#include <vector>

#include "firmware/base/prng.hpp"
#include "planner/check/stop_tour_check.hpp"
#include "planner/map/floor_graph.hpp"
#include "tools/bench/planner_parts.hpp"
#include "tools/bench/table.hpp"

namespace tally::bench {

namespace {

using planner::FloorGraph;
using planner::StopTour;
using planner::StopTourRequest;
using planner::StopTourSearch;
using planner::WayMatrix;

/// 50 aisles of 3 cross aisles, 100 slots on each side of each aisle.
std::vector<AisleStop> ten_thousand_slots(const AisleFloor& floor) {
    std::vector<AisleStop> stops;
    for (std::int32_t aisle = 0; aisle < floor.aisles; ++aisle) {
        for (std::int32_t i = 0; i < 200; ++i) {
            const std::string id = std::to_string(aisle) + "-" + std::to_string(i);
            stops.push_back({PlaceId(id),
                             i == 0 ? StopKind::station : StopKind::slot,
                             {aisle, 400 + i / 2 * 900}});
        }
    }
    return stops;
}

struct FloorTimes {
    double load_ms = 0;
    double rows_ms = 0;
    double matrix_ms = 0;
    bool is_sound = false;
};

FloorTimes measure_floor() {
    const AisleFloor floor{50, 4'000, {46'000, 46'000}, {}, {}, {}, 0};
    FloorTimes times;
    std::int64_t begin = processor_ns();
    const Result<FloorLayout> layout = layout_of(floor, ten_thousand_slots(floor));
    const Result<FloorGraph> graph = FloorGraph::on(*layout);
    times.is_sound = graph && graph->check_reach().empty();
    times.load_ms = static_cast<double>(processor_ns() - begin) / 1e6;
    begin = processor_ns();
    std::int64_t sum = 0;
    for (std::uint32_t stop = 0; stop < 10'000; stop += 100) {
        sum += graph->ways_from(stop)[9'999 - stop];
    }
    times.rows_ms = static_cast<double>(processor_ns() - begin) / 1e6;
    keep(static_cast<std::uint64_t>(sum));
    std::vector<std::uint32_t> stops;
    for (std::uint32_t stop = 0; stop < 10'000; stop += 5) {
        stops.push_back(stop);
    }
    begin = processor_ns();
    times.is_sound = times.is_sound && graph->ways(stops).has_value();
    times.matrix_ms = static_cast<double>(processor_ns() - begin) / 1e6;
    return times;
}

/// Ways between 200 stops drawn on a floor: of 3 cross aisles, or in the open (rectilinear).
WayMatrix drawn_ways(bool is_open_floor, std::uint64_t seed) {
    Prng prng(seed);
    if (is_open_floor) {
        WayMatrix ways(200, 200);
        std::vector<std::int64_t> at;
        for (int i = 0; i < 400; ++i) {
            at.push_back(prng.between(0, 100'000));
        }
        for (Eigen::Index i = 0; i < 200; ++i) {
            for (Eigen::Index k = 0; k < 200; ++k) {
                const auto a = static_cast<std::size_t>(2 * i);
                const auto b = static_cast<std::size_t>(2 * k);
                ways(i, k) = static_cast<std::int32_t>(std::abs(at[a] - at[b]) +
                                                       std::abs(at[a + 1] - at[b + 1]));
            }
        }
        return ways;
    }
    const AisleFloor floor{30, 4'000, {45'000, 45'000}, {}, {}, {}, 0};
    std::vector<AisleStop> stops;
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 0; i < 200; ++i) {
        const auto aisle = static_cast<std::int32_t>(prng.between(0, 29));
        const auto y = static_cast<std::int32_t>(prng.between(0, 90'000));
        stops.push_back({PlaceId("s" + std::to_string(i)), StopKind::slot, {aisle, y}});
        all.push_back(i);
    }
    return *FloorGraph::on(*layout_of(floor, stops))->ways(all);
}

struct TourTimes {
    std::vector<double> gaps;
    std::vector<double> seconds;
    bool is_sound = true;
};

TourTimes measure_tours(bool is_open_floor, int runs) {
    TourTimes times;
    for (int run = 0; run < runs; ++run) {
        const StopTourRequest request{
            drawn_ways(is_open_floor, static_cast<std::uint64_t>(run + 1)), true, {}};
        const std::int64_t begin = processor_ns();
        Result<StopTourSearch> search = StopTourSearch::on(request, {1, 40'000'000});
        while (processor_ns() - begin < 1'000'000'000 && !search->step(100'000)) {
        }
        times.seconds.push_back(static_cast<double>(processor_ns() - begin) / 1e9);
        const Result<StopTour> tour = search->best();
        times.is_sound = times.is_sound && tour && check_stop_tour(request, *tour).empty();
        times.gaps.push_back(100 * tour->gap());
    }
    return times;
}

}  // namespace

int bench_planner_stops(const PlannerBenchOptions& options) {
    Table floors("a floor of 10,000 slots (processor time)");
    const FloorTimes times = measure_floor();
    floors.row("built, checked, all slots reached", {sample_of({times.load_ms}), "ms", 1},
               at_most(1'000));
    floors.row("ways from 100 slots to all", {sample_of({times.rows_ms}), "ms", 1});
    floors.row("matrix of 2,000 x 2,000 ways", {sample_of({times.matrix_ms}), "ms", 1});
    Table tours("tours through 200 stops, any graph, 1 s of processor time");
    bool is_sound = times.is_sound;
    for (const bool is_open_floor : {false, true}) {
        const TourTimes run = measure_tours(is_open_floor, options.is_quick ? 3 : 8);
        is_sound = is_sound && run.is_sound;
        const std::string what = is_open_floor ? "open floor" : "aisles, 3 cross aisles";
        tours.row(what + ": gap to the bound", {sample_of(run.gaps), "%", 2}, at_most(2));
        tours.row("  time it took", {sample_of(run.seconds), "s", 2});
    }
    if (!is_sound) {
        std::fprintf(stderr, "bench_planner: a floor or a tour through stops was not valid\n");
    }
    return is_sound ? 0 : 1;
}

}  // namespace tally::bench
