#include "tools/bench/traffic_data.hpp"

#include <fstream>
#include <sstream>

namespace tally::bench {

Result<std::vector<std::string>> read_grid_rows(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    while (std::getline(file, line) && line.rfind("map", 0) != 0) {
    }
    std::vector<std::string> rows;
    while (std::getline(file, line)) {
        if (!line.empty()) {
            rows.push_back(line);
        }
    }
    if (rows.empty()) {
        return fail(ErrorKind::malformed, path + ": no grid map there");
    }
    return rows;
}

Result<planner::TrafficMap> read_traffic_map(const std::string& path) {
    TALLY_TRY_ASSIGN(const std::vector<std::string> rows, read_grid_rows(path));
    return planner::TrafficMap::of_grid(std::vector<std::string_view>(rows.begin(), rows.end()));
}

Result<planner::PathProblem> read_scenario(const std::string& path, const planner::TrafficMap& map,
                                           std::size_t vehicles) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);  // version
    planner::PathProblem problem;
    while (problem.starts.size() < vehicles && std::getline(file, line)) {
        std::istringstream fields(line);
        std::string skipped;
        std::size_t at[4] = {};
        fields >> skipped >> skipped >> skipped >> skipped >> at[0] >> at[1] >> at[2] >> at[3];
        problem.starts.push_back(map.at(at[0], at[1]));
        problem.goals.push_back(map.at(at[2], at[3]));
    }
    if (problem.starts.size() < vehicles) {
        return fail(ErrorKind::malformed, path + ": not that many vehicles there");
    }
    return problem;
}

Result<std::vector<planner::Cell>> read_places(const std::string& path,
                                               const planner::TrafficMap& map, std::size_t width) {
    std::ifstream file(path);
    std::size_t count = 0;
    file >> count;
    std::vector<planner::Cell> cells;
    for (std::size_t place = 0; cells.size() < count && file >> place;) {
        cells.push_back(map.at(place % width, place / width));
    }
    if (count == 0 || cells.size() < count) {
        return fail(ErrorKind::malformed, path + ": no list of places there");
    }
    return cells;
}

}  // namespace tally::bench
