// tally-demo-baselines FLOOR STATIONS CAPACITY < ORDERS: what warehouses drive today for these
// orders (CSV, "order,place", a line a pick), to stand beside what the fleet drove. Each tour
// begins and ends at that of the stations (separated by commas) that is best for it. JSON on
// stdout: for each way of working its tours, each {"length_mm": ..., "picks": ...}.
//   s_shape       one order at a time, every aisle with picks from one end to the other
//   largest_gap   orders as they come, CAPACITY picks together, in and out leaving the widest gap
//   planned       ours, on the same paper: orders batched for short ways, each tour the shortest
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "firmware/messages/config/box_files.hpp"
#include "planner/batch/batching.hpp"
#include "planner/tour/aisle_baselines.hpp"
#include "planner/tour/aisle_tour.hpp"

namespace {

using namespace tally;
using Json = nlohmann::json;

using Places = std::map<std::string, FloorPoint>;

Result<std::vector<planner::BatchOrder>> read_orders(const Places& places) {
    std::vector<planner::BatchOrder> orders;
    std::map<std::string, std::size_t> index;
    std::string line;
    std::getline(std::cin, line);  // The titles.
    while (std::getline(std::cin, line)) {
        const auto comma = line.find(',');
        const auto place = places.find(line.substr(comma + 1));
        if (comma == std::string::npos || place == places.end()) {
            return fail(ErrorKind::malformed, "no place of the floor in the line '" + line + "'");
        }
        const auto [at, is_new] = index.try_emplace(line.substr(0, comma), orders.size());
        if (is_new) {
            orders.emplace_back();
        }
        orders[at->second].picks.push_back(place->second);
        ++orders[at->second].weight;
    }
    return orders;
}

Result<std::vector<FloorPoint>> read_stations(const std::string& text, const Places& places) {
    std::vector<FloorPoint> stations;
    std::stringstream words(text);
    for (std::string word; std::getline(words, word, ',');) {
        const auto place = places.find(word);
        if (place == places.end()) {
            return fail(ErrorKind::malformed, "the floor has no place '" + word + "'");
        }
        stations.push_back(place->second);
    }
    return stations;
}

using Drive = std::function<Result<planner::AisleTour>(const planner::AisleTourRequest&)>;

/// The shortest over the stations.
Result<Json> tour(const std::vector<FloorPoint>& stations, const std::vector<FloorPoint>& picks,
                  const Drive& drive) {
    std::int64_t best_mm = std::numeric_limits<std::int64_t>::max();
    for (const FloorPoint from : stations) {
        TALLY_TRY_ASSIGN(const planner::AisleTour found, drive({picks, from, {}}));
        best_mm = std::min(best_mm, found.length_mm);
    }
    return Json{{"length_mm", best_mm}, {"picks", picks.size()}};
}

Result<Json> tours(const std::vector<FloorPoint>& stations,
                   const std::vector<planner::BatchOrder>& orders,
                   const std::vector<planner::Batch>& batches, const Drive& drive) {
    Json all = Json::array();
    for (const planner::Batch& batch : batches) {
        std::vector<FloorPoint> picks;
        for (const std::uint32_t order : batch.orders) {
            picks.insert(picks.end(), orders[order].picks.begin(), orders[order].picks.end());
        }
        TALLY_TRY_ASSIGN(Json one, tour(stations, picks, drive));
        all.push_back(std::move(one));
    }
    return all;
}

Result<Json> baselines(const std::string& file, const std::string& named, int capacity) {
    TALLY_TRY_ASSIGN(const auto floor, load_floor(file));
    if (!floor || !floor->aisles) {
        return fail(ErrorKind::malformed, file + " is no floor of aisles");
    }
    Places places;
    for (const AisleStop& stop : floor->aisle_stops) {
        places[stop.place.str()] = stop.at;
    }
    TALLY_TRY_ASSIGN(const std::vector<FloorPoint> stations, read_stations(named, places));
    TALLY_TRY_ASSIGN(const std::vector<planner::BatchOrder> orders, read_orders(places));
    const AisleFloor& aisles = *floor->aisles;
    const planner::BatchingProblem problem{aisles, stations.at(0), orders, capacity};
    std::vector<planner::Batch> alone;
    for (std::uint32_t order = 0; order < orders.size(); ++order) {
        alone.push_back({{order}, 0});
    }
    TALLY_TRY_ASSIGN(const planner::Batching as_they_came, planner::first_come_batching(problem));
    TALLY_TRY_ASSIGN(planner::BatchSearch search, planner::BatchSearch::on(problem, {}));
    while (!search.step(std::numeric_limits<std::int64_t>::max())) {
    }
    TALLY_TRY_ASSIGN(planner::AisleTourPlanner planner, planner::AisleTourPlanner::on(aisles));
    const auto by = [&](planner::Baseline baseline) {
        return [&aisles, baseline](const planner::AisleTourRequest& request) {
            return planner::baseline_tour(aisles, request, baseline);
        };
    };
    TALLY_TRY_ASSIGN(Json s_shape, tours(stations, orders, alone, by(planner::Baseline::s_shape)));
    TALLY_TRY_ASSIGN(Json largest_gap, tours(stations, orders, as_they_came.batches,
                                             by(planner::Baseline::largest_gap)));
    TALLY_TRY_ASSIGN(Json planned, tours(stations, orders, search.best().batches,
                                         [&](const planner::AisleTourRequest& request) {
                                             return planner.solve(request);
                                         }));
    return Json{{"s_shape", std::move(s_shape)},
                {"largest_gap", std::move(largest_gap)},
                {"planned", std::move(planned)}};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("tally-demo-baselines FLOOR STATIONS CAPACITY < ORDERS\n", stderr);
        return 2;
    }
    const auto answer = baselines(argv[1], argv[2], std::atoi(argv[3]));
    if (!answer) {
        std::fprintf(stderr, "tally-demo-baselines: %s\n", answer.error().text.c_str());
        return 1;
    }
    std::puts(answer->dump().c_str());
    return 0;
}
