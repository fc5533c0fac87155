#include "planner/check/floor_watch.hpp"

#include <algorithm>
#include <cmath>

namespace tally::planner {

namespace {

constexpr std::size_t kProblemsMax = 20;

/// Least distance from the origin on the way from a to b.
double nearest(Seen a, Seen b) {
    const auto ax = static_cast<double>(a.x_mm);
    const auto ay = static_cast<double>(a.y_mm);
    const double dx = static_cast<double>(b.x_mm) - ax;
    const double dy = static_cast<double>(b.y_mm) - ay;
    const double square = dx * dx + dy * dy;
    const double when = square > 0 ? std::clamp(-(ax * dx + ay * dy) / square, 0.0, 1.0) : 0.0;
    return std::hypot(ax + when * dx, ay + when * dy);
}

}  // namespace

std::vector<std::string> FloorWatch::look(const std::vector<Seen>& vehicles) {
    std::vector<std::string> problems;
    const std::vector<Seen>& from = before_.size() == vehicles.size() ? before_ : vehicles;
    for (std::size_t i = 0; i < vehicles.size(); ++i) {
        for (std::size_t k = i + 1; k < vehicles.size() && problems.size() < kProblemsMax; ++k) {
            const Seen begin{from[k].x_mm - from[i].x_mm, from[k].y_mm - from[i].y_mm};
            const Seen end{vehicles[k].x_mm - vehicles[i].x_mm,
                           vehicles[k].y_mm - vehicles[i].y_mm};
            const double distance = nearest(begin, end);
            if (distance < static_cast<double>(clearance_mm_) - 1) {
                problems.push_back("vehicles " + std::to_string(i) + " and " + std::to_string(k) +
                                   " came as near as " + std::to_string(std::lround(distance)) +
                                   " mm");
            }
        }
    }
    before_ = vehicles;
    return problems;
}

}  // namespace tally::planner
