// The last resort, where leading has brought nobody on: everybody stands, a way for one vehicle is
// looked for that all others make room for, and all follow it until that one is at its goal.
#include <algorithm>

#include "planner/traffic/rolling_traffic.hpp"

namespace tally::planner {

namespace {

/// A vehicle that has got nowhere for so many times the patience is in a knot.
constexpr std::uint32_t kKnot = 8;
/// Everybody stands for at most so many steps until a way is found.
constexpr std::uint32_t kThinkMax = 60;
/// Where nobody has got on for so many times as long, or the one that leads for twice as long, any
/// way out is taken that there is.
constexpr std::uint32_t kHopeless = 2;
/// Of work for each step of the way out to find out whether it can be undone.
constexpr std::int64_t kUndoWork = 20'000;
/// Nobody has got on for so many times the patience: somebody is held up for good.
constexpr std::uint32_t kHeldUp = 4;

}  // namespace

/// The cells of its released track, from where it is on.
std::vector<Cell> RollingTraffic::firm_cells(std::uint32_t vehicle) const {
    std::vector<Cell> cells;
    for (std::size_t step = 0; step <= fixed_[vehicle]; ++step) {
        const Cell cell = motion_->cell(paths_[vehicle][step]);
        if (cells.empty() || cells.back() != cell) {
            cells.push_back(cell);
        }
    }
    return cells;
}

/// Plans for all and returns true while there is a knot.
bool RollingTraffic::untie(std::int64_t work) {
    if (knot_plan_ && follow_knot()) {
        return true;
    }
    if (knot_search_ && targets_[knot_leader_] == kNoCell) {
        leave_knot();
    }
    if (!knot_search_) {
        knot_leader_ = scatter_steps_ > 0 ? kNoVehicle : deepest_in_knot();
        knot_steps_ = 0;
    }
    if (knot_leader_ == kNoVehicle) {
        return false;
    }
    if (!knot_search_ && is_standstill()) {
        // If there is no way, chance is to make another knot of it.
        scatter_steps_ = kThinkMax + options_.patience;
        ++scatter_turn_;
    }
    if (!knot_search_ || knot_ != knot_now()) {
        knot_ = knot_now();
        knot_roads_ = std::make_unique<KnotRoads>(KnotRoads::open(*motion_));
        knot_search_.emplace(motion_->map(), *knot_roads_, knot_, knot_guard());
    }
    const KnotSearch::State state = knot_search_->run(work);
    if (state == KnotSearch::State::found || !knot_search_->has_way()) {
        scatter_steps_ = 0;
    }
    if (state == KnotSearch::State::found) {
        std::vector<std::vector<Cell>> firm;
        for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
            firm.push_back(firm_cells(vehicle));
        }
        knot_plan_.emplace(*motion_, firm, knot_search_->found());
        knot_search_.reset();
        knot_steps_ = 0;
        knot_done_ = 0;
        return follow_knot();
    }
    if (state != KnotSearch::State::searching || ++knot_steps_ > kThinkMax) {
        knot_rest_[knot_leader_] = kKnot * options_.patience;
        leave_knot();
        return false;
    }
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        stop_before(vehicle, fixed_[vehicle] + 1);
        costs_[vehicle] = price_of(vehicle);
    }
    book_all();
    return true;
}

/// Nobody is on the way anywhere, nor planned to be.
bool RollingTraffic::is_standstill() const {
    return std::all_of(paths_.begin(), paths_.end(), [](const std::vector<State>& path) {
        return std::all_of(path.begin(), path.end(),
                           [&](State state) { return state == path.front(); });
    });
}

/// Whether all who have somewhere to go have got nowhere for so many times the patience.
bool RollingTraffic::is_all_stuck(std::uint32_t times) const {
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        if (targets_[vehicle] != kNoCell && stuck_[vehicle] < times * options_.patience) {
            return false;
        }
    }
    return true;
}

/// Who has got nowhere for longest, of those that have for too long.
std::uint32_t RollingTraffic::deepest_in_knot() const {
    std::uint32_t deepest = kNoVehicle;
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        const bool is_in = targets_[vehicle] != kNoCell && knot_rest_[vehicle] == 0 &&
                           stuck_[vehicle] >= kKnot * options_.patience;
        if (is_in && (deepest == kNoVehicle || stuck_[vehicle] > stuck_[deepest])) {
            deepest = vehicle;
        }
    }
    return deepest;
}

/// The knot as it will be when all have come to the end of their track.
Knot RollingTraffic::knot_now() const {
    Knot knot{{}, {}, knot_leader_, targets_[knot_leader_]};
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        knot.at.push_back(held_[vehicle].empty() ? place(vehicle) : kNoCell);
        knot.taken.insert(knot.taken.end(), held_[vehicle].begin(), held_[vehicle].end());
    }
    return knot;
}

/// What must not be driven on the way out of it: what might lead to a knot that cannot be untied.
/// But where nobody gets on without that, there is nothing to lose.
KnotGuard RollingTraffic::knot_guard() {
    KnotGuard guard;
    const bool is_hopeless = is_all_stuck(kHopeless * kKnot) ||
                             stuck_[knot_leader_] >= 2 * kHopeless * kKnot * options_.patience;
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        if (!held_[vehicle].empty()) {
            guard.standing.push_back(end_of_track(vehicle));
        }
    }
    guard.way_back = way_back_ && !is_hopeless ? &*way_back_ : nullptr;
    guard.work = kUndoWork;
    return guard;
}

void RollingTraffic::leave_knot() {
    knot_search_.reset();
    knot_plan_.reset();
    knot_leader_ = kNoVehicle;
}

/// Moves the plan on to where everybody is; false if it is over or cannot be carried out any more.
bool RollingTraffic::follow_knot() {
    bool is_on = knot_plan_->has_more(knot_leader_) && targets_[knot_leader_] != kNoCell;
    for (std::uint32_t vehicle = 0; vehicle < paths_.size() && is_on; ++vehicle) {
        is_on = held_[vehicle].empty() ? knot_plan_->follow(vehicle, firm_cells(vehicle))
                                       : !knot_plan_->has_more(vehicle);
    }
    if (is_on) {
        const std::size_t done = knot_plan_->done();
        knot_steps_ = done == knot_done_ ? knot_steps_ + 1 : 0;
        knot_done_ = done;
        is_on = knot_steps_ <= kHeldUp * options_.patience;
    }
    if (is_on) {
        std::vector<std::vector<State>> paths = paths_;
        is_on = knot_plan_->plan(paths, fixed_);
        if (is_on) {
            std::swap(paths_, paths);
        }
    }
    if (!is_on) {
        leave_knot();
        return false;
    }
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        costs_[vehicle] = price_of(vehicle);
    }
    book_all();
    return true;
}

}  // namespace tally::planner
