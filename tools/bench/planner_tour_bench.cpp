// Exact tours on rectangular floors: time a tour beside the aims and a plain reference, and how far
// the usual routes are from the optimum.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "firmware/base/prng.hpp"
#include "planner/check/aisle_tour_check.hpp"
#include "planner/tour/aisle_baselines.hpp"
#include "planner/tour/aisle_tour.hpp"
#include "planner/tour/directed_tour.hpp"
#include "tools/bench/planner_parts.hpp"
#include "tools/bench/table.hpp"

namespace tally::bench {

namespace {

using planner::AisleTour;
using planner::AisleTourPlanner;

struct Instance {
    AisleFloor floor;
    std::vector<FloorPoint> picks;
    FloorPoint depot;
};

/// 5 to 60 aisles and 5 to 240 picks, as in the instances of the test data.
std::vector<Instance> drawn_instances(int crosses, std::size_t count) {
    Prng prng(static_cast<std::uint64_t>(crosses));
    std::vector<Instance> instances(count);
    constexpr std::int32_t kAisles[] = {5, 15, 30, 60};
    for (std::size_t i = 0; i < count; ++i) {
        Instance& instance = instances[i];
        instance.floor.aisles = kAisles[i % 4];
        instance.floor.spacing_mm = 3;
        instance.floor.blocks_mm.assign(static_cast<std::size_t>(crosses - 1), 45);
        const std::int64_t picks = std::int64_t{15} << (i / 4 % 5);
        for (std::int64_t k = 0; k < picks; ++k) {
            const auto aisle = static_cast<std::int32_t>(prng.between(0, kAisles[i % 4] - 1));
            const auto y = static_cast<std::int32_t>(prng.between(0, 45 * (crosses - 1)));
            instance.picks.push_back({aisle, y});
        }
    }
    return instances;
}

/// Median, fastest and slowest of the mean times of the instances, in us; 0 length if wrong.
std::optional<Sample> time_of_tours(const std::vector<Instance>& instances, int repeats) {
    std::vector<double> times;
    for (const Instance& instance : instances) {
        Result<AisleTourPlanner> planner = AisleTourPlanner::on(instance.floor);
        const planner::AisleTourRequest request{instance.picks, instance.depot, {}};
        const Result<AisleTour> tour = planner->solve(request);
        if (!tour || !check_aisle_tour(instance.floor, request, *tour).empty()) {
            return std::nullopt;
        }
        const std::int64_t begin = processor_ns();
        for (int i = 0; i < repeats; ++i) {
            keep(static_cast<std::uint64_t>(planner->solve(request)->length_mm));
        }
        times.push_back(static_cast<double>(processor_ns() - begin) / 1e3 / repeats);
    }
    return sample_of(times);
}

bool print_times(bool is_quick) {
    struct Row {
        int crosses;
        double aim_us;
        double peer_us;
        std::size_t instances;
        int repeats;
    };
    constexpr Row kRows[] = {{2, 15, 38, 120, 40},
                             {3, 200, 410, 120, 10},
                             {4, 1'500, 3'300, 120, 4},
                             {5, 12'000, 27'000, 60, 1},
                             {6, 200'000, 489'000, 20, 1}};
    Table table("optimal tours, 5 to 60 aisles, 15 to 240 picks (processor time a tour)");
    for (const Row& row : kRows) {
        const auto instances =
            drawn_instances(row.crosses, is_quick ? row.instances / 4 : row.instances);
        const std::optional<Sample> sample = time_of_tours(instances, row.repeats);
        if (!sample) {
            std::fprintf(stderr, "bench_planner: a tour of %d cross aisles is wrong\n",
                         row.crosses);
            return false;
        }
        const std::string what = std::to_string(row.crosses) + " cross aisles";
        table.row(what, {*sample, "us", 1}, at_most(row.aim_us));
        table.row("  beside a plain hash-map program (recorded)", {*sample, "us", 1},
                  peer("plain DP", row.peer_us));
    }
    return true;
}

/// 30 picks on 10 and 20 aisles; a third of the aisles each way, or turns that cost 2.
enum class Variant { turns, one_way };

bool print_variants(bool is_quick) {
    Table table("the same method with directions, 30 picks (processor time a tour)");
    for (const Variant variant : {Variant::turns, Variant::one_way}) {
        for (int crosses = 2; crosses <= 3 + (is_quick ? 0 : 1); ++crosses) {
            std::vector<double> times;
            std::vector<double> gaps;
            for (Instance& instance : drawn_instances(crosses, 12)) {
                AisleFloor floor = instance.floor;
                floor.aisles = std::min(floor.aisles, 20);
                floor.turn_mm = variant == Variant::turns ? 2 : 0;
                for (std::int32_t i = 0; variant == Variant::one_way && i < floor.aisles; ++i) {
                    floor.directions.push_back(static_cast<AisleDirection>(i % 3));
                }
                instance.picks.resize(30, {0, 5});
                for (FloorPoint& pick : instance.picks) {
                    pick.aisle = std::min(pick.aisle, floor.aisles - 1);
                }
                const planner::AisleTourRequest request{instance.picks, FloorPoint{1, 0}, {}};
                const std::int64_t begin = processor_ns();
                Result<planner::DirectedTourPlanner> planner =
                    planner::DirectedTourPlanner::on(floor);
                const Result<AisleTour> tour = planner->solve(request);
                times.push_back(static_cast<double>(processor_ns() - begin) / 1e6);
                if (!tour || !check_aisle_tour(floor, request, *tour).empty()) {
                    std::fprintf(stderr, "bench_planner: a directed tour is wrong\n");
                    return false;
                }
                gaps.push_back(100 * (static_cast<double>(tour->length_mm) /
                                          static_cast<double>(tour->lower_bound_mm) -
                                      1));
            }
            const std::string name = variant == Variant::turns ? "turn costs" : "one-way aisles";
            table.row(name + ", " + std::to_string(crosses) + " cross aisles",
                      {sample_of(times), "ms", 2});
            table.row("  gap to the bound (0: proven)", {sample_of(gaps), "%", 2});
        }
    }
    return true;
}

void print_baselines() {
    Table table("the usual routes, over the optimum (one block, 5 to 60 aisles)");
    const auto instances = drawn_instances(2, 200);
    for (const planner::Baseline baseline : planner::kBaselines) {
        std::vector<double> excess;
        for (const Instance& instance : instances) {
            const planner::AisleTourRequest request{instance.picks, instance.depot, {}};
            Result<AisleTourPlanner> planner = AisleTourPlanner::on(instance.floor);
            const auto optimum = static_cast<double>(planner->solve(request)->length_mm);
            const auto usual = static_cast<double>(
                planner::baseline_tour(instance.floor, request, baseline)->length_mm);
            excess.push_back(100 * (usual / optimum - 1));
        }
        table.row(std::string(to_string(baseline)), {sample_of(excess), "% over", 1});
    }
}

}  // namespace

int bench_planner_tours(const PlannerBenchOptions& options) {
    const bool is_sound = print_times(options.is_quick) && print_variants(options.is_quick);
    print_baselines();
    return is_sound ? 0 : 1;
}

}  // namespace tally::bench
