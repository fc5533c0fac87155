// Published traffic instances: maps and scenarios of the MAPF benchmark (movingai), and those of
// the League of Robot Runners' start kit. Facts in files, read in place.
#pragma once

#include <string>
#include <vector>

#include "firmware/base/result.hpp"
#include "planner/traffic/path_plan.hpp"
#include "planner/traffic/traffic_map.hpp"

namespace tally::bench {

/// A .map file: `type`, `height`, `width`, `map`, then the rows.
Result<std::vector<std::string>> read_grid_rows(const std::string& path);
Result<planner::TrafficMap> read_traffic_map(const std::string& path);

/// The first `vehicles` lines of a .scen file: start and goal as column and row.
Result<planner::PathProblem> read_scenario(const std::string& path, const planner::TrafficMap& map,
                                           std::size_t vehicles);

/// Start kit files (.agents, .tasks): a count, then one place a line as row x width + column.
Result<std::vector<planner::Cell>> read_places(const std::string& path,
                                               const planner::TrafficMap& map, std::size_t width);

}  // namespace tally::bench
