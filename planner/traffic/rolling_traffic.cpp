#include "planner/traffic/rolling_traffic.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace tally::planner {

namespace {

constexpr std::size_t kVehiclesMax = 5'000;

Result<void> check_starts(const MotionMap& motion, const std::vector<State>& starts) {
    std::vector<std::uint32_t> on(motion.map().size(), kNoVehicle);
    for (std::uint32_t i = 0; i < starts.size(); ++i) {
        if (starts[i] >= motion.size()) {
            return fail(ErrorKind::malformed,
                        "vehicle " + std::to_string(i) + " starts off the map");
        }
        const Cell cell = motion.cell(starts[i]);
        std::uint32_t other = on[cell];
        for (const Cell near : motion.map().near(cell)) {
            other = std::min(other, on[near]);
        }
        if (other != kNoVehicle) {
            return fail(ErrorKind::refused, "vehicles " + std::to_string(other) + " and " +
                                                std::to_string(i) +
                                                " stand on one place, or too near each other; "
                                                "move one of them by hand");
        }
        on[cell] = i;
    }
    return {};
}

}  // namespace

Result<RollingTraffic> RollingTraffic::on(const MotionMap& motion, const std::vector<State>& starts,
                                          const RollingOptions& options) {
    if (starts.empty() || starts.size() > kVehiclesMax) {
        return fail(ErrorKind::refused,
                    std::to_string(starts.size()) + " vehicles; traffic is planned for 1 to 5000");
    }
    if (options.window < 2 || options.window > 64) {
        return fail(ErrorKind::refused, "a window of " + std::to_string(options.window) +
                                            " steps; 2 to 64 can be planned");
    }
    TALLY_TRY(check_starts(motion, starts));
    return RollingTraffic(motion, starts, options);
}

RollingTraffic::RollingTraffic(const MotionMap& motion, const std::vector<State>& starts,
                               const RollingOptions& options)
    : motion_(&motion),
      options_(options),
      prices_(motion),
      prng_(options.seed),
      table_(motion.map().size(), options.window),
      goals_(starts.size(), kNoCell),
      targets_(starts.size(), kNoCell),
      tables_(starts.size(), nullptr),
      fixed_(starts.size(), 0),
      held_(starts.size()),
      track_end_(starts.size(), kNoCell),
      costs_(starts.size(), 0),
      nearest_(starts.size(), 0),
      stuck_(starts.size(), 0),
      dead_ends_(motion.map()),
      first_in_(dead_ends_.count(), kNoVehicle),
      knot_rest_(starts.size(), 0),
      no_way_back_(starts.size()),
      is_in_group_(starts.size(), 0),
      search_(motion, options.window) {
    for (const State start : starts) {
        paths_.emplace_back(options.window + 1, start);
    }
    const TrafficMap& map = motion.map();
    for (Cell cell = 0; cell < map.size() && !roads_; ++cell) {
        const auto next = map.next(cell);
        if (!std::all_of(next.begin(), next.end(),
                         [&](Cell to) { return map.has_step(to, cell); })) {
            roads_ = std::make_unique<KnotRoads>(KnotRoads::all(map));
            way_back_.emplace(map, *roads_);
        }
    }
    book_all();
}

/// Calls `claim(step, cell)` for all that a vehicle has: its places, the released track it has yet
/// to come to, and the track of one that is lost.
void RollingTraffic::for_claims(std::uint32_t vehicle,
                                const std::function<void(std::size_t, Cell)>& claim) const {
    const std::vector<State>& path = paths_[vehicle];
    for (std::size_t step = 0; step <= options_.window; ++step) {
        claim(step, motion_->cell(path[step]));
        for (std::size_t later = step + 1; later <= fixed_[vehicle]; ++later) {
            claim(step, motion_->cell(path[later]));
        }
        for (const Cell cell : held_[vehicle]) {
            claim(step, cell);
        }
    }
}

void RollingTraffic::book(std::uint32_t vehicle) {
    for_claims(vehicle, [&](std::size_t step, Cell cell) { table_.set(step, cell, vehicle); });
}

/// Takes back what can be planned anew; what is fixed stays booked.
void RollingTraffic::unbook(std::uint32_t vehicle) {
    for (std::size_t step = fixed_[vehicle] + 1; step <= options_.window; ++step) {
        table_.set(step, motion_->cell(paths_[vehicle][step]), kNoVehicle);
    }
}

void RollingTraffic::book_all() {
    table_.clear();
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        book(vehicle);
    }
}

void RollingTraffic::set_goal(std::uint32_t vehicle, Cell goal) {
    goals_[vehicle] = goal;
    knot_rest_[vehicle] = 0;
    if (vehicle == knot_leader_) {
        leave_knot();
    }
    stuck_[vehicle] = 0;
    nearest_[vehicle] = WindowSearch::kNoPrice;
    aim(vehicle);
}

bool RollingTraffic::can_reach_goal(std::uint32_t vehicle) const {
    const State last = paths_[vehicle][fixed_[vehicle]];
    return tables_[vehicle] != nullptr && (*tables_[vehicle])[last] != GoalPrices::kFar;
}

/// Decides what is planned for, and what the plan costs.
void RollingTraffic::aim(std::uint32_t vehicle) {
    const Cell goal = goals_[vehicle];
    tables_[vehicle] = goal == kNoCell ? nullptr : &prices_.to(goal);
    targets_[vehicle] = can_reach_goal(vehicle) && held_[vehicle].empty() ? goal : kNoCell;
    for (std::size_t step = 0; step <= fixed_[vehicle]; ++step) {
        if (motion_->cell(paths_[vehicle][step]) == goal) {
            targets_[vehicle] = kNoCell;  // it gets there on released track
        }
    }
    costs_[vehicle] = price_of(vehicle);
}

std::uint32_t RollingTraffic::price_of(std::uint32_t vehicle) const {
    const std::vector<State>& path = paths_[vehicle];
    if (targets_[vehicle] == kNoCell) {
        return 0;
    }
    std::uint32_t price = 0;
    for (std::size_t step = fixed_[vehicle]; step < options_.window; ++step) {
        if (motion_->cell(path[step]) == targets_[vehicle]) {
            return price;
        }
        std::uint32_t paid = kWaitPrice;
        for (const Move& move : motion_->moves(path[step])) {
            paid = move.to == path[step + 1] ? move.price : paid;
        }
        price += paid;
    }
    return price + (*tables_[vehicle])[path[options_.window]];
}

std::uint32_t RollingTraffic::least(std::uint32_t vehicle) const {
    return targets_[vehicle] == kNoCell ? 0 : (*tables_[vehicle])[paths_[vehicle][fixed_[vehicle]]];
}

/// What a step of its way is worth: the leader's as much as those of many others.
std::int64_t RollingTraffic::weight(std::uint32_t vehicle) const {
    return vehicle == leader_ ? 64 : 1;
}

/// The leader comes first, then who is nearest to the goal.
std::vector<std::uint32_t> RollingTraffic::by_urgency() const {
    std::vector<std::uint32_t> order(paths_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (weight(a) != weight(b)) {
            return weight(a) > weight(b);
        }
        return least(a) != least(b) ? least(a) < least(b) : a < b;
    });
    return order;
}

void RollingTraffic::run(std::int64_t work) {
    constexpr std::int64_t kRoundWork = 20;
    const std::int64_t end = looked_at_ + rounds_ + work;
    if (untie(work)) {
        return;
    }
    if (scatter_steps_ > 0) {
        scatter(scatter_turn_);
    } else {
        mind_dead_ends();
        choose_leader();
        lead(work / 2);
    }
    const std::vector<std::uint32_t> order = by_urgency();
    const std::size_t count = order.size();
    std::size_t idle = 0;  // vehicles in a row that have nothing to gain
    for (std::size_t turn = 0; looked_at_ + rounds_ < end && idle < count; ++turn) {
        const auto vehicle =
            turn < 2 * count ? order[turn % count] : static_cast<std::uint32_t>(prng_.below(count));
        if (costs_[vehicle] <= least(vehicle)) {
            ++idle;
            ++rounds_;
            continue;
        }
        idle = 0;
        rounds_ += kRoundWork;
        if (turn < count) {
            group_max_ = 1;
            join_group(vehicle);
        } else {
            choose_group(vehicle);
        }
        plan_group();
        for (const std::uint32_t one : group_) {
            is_in_group_[one] = 0;
        }
        group_.clear();
    }
    for (const std::uint32_t vehicle : redirected_) {
        aim(vehicle);
    }
    redirected_.clear();
    mind_one_ways(work);
}

std::vector<Cell> RollingTraffic::cells(std::uint32_t vehicle) const {
    std::vector<Cell> cells;
    for (const State state : paths_[vehicle]) {
        cells.push_back(motion_->cell(state));
    }
    return cells;
}

void RollingTraffic::advance() {
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        std::vector<State>& path = paths_[vehicle];
        path.erase(path.begin());
        path.push_back(path.back());
        fixed_[vehicle] -= fixed_[vehicle] > 0 ? 1 : 0;
        aim(vehicle);
    }
    book_all();
    note_progress();
}

void RollingTraffic::note_progress() {
    scatter_steps_ -= scatter_steps_ > 0 ? 1 : 0;
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        const State now = paths_[vehicle][0];
        const std::uint32_t price = targets_[vehicle] == kNoCell ? 0 : (*tables_[vehicle])[now];
        const bool is_nearer = price < nearest_[vehicle] || targets_[vehicle] == kNoCell;
        knot_rest_[vehicle] -= knot_rest_[vehicle] > 0 ? 1 : 0;
        if (knot_plan_ && targets_[vehicle] != kNoCell) {
            continue;  // Who is driven about for another one has not got on by that.
        }
        stuck_[vehicle] = is_nearer ? 0 : stuck_[vehicle] + 1;
        nearest_[vehicle] = is_nearer ? price : nearest_[vehicle];
    }
}

std::size_t RollingTraffic::stuck(std::uint32_t steps) const {
    return static_cast<std::size_t>(std::count_if(
        stuck_.begin(), stuck_.end(), [&](std::uint32_t stuck) { return stuck >= steps; }));
}

}  // namespace tally::planner
