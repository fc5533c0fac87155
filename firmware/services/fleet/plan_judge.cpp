#include "firmware/services/fleet/plan_judge.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>

#include "planner/check/path_plan_check.hpp"

namespace tally {

using planner::Cell;
using planner::State;

namespace {

/// Somebody is to come into the track of one that stands, or too near it, and is not released to.
std::optional<std::string> comes_into_track(const planner::TrafficMap& map,
                                            const std::vector<std::vector<Cell>>& ways,
                                            const std::vector<planner::RollingVehicle>& forecast) {
    std::map<Cell, std::size_t> whose;
    for (std::size_t i = 0; i < forecast.size(); ++i) {
        for (const Cell cell : forecast[i].held) {
            whose[cell] = i;
            for (const Cell near : map.near(cell)) {
                whose.try_emplace(near, i);
            }
        }
    }
    for (std::size_t i = 0; i < std::min(ways.size(), forecast.size()) && !whose.empty(); ++i) {
        for (std::size_t step = forecast[i].fixed + 1; step < ways[i].size(); ++step) {
            const auto other = whose.find(ways[i][step]);
            if (ways[i][step] != ways[i][step - 1] && other != whose.end() && other->second != i) {
                return "vehicle " + std::to_string(i) + ", step " + std::to_string(step) +
                       ": comes into the track of vehicle " + std::to_string(other->second) +
                       ", which stands";
            }
        }
    }
    return std::nullopt;
}

}  // namespace

Result<void> take_judged(planner::ActionGraph& graph, const planner::MotionMap& motion,
                         const std::vector<planner::RollingVehicle>& forecast,
                         const std::vector<std::vector<State>>& paths) {
    std::vector<std::vector<Cell>> ways(paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
        std::transform(paths[i].begin(), paths[i].end(), std::back_inserter(ways[i]),
                       [&](State state) { return motion.cell(state); });
    }
    // Distances while two move are the graph's: it lets nobody come before the other has arrived.
    const std::vector<std::string> wrong =
        planner::check_traffic(motion.map(), ways, {planner::Rings::forbidden, 0});
    const std::optional<std::string> into = comes_into_track(motion.map(), ways, forecast);
    if (!wrong.empty() || into) {
        return fail(ErrorKind::corrupt, (wrong.empty() ? *into : wrong.front()) +
                                            " (vehicles count from 0 as in the config); the plan "
                                            "before is kept; report this");
    }
    return graph.plan(paths);
}

}  // namespace tally
