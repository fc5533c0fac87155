// One-shot traffic on the warehouse maps of the MAPF benchmark: when the first plan is there, and
// how far the sum of costs is from the shortest ways after 2 s of processor time. Before it, what
// must be known of the largest of the maps before 200 vehicles that turn can begin.
#include <cstdio>
#include <string>
#include <vector>

#include "planner/check/path_plan_check.hpp"
#include "planner/traffic/path_search.hpp"
#include "planner/traffic/rolling_traffic.hpp"
#include "tools/bench/planner_parts.hpp"
#include "tools/bench/table.hpp"
#include "tools/bench/traffic_data.hpp"

namespace tally::bench {

namespace {

using planner::PathPlan;
using planner::PathSearch;
using planner::TrafficMap;

struct Row {
    const char* map;
    std::size_t vehicles;
    double first_aim_ms;
    double first_peer_ms;
    double ratio_aim;
};

constexpr Row kRows[] = {{"warehouse-10-20-10-2-1", 50, 7, 71, 1.003},
                         {"warehouse-10-20-10-2-1", 100, 11, 113, 1.010},
                         {"warehouse-10-20-10-2-1", 200, 26, 199, 1.036},
                         {"warehouse-20-40-10-2-1", 500, 0, 0, 0}};

struct Times {
    std::vector<double> first_ms;
    std::vector<double> first_ratio;
    std::vector<double> ratio;
    bool is_sound = true;
};

void measure(const TrafficMap& map, const planner::PathProblem& problem, double seconds,
             Times& times) {
    const std::int64_t begin = processor_ns();
    Result<PathSearch> search = PathSearch::on(map, problem, {1, std::int64_t{1} << 60});
    while (search && !search->has_plan() && !search->step(20'000)) {
    }
    if (!search || !search->has_plan()) {
        times.is_sound = false;
        return;
    }
    times.first_ms.push_back(static_cast<double>(processor_ns() - begin) / 1e6);
    const auto ratio = [&](const PathPlan& plan) {
        times.is_sound = times.is_sound && check_path_plan(map, problem, plan, 700).empty();
        return static_cast<double>(plan.sum_of_costs) / static_cast<double>(plan.lower_bound);
    };
    const PathPlan first = *search->best();
    while (static_cast<double>(processor_ns() - begin) < seconds * 1e9 && !search->step(20'000)) {
    }
    times.ratio.push_back(ratio(*search->best()));
    times.first_ratio.push_back(ratio(first));
}

constexpr const char* kLargest = "warehouse-20-40-10-2-2";

/// What is ready before the first step, and what it took.
struct Prepared {
    std::size_t cells = 0;
    double map_s = 0;    ///< the file read, with headings and dead ends
    double goals_s = 0;  ///< distances from everywhere to the goals of 200 vehicles as well
};

Result<Prepared> prepare(const std::string& folder) {
    constexpr std::size_t kVehicles = 200;
    const std::string name = kLargest;
    const std::int64_t begin = processor_ns();
    const auto since = [begin] { return static_cast<double>(processor_ns() - begin) / 1e9; };
    TALLY_TRY_ASSIGN(const TrafficMap map, read_traffic_map(folder + "maps/" + name + ".map"));
    TALLY_TRY_ASSIGN(
        const planner::PathProblem problem,
        read_scenario(folder + "scen/" + name + "-10000agents-1.first2000.scen", map, kVehicles));
    const planner::MotionMap motion(map, {90, 0});
    std::vector<planner::State> at;
    for (const planner::Cell start : problem.starts) {
        at.push_back(motion.at(start, 0));
    }
    TALLY_TRY_ASSIGN(planner::RollingTraffic traffic, planner::RollingTraffic::on(motion, at, {}));
    Prepared prepared{map.size(), since(), 0};
    for (std::uint32_t vehicle = 0; vehicle < kVehicles; ++vehicle) {
        traffic.set_goal(vehicle, problem.goals[vehicle]);
        if (!traffic.can_reach_goal(vehicle)) {
            return fail(ErrorKind::malformed, name + ": no way to a goal");
        }
    }
    prepared.goals_s = since();
    return prepared;
}

bool bench_preprocessing(const std::string& folder, Table& table) {
    std::vector<double> map_s;
    std::vector<double> goals_s;
    std::size_t cells = 0;
    for (int i = 0; i < 3; ++i) {
        const Result<Prepared> made = prepare(folder);
        if (!made) {
            std::fprintf(stderr, "bench_planner: %s\n", made.error().text.c_str());
            return false;
        }
        map_s.push_back(made->map_s);
        goals_s.push_back(made->goals_s);
        cells = made->cells;
    }
    const std::string name = std::string(kLargest) + ", " + std::to_string(cells) + " cells, ";
    table.row(name + "4 headings: made ready", {sample_of(map_s), "s", 3}, at_most(1));
    table.row("    with distances to 200 goals, each a table made when it is first asked for",
              {sample_of(goals_s), "s", 3});
    return true;
}

}  // namespace

int bench_planner_traffic(const PlannerBenchOptions& options) {
    const std::string folder = options.testdata + "/planner/mapf/";
    Table table("one-shot traffic, 3 scenarios each (processor time, distances included)");
    bool is_sound = bench_preprocessing(folder, table);
    for (const Row& row : kRows) {
        const std::string name = row.map;
        const Result<TrafficMap> map = read_traffic_map(folder + "maps/" + name + ".map");
        if (!map) {
            std::fprintf(stderr, "bench_planner: %s\n", map.error().text.c_str());
            return 0;
        }
        Times times;
        for (int i = 1; i <= 3; ++i) {
            const auto problem =
                read_scenario(folder + "scen/" + name + "-own-" + std::to_string(i) + ".scen", *map,
                              row.vehicles);
            if (problem) {
                measure(*map, *problem, options.is_quick ? 0.5 : 2, times);
            }
        }
        is_sound = is_sound && times.is_sound && times.ratio.size() == 3;
        const std::string what = name + ", " + std::to_string(row.vehicles) + " vehicles";
        const bool has_aim = row.ratio_aim > 0;
        table.row(what + ": first plan", {sample_of(times.first_ms), "ms", 1},
                  has_aim ? at_most(row.first_aim_ms) : Beside{});
        if (has_aim) {
            table.row("  beside LaCAM3 on two cores (recorded)",
                      {sample_of(times.first_ms), "ms", 1}, peer("LaCAM3", row.first_peer_ms));
        }
        table.row("  its costs over the shortest ways", {sample_of(times.first_ratio), "x", 3});
        table.row("  the same after 2 s", {sample_of(times.ratio), "x", 4},
                  has_aim ? at_most(row.ratio_aim) : Beside{});
    }
    if (!is_sound) {
        std::fprintf(stderr, "bench_planner: a traffic plan was missing or not valid\n");
    }
    return is_sound ? 0 : 1;
}

}  // namespace tally::bench
