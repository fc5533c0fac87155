// A vehicle that stands beside its node, by its own pose. It is known where: so it keeps what it
// stands on and what it touches, and all others go on.
#include <algorithm>
#include <cmath>
#include <utility>

#include "firmware/services/fleet/fleet.hpp"

namespace tally {

using planner::Cell;
using planner::State;

namespace {

/// From a point to a step that is driven on a straight line.
double apart(double x, double y, std::pair<double, double> from, std::pair<double, double> to) {
    const double dx = to.first - from.first;
    const double dy = to.second - from.second;
    const double square = dx * dx + dy * dy;
    const double along =
        square > 0 ? ((x - from.first) * dx + (y - from.second) * dy) / square : 0.0;
    const double part = std::clamp(along, 0.0, 1.0);
    return std::hypot(x - from.first - part * dx, y - from.second - part * dy);
}

}  // namespace

/// Two on neighbouring cells may both be so far off: half of what a cell is longer than the
/// clearance.
double Fleet::pose_off_max_mm() const {
    constexpr std::int32_t kLeast_mm = 20;
    return std::max((options_.cells.cell_mm - options_.cells.clearance_mm) / 2, kLeast_mm);
}

/// By what it says of itself while it stands; 0: it does not say.
double Fleet::off_mm(std::uint32_t index) const {
    const VehicleStatus& said = vehicles_[index].status;
    if (!said.pose || said.driving || said.pose->map != options_.map) {
        return 0;
    }
    const Cell here = motion_.cell(graph_->at(index));
    return std::hypot(static_cast<double>(said.pose->x_mm - map_.x_mm(here)),
                      static_cast<double>(said.pose->y_mm - map_.y_mm(here)));
}

/// Of one without an order, that names the node where it should be.
void Fleet::look_at_pose(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    const double off = off_mm(index);
    if (off <= pose_off_max_mm()) {
        vehicle.why_off.clear();
        return;
    }
    const VehiclePose& pose = *vehicle.status.pose;
    const std::string& place = names_[motion_.cell(graph_->at(index))];
    vehicle.why_off = "says that it stands at " + place + ", and that this is " +
                      std::to_string(pose.x_mm) + ", " + std::to_string(pose.y_mm) +
                      " mm: " + std::to_string(std::lround(off)) + " mm beside it, and " +
                      std::to_string(std::lround(pose_off_max_mm())) +
                      " are allowed (pose_tolerance_mm); drive it onto its node by hand, or to "
                      "another one and release it there";
    vehicle.touched = cells_touched(pose);
    settle(index);
}

/// Where another vehicle would come nearer to it than the clearance, or drive by.
std::vector<Cell> Fleet::cells_touched(const VehiclePose& pose) const {
    const auto x = static_cast<double>(pose.x_mm);
    const auto y = static_cast<double>(pose.y_mm);
    const double reach = options_.cells.clearance_mm + pose_off_max_mm();
    const auto at = [&](Cell cell) {
        return std::pair(static_cast<double>(map_.x_mm(cell)),
                         static_cast<double>(map_.y_mm(cell)));
    };
    const auto touches = [&](Cell cell) { return apart(x, y, at(cell), at(cell)) < reach; };
    std::set<Cell> cells;
    for (Cell cell = 0; cell < map_.size(); ++cell) {
        if (touches(cell)) {
            cells.insert(cell);
            continue;
        }
        for (const Cell next : map_.next(cell)) {
            if (!touches(next) && apart(x, y, at(cell), at(next)) < reach) {
                cells.insert({cell, next});
            }
        }
    }
    return {cells.begin(), cells.end()};
}

/// But for what others have already: they drive it to its end, and then it is kept as well.
std::vector<Cell> Fleet::cells_kept(std::uint32_t index) const {
    std::vector<Cell> kept = vehicles_[index].touched;
    for (std::uint32_t i = 0; i < vehicles_.size() && !kept.empty(); ++i) {
        std::vector<State> track{graph_->at(i)};
        const std::vector<State> base = graph_->base(i);
        track.insert(track.end(), base.begin(), base.end());
        for (const State state : track) {
            const Cell its = motion_.cell(state);
            const auto near = map_.near(its);
            std::erase_if(kept, [&](Cell cell) {
                return i != index &&
                       (cell == its || std::find(near.begin(), near.end(), cell) != near.end());
            });
        }
    }
    return kept;
}

}  // namespace tally
