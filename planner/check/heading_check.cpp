#include "planner/check/heading_check.hpp"

#include <cmath>

namespace tally::planner {

namespace {

constexpr std::size_t kProblemsMax = 20;
constexpr double kAlignedDegrees = 20;

double apart(double a, double b) {
    return std::abs(std::remainder(a - b, 360.0));
}

}  // namespace

std::vector<std::string> check_headings(const TrafficMap& map, const std::vector<Pose>& poses,
                                        std::int32_t turn_degrees) {
    std::vector<std::string> problems;
    if (poses.empty()) {
        problems.emplace_back("there are no steps");
    }
    for (std::size_t i = 1; i < poses.size() && problems.size() < kProblemsMax; ++i) {
        const Pose& from = poses[i - 1];
        const Pose& to = poses[i];
        const std::string when = "step " + std::to_string(i) + ": ";
        if (from.cell == to.cell) {
            if (apart(from.bearing, to.bearing) > turn_degrees) {
                problems.push_back(when + "turns too far at once");
            }
            continue;
        }
        if (!map.has_step(from.cell, to.cell)) {
            problems.push_back(when + "jumps");
            continue;
        }
        constexpr double kDegrees = 57.29577951308232;
        const double way = kDegrees * std::atan2(map.y_mm(to.cell) - map.y_mm(from.cell),
                                                 map.x_mm(to.cell) - map.x_mm(from.cell));
        if (apart(way, from.bearing) > kAlignedDegrees ||
            apart(way, to.bearing) > kAlignedDegrees) {
            problems.push_back(when + "drives where it does not look");
        }
    }
    return problems;
}

}  // namespace tally::planner
