// Traffic without end, on the small warehouse of the League of Robot Runners 2023: robots that
// turn, 500 steps, each robot's tasks fixed and told one at a time. A budget of work a step, the
// same on every machine; its processor time is measured beside it.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "planner/check/heading_check.hpp"
#include "planner/check/path_plan_check.hpp"
#include "planner/traffic/rolling_traffic.hpp"
#include "tools/bench/planner_parts.hpp"
#include "tools/bench/table.hpp"
#include "tools/bench/traffic_data.hpp"

namespace tally::bench {

namespace {

using planner::Cell;
using planner::MotionMap;
using planner::RollingTraffic;
using planner::State;
using planner::TrafficMap;

struct Row {
    std::size_t robots;
    double aim;
    double winner;  ///< of 2023, 50 ms a step on two threads, recorded
    double bound;   ///< each robot alone
};
constexpr Row kRows[] = {{50, 667, 667, 719},
                         {100, 1'278, 1'278, 1'431},
                         {200, 2'265, 2'265, 2'933},
                         {400, 2'265, 1'287, 5'842}};

constexpr std::int64_t kWorkPerStep = 200'000;

struct Run {
    double tasks = 0;
    double worst_ms = 0;
    double mean_ms = 0;
    double stuck_max = 0;
    bool is_sound = true;
};

/// What the robots did, judged by those who know neither the planner's tables nor its states.
bool is_sound_record(const TrafficMap& map, const std::vector<std::vector<planner::Pose>>& poses) {
    std::vector<std::vector<Cell>> cells(poses.size());
    bool is_sound = true;
    for (std::size_t i = 0; i < poses.size(); ++i) {
        for (const planner::Pose& pose : poses[i]) {
            cells[i].push_back(pose.cell);
        }
        is_sound = is_sound && check_headings(map, poses[i], 90).empty();
    }
    return is_sound && check_traffic(map, cells, {planner::Rings::allowed, 700}).empty();
}

Run run_league(const TrafficMap& map, const std::vector<Cell>& starts,
               const std::vector<Cell>& tasks, int steps) {
    const std::size_t count = starts.size();
    const MotionMap motion(map, {90, planner::against_percent_for(count, map.size())});
    std::vector<State> at;
    for (const Cell start : starts) {
        at.push_back(motion.at(start, 0));
    }
    Result<RollingTraffic> traffic = RollingTraffic::on(motion, at, {});
    std::vector<std::size_t> task(count);
    std::vector<std::vector<planner::Pose>> poses(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        task[i] = i;
        traffic->set_goal(i, tasks[i]);
        poses[i].push_back({starts[i], 0});
    }
    Run run;
    for (int step = 0; step < steps; ++step) {
        const std::int64_t begin = processor_ns();
        traffic->run(kWorkPerStep);
        traffic->advance();
        const double ms = static_cast<double>(processor_ns() - begin) / 1e6;
        run.worst_ms = std::max(run.worst_ms, ms);
        run.mean_ms += ms / steps;
        run.stuck_max = std::max(run.stuck_max, static_cast<double>(traffic->stuck(100)));
        for (std::uint32_t i = 0; i < count; ++i) {
            const State state = traffic->path(i)[0];
            poses[i].push_back({motion.cell(state), motion.bearing(state)});
            if (motion.cell(state) == traffic->goal(i)) {
                run.tasks += 1;
                task[i] += count;
                traffic->set_goal(i, tasks[task[i] % tasks.size()]);
            }
        }
    }
    run.is_sound = is_sound_record(map, poses);
    return run;
}

}  // namespace

int bench_planner_rolling(const PlannerBenchOptions& options) {
    const std::string folder = options.testdata + "/planner/lorr/2023-startkit-v1.1.5/";
    const auto rows = read_grid_rows(folder + "maps/warehouse_small.map");
    if (!rows) {
        std::fprintf(stderr, "bench_planner: %s\n", rows.error().text.c_str());
        return 0;
    }
    const auto map = TrafficMap::of_grid(std::vector<std::string_view>(rows->begin(), rows->end()));
    const std::size_t width = rows->front().size();
    const auto tasks = read_places(folder + "tasks/warehouse_small.tasks", *map, width);
    const int steps = options.is_quick ? 100 : 500;
    Table table("traffic without end: robots that turn, 1,277 cells, " + std::to_string(steps) +
                " steps, tasks one by one");
    table.note("aims are for 500 steps; " + std::to_string(kWorkPerStep) + " units of work a step");
    bool is_sound = true;
    for (const Row& row : kRows) {
        const auto starts =
            read_places(folder + "agents/warehouse_small_" + std::to_string(row.robots) + ".agents",
                        *map, width);
        if (!starts || !tasks) {
            return 0;
        }
        const Run run = run_league(*map, *starts, *tasks, steps);
        is_sound = is_sound && run.is_sound;
        const double share = static_cast<double>(steps) / 500;
        table.row(std::to_string(row.robots) + " robots: tasks", {sample_of({run.tasks}), "", 0},
                  at_least(row.aim * share));
        table.row("  winner of 2023 (recorded)", {sample_of({row.winner * share}), "", 0});
        table.row("  of what robots alone would do",
                  {sample_of({100 * run.tasks / row.bound / share}), "%", 1});
        table.row("  a step, mean", {sample_of({run.mean_ms}), "ms", 1});
        table.row("  a step, worst", {sample_of({run.worst_ms}), "ms", 1}, at_most(50));
        table.row("  without progress for 100 steps, most at once",
                  {sample_of({run.stuck_max}), "", 0});
    }
    if (!is_sound) {
        std::fprintf(stderr, "bench_planner: vehicles touched or turned as they cannot\n");
    }
    return is_sound ? 0 : 1;
}

}  // namespace tally::bench
