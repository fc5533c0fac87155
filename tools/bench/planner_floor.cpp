#include "tools/bench/planner_floor.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "firmware/messages/layout/floor_file.hpp"
#include "planner/map/floor_graph.hpp"
#include "planner/tour/aisle_tour.hpp"
#include "tools/bench/child.hpp"
#include "tools/bench/meter.hpp"

namespace tally::bench {

std::string floor_text() {
    std::string text = "[floor]\naisles = 50\nspacing_mm = 4000\n";
    for (const char* block : {"front", "back"}) {
        text += std::string("[[block]]\nid = \"") + block + "\"\nlength_mm = 46000\n";
    }
    for (int aisle = 0; aisle < 50; ++aisle) {
        for (int i = 0; i < 200; ++i) {
            text += "[[stop]]\nid = \"" + std::to_string(aisle) + "-" + std::to_string(i) +
                    "\"\nkind = \"" + (i == 0 ? "station" : "slot") +
                    "\"\naisle = " + std::to_string(aisle) +
                    "\ny_mm = " + std::to_string(400 + i / 2 * 900) + "\n";
        }
    }
    return text;
}

int run_floor_role(const std::string& path) {
    const std::int64_t begin = processor_ns();
    std::ifstream stream(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const Result<FloorFile> floor = read_floor(text, path);
    const Result<planner::FloorGraph> graph =
        floor ? planner::FloorGraph::on(floor->layout) : fail(floor.error());
    if (!graph || !graph->check_reach().empty()) {
        return 1;
    }
    std::int64_t sum = 0;
    for (std::uint32_t stop = 0; stop < 10'000; stop += 100) {
        sum += graph->ways_from(stop)[9'999 - stop];
    }
    std::vector<std::uint32_t> stops;
    std::vector<FloorPoint> picks;
    for (std::uint32_t stop = 0; stop < 10'000; stop += 5) {
        stops.push_back(stop);
        if (stop % 50 == 0) {
            picks.push_back(floor->aisle_stops[stop].at);
        }
    }
    Result<planner::AisleTourPlanner> planner = planner::AisleTourPlanner::on(*floor->aisles);
    const auto tour = planner->solve({picks, picks.front(), {}});
    const auto ways = graph->ways(stops);
    if (!tour || !ways) {
        return 1;
    }
    keep(static_cast<std::uint64_t>(sum + tour->length_mm + (*ways)(1, 2)));
    std::printf("floor_s %f\npeak_mib %f\n", static_cast<double>(processor_ns() - begin) / 1e9,
                resident_mib("VmHWM"));
    return 0;
}

}  // namespace tally::bench
