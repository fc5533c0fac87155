// A floor where vehicles run late: actions take chance times, one vehicle may be slow or lost. The
// rolling planner plans, the action graph releases, and a watch sees only where vehicles are.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "firmware/base/prng.hpp"
#include "planner/check/floor_watch.hpp"
#include "planner/traffic/action_graph.hpp"

namespace tally::test {

/// The site's kind of floor: lanes, one of them one-way, a narrow fork, and two lanes that cross
/// without a node (a bridge has no place here: they do meet).
inline planner::TrafficMap narrow_fork() {
    FloorLayout floor;
    floor.nodes = {{"a", 0, 0},        {"b", 5000, 0},    {"c", 10000, 0},
                   {"d", 0, 8000},     {"e", 5000, 8000}, {"f", 10000, 8000},
                   {"g", 11200, 8000}, {"h", 2500, 4000}, {"i", 7500, 4000}};
    floor.lanes = {{0, 1, 5000, LaneDirection::both},    {1, 2, 5000, LaneDirection::both},
                   {0, 3, 8000, LaneDirection::both},    {1, 4, 8000, LaneDirection::both},
                   {2, 5, 8000, LaneDirection::both},    {2, 6, 8090, LaneDirection::both},
                   {3, 4, 5000, LaneDirection::both},    {4, 5, 5000, LaneDirection::both},
                   {5, 6, 1200, LaneDirection::forward}, {7, 8, 5000, LaneDirection::both},
                   {7, 3, 4717, LaneDirection::both},    {8, 5, 4717, LaneDirection::both}};
    return *planner::TrafficMap::of_layout(floor, {1'000, 900});
}

struct FloorOptions {
    std::uint64_t seed = 1;
    std::int64_t clearance_mm = 900;
    std::int64_t work = 4'000;
    std::uint32_t stall_ppm = 20'000;  ///< chance that an action takes 30 ticks more
    std::uint32_t slow = planner::kNoVehicle;
    bool is_track_freed_early = false;  ///< planted bug: an action counts as done once it begins
};

class TrafficFloor {
 public:
    TrafficFloor(const planner::MotionMap& motion, const std::vector<planner::State>& starts,
                 const FloorOptions& options)
        : motion_(motion),
          options_(options),
          traffic_(*planner::RollingTraffic::on(motion, starts, rolling(options.seed))),
          graph_(motion, starts, {}),
          watch_(options.clearance_mm),
          prng_(options.seed),
          vehicles_(starts.size()) {
        for (std::size_t i = 0; i < starts.size(); ++i) {
            vehicles_[i].from = vehicles_[i].to = starts[i];
        }
    }

    planner::RollingTraffic& traffic() { return traffic_; }
    planner::ActionGraph& graph() { return graph_; }
    const std::vector<std::string>& problems() const { return problems_; }
    std::uint64_t ticks_without_arrival() const { return quiet_; }

    void lose(std::uint32_t vehicle) {
        graph_.set_lost(vehicle, true);
        vehicles_[vehicle].is_dead = true;
    }

    /// A moment of the floor: vehicles go on, the plan follows, track is released.
    void tick() {
        ++quiet_;
        for (std::uint32_t i = 0; i < vehicles_.size(); ++i) {
            drive(i);
        }
        traffic_.resume(graph_.forecast(kWindow));
        traffic_.run(options_.work);
        std::vector<std::vector<planner::State>> paths;
        for (std::uint32_t i = 0; i < vehicles_.size(); ++i) {
            paths.push_back(traffic_.path(i));
        }
        note(graph_.plan(paths), "plan");
        if (!graph_.circle().empty()) {
            problems_.emplace_back("a circle in the graph");
        }
        graph_.release();
        std::vector<planner::Seen> seen;
        for (const Vehicle& vehicle : vehicles_) {
            seen.push_back(place(vehicle));
        }
        for (const std::string& problem : watch_.look(seen)) {
            problems_.push_back(problem);
        }
    }

    void set_goal(std::uint32_t vehicle, planner::Cell goal) { traffic_.set_goal(vehicle, goal); }
    [[nodiscard]] bool is_at_goal(std::uint32_t vehicle) const {
        return motion_.cell(graph_.at(vehicle)) == traffic_.goal(vehicle);
    }

 private:
    static constexpr std::size_t kWindow = 14;

    struct Vehicle {
        planner::State from = 0;
        planner::State to = 0;
        int ticks = 0;  ///< of the action
        int gone = 0;
        bool is_dead = false;
    };

    static planner::RollingOptions rolling(std::uint64_t seed) {
        planner::RollingOptions options;
        options.window = kWindow;
        options.seed = seed;
        options.rings = planner::Rings::forbidden;
        return options;
    }

    void note(const Result<void>& result, const std::string& what) {
        if (!result) {
            problems_.push_back(what + ": " + result.error().text);
        }
    }

    void drive(std::uint32_t index) {
        Vehicle& vehicle = vehicles_[index];
        if (vehicle.is_dead) {
            return;
        }
        if (vehicle.from == vehicle.to) {
            const std::vector<planner::State> base = graph_.base(index);
            if (base.empty()) {
                return;
            }
            vehicle.to = base.front();
            vehicle.gone = 0;
            vehicle.ticks = static_cast<int>(1 + prng_.below(3));
            vehicle.ticks += prng_.chance_ppm(options_.stall_ppm) ? 30 : 0;
            vehicle.ticks *= index == options_.slow ? 8 : 1;
            if (options_.is_track_freed_early) {
                note(graph_.done(index), "done");
            }
        }
        if (++vehicle.gone >= vehicle.ticks) {
            vehicle.from = vehicle.to;
            quiet_ = 0;
            if (!options_.is_track_freed_early) {
                note(graph_.done(index), "done");
            }
        }
    }

    [[nodiscard]] planner::Seen place(const Vehicle& vehicle) const {
        const planner::TrafficMap& map = motion_.map();
        const planner::Cell from = motion_.cell(vehicle.from);
        const planner::Cell to = motion_.cell(vehicle.to);
        const auto between = [&](std::int64_t a, std::int64_t b) {
            return vehicle.from == vehicle.to ? a : a + (b - a) * vehicle.gone / vehicle.ticks;
        };
        return {between(map.x_mm(from), map.x_mm(to)), between(map.y_mm(from), map.y_mm(to))};
    }

    const planner::MotionMap& motion_;
    FloorOptions options_;
    planner::RollingTraffic traffic_;
    planner::ActionGraph graph_;
    planner::FloorWatch watch_;
    Prng prng_;
    std::vector<Vehicle> vehicles_;
    std::vector<std::string> problems_;
    std::uint64_t quiet_ = 0;
};

}  // namespace tally::test
