// Groups of vehicles that are planned anew together, and what becomes of plans that cannot stand.
#include <algorithm>
#include <utility>

#include "planner/traffic/rolling_traffic.hpp"

namespace tally::planner {

void RollingTraffic::join_group(std::uint32_t vehicle) {
    if (vehicle != kNoVehicle && is_in_group_[vehicle] == 0 && group_.size() < group_max_ &&
        held_[vehicle].empty()) {
        is_in_group_[vehicle] = 1;
        group_.push_back(vehicle);
    }
}

/// A vehicle, who is in its way, and some of those around them; in chance order.
void RollingTraffic::choose_group(std::uint32_t vehicle) {
    group_max_ = 1 + prng_.below(10);
    join_group(vehicle);
    join_those_in_the_way(vehicle);
    for (int i = 0; i < 20 && !group_.empty() && group_.size() < group_max_; ++i) {
        const std::uint32_t one = group_[prng_.below(group_.size())];
        const std::size_t step = prng_.below(options_.window + 1);
        Cell cell = motion_->cell(paths_[one][step]);
        for (int hop = 0; hop < 2 && !motion_->map().next(cell).empty(); ++hop) {
            const std::span<const Cell> next = motion_->map().next(cell);
            cell = next[prng_.below(next.size())];
        }
        join_group(table_.at(step, cell));
    }
    const bool is_first = weight(vehicle) > 1;  // the leader is planned first
    for (std::size_t i = group_.size(); i > (is_first ? 2U : 1U); --i) {
        const std::size_t from = is_first ? 1 : 0;
        std::swap(group_[i - 1], group_[from + prng_.below(i - from)]);
    }
}

/// Goes where it would go alone, from its first free step or a later one, and sees whom it meets.
void RollingTraffic::join_those_in_the_way(std::uint32_t vehicle) {
    if (targets_[vehicle] == kNoCell) {
        return;
    }
    const std::vector<std::uint16_t>& prices = *tables_[vehicle];
    std::size_t step = fixed_[vehicle];
    if (prng_.below(2) == 0) {
        step += prng_.below(options_.window + 1 - step);
    }
    State at = paths_[vehicle][step];
    for (; step < options_.window && motion_->cell(at) != targets_[vehicle]; ++step) {
        State best = at;
        std::uint32_t least = WindowSearch::kNoPrice;
        for (const Move& move : motion_->moves(at)) {
            const std::uint32_t sum = std::uint32_t{move.price} + prices[move.to];
            if (sum < least || (sum == least && prng_.below(2) == 0)) {
                least = sum;
                best = move.to;
            }
        }
        const Cell from = motion_->cell(at);
        const Cell to = motion_->cell(best);
        join_group(table_.at(step + 1, to));
        for (const Cell near : motion_->map().near(to)) {
            join_group(table_.at(step + 1, near));
        }
        const std::uint32_t there = table_.at(step, to);
        if (there != kNoVehicle && there == table_.at(step + 1, from)) {
            join_group(there);
        }
        at = best;
    }
}

/// True if the group found a plan that costs no more, by weight; else all is as before.
bool RollingTraffic::plan_group() {
    kept_.resize(std::max(kept_.size(), group_.size()));
    kept_costs_.resize(kept_.size());
    std::int64_t spare = 0;  // what all may pay above their least
    for (std::size_t i = 0; i < group_.size(); ++i) {
        const std::uint32_t vehicle = group_[i];
        unbook(vehicle);
        kept_[i] = paths_[vehicle];
        kept_costs_[i] = costs_[vehicle];
        spare += weight(vehicle) * (std::int64_t{costs_[vehicle]} - least(vehicle));
    }
    std::size_t planned = 0;
    for (; planned < group_.size(); ++planned) {
        const std::uint32_t vehicle = group_[planned];
        const auto limit = static_cast<std::uint32_t>(least(vehicle) + spare / weight(vehicle) + 1);
        const std::size_t begin = fixed_[vehicle];
        const std::uint32_t cost = search_.find(
            table_, {paths_[vehicle][begin], begin, targets_[vehicle], tables_[vehicle], limit},
            paths_[vehicle]);
        if (cost == WindowSearch::kNoPrice) {
            break;
        }
        costs_[vehicle] = cost;
        spare -= weight(vehicle) * (std::int64_t{cost} - least(vehicle));
        book(vehicle);
    }
    looked_at_ = search_.work();
    bool is_kept = planned == group_.size();
    for (std::size_t i = 0; is_kept && options_.rings == Rings::forbidden && i < planned; ++i) {
        is_kept = !has_ring(group_[i]);
    }
    if (is_kept) {
        return true;
    }
    for (std::size_t i = 0; i < planned; ++i) {
        unbook(group_[i]);
    }
    for (std::size_t i = 0; i < group_.size(); ++i) {
        paths_[group_[i]] = kept_[i];
        costs_[group_[i]] = kept_costs_[i];
        book(group_[i]);
    }
    return false;
}

/// Whether a move of this vehicle waits for itself: it enters a place (or one near it) that another
/// leaves in the same step, who enters one that ... it leaves.
bool RollingTraffic::has_ring(std::uint32_t vehicle) const {
    std::vector<std::uint32_t> open;
    for (std::size_t step = 0; step < options_.window; ++step) {
        open.assign(1, vehicle);
        for (std::size_t i = 0; i < open.size(); ++i) {
            const Cell from = motion_->cell(paths_[open[i]][step]);
            const Cell to = motion_->cell(paths_[open[i]][step + 1]);
            if (from == to) {
                continue;
            }
            const auto follow = [&](Cell cell) {
                const std::uint32_t ahead = table_.at(step, cell);
                if (ahead == vehicle && open[i] != vehicle) {
                    return true;
                }
                if (ahead != kNoVehicle &&
                    std::find(open.begin(), open.end(), ahead) == open.end()) {
                    open.push_back(ahead);
                }
                return false;
            };
            bool is_ring = follow(to);
            for (const Cell near : motion_->map().near(to)) {
                is_ring = follow(near) || is_ring;
            }
            if (is_ring) {
                return true;
            }
        }
    }
    return false;
}

std::vector<std::uint32_t> RollingTraffic::resume(std::vector<RollingVehicle> vehicles) {
    for (std::uint32_t i = 0; i < paths_.size() && i < vehicles.size(); ++i) {
        std::vector<State>& path = vehicles[i].path;
        path.resize(options_.window + 1, path.empty() ? paths_[i][0] : path.back());
        paths_[i] = std::move(path);
        fixed_[i] = std::min(vehicles[i].fixed, options_.window);
        held_[i] = std::move(vehicles[i].held);
        track_end_[i] = vehicles[i].track_end;
    }
    std::vector<std::uint32_t> stopped = settle();
    note_progress();
    return stopped;
}

std::vector<std::uint32_t> RollingTraffic::roads_changed() {
    prices_.clear();
    leave_knot();
    return settle();
}

/// Stops whoever meets a closed road, held track or somebody stopped, until nobody does.
std::vector<std::uint32_t> RollingTraffic::settle() {
    std::vector<char> is_stopped(paths_.size(), 0);
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        const std::vector<State>& path = paths_[vehicle];
        for (std::size_t step = fixed_[vehicle]; step < options_.window; ++step) {
            for (const Move& move : motion_->moves(path[step])) {
                if (move.to == path[step + 1] && move.price == kBlockedPrice) {
                    is_stopped[vehicle] = stop_before(vehicle, step + 1) ? 1 : 0;
                }
            }
        }
    }
    while (stop_clashing(is_stopped)) {
    }
    std::vector<std::uint32_t> stopped;
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        aim(vehicle);
        if (is_stopped[vehicle] != 0) {
            stopped.push_back(vehicle);
        }
    }
    return stopped;
}

/// Books everybody; where two clash, who came later stops before it comes. True if somebody did.
bool RollingTraffic::stop_clashing(std::vector<char>& is_stopped) {
    struct Clash {
        std::size_t step;
        std::uint32_t one;
        std::uint32_t other;
    };
    std::vector<Clash> clashes;
    table_.clear();
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        for_claims(vehicle, [&](std::size_t step, Cell cell) {
            const auto note = [&](std::uint32_t other) {
                if (other != kNoVehicle && other != vehicle) {
                    clashes.push_back({step, vehicle, other});
                }
            };
            note(table_.at(step, cell));
            for (const Cell near : motion_->map().near(cell)) {
                note(table_.at(step, near));
            }
            table_.set(step, cell, vehicle);
        });
    }
    std::stable_sort(clashes.begin(), clashes.end(),
                     [](const Clash& a, const Clash& b) { return a.step < b.step; });
    bool has_changed = false;
    std::size_t first = options_.window;  // later clashes may be gone once these have been settled
    for (const Clash& clash : clashes) {
        if (clash.step > first) {
            break;
        }
        const std::size_t came = came_at(clash.one, clash.step);
        const std::size_t other_came = came_at(clash.other, clash.step);
        const bool is_one_later = came != other_came ? came > other_came : clash.one > clash.other;
        const std::uint32_t later = is_one_later ? clash.one : clash.other;
        if (stop_before(later, std::max(came, other_came))) {
            is_stopped[later] = 1;
            has_changed = true;
            first = clash.step;
        }
    }
    return has_changed;
}

/// When it came to the cell where it is at a step; 0 if that stands.
std::size_t RollingTraffic::came_at(std::uint32_t vehicle, std::size_t step) const {
    const std::vector<State>& path = paths_[vehicle];
    if (!held_[vehicle].empty()) {
        return 0;
    }
    while (step > 0 && motion_->cell(path[step - 1]) == motion_->cell(path[step])) {
        --step;
    }
    return step <= fixed_[vehicle] ? 0 : step;
}

/// Lets it stay where it is before a step; false if that step is fixed or it stays anyway.
bool RollingTraffic::stop_before(std::uint32_t vehicle, std::size_t step) {
    std::vector<State>& path = paths_[vehicle];
    if (step <= fixed_[vehicle]) {
        return false;
    }
    const bool has_changed =
        std::any_of(path.begin() + static_cast<std::ptrdiff_t>(step), path.end(),
                    [&](State state) { return state != path[step - 1]; });
    std::fill(path.begin() + static_cast<std::ptrdiff_t>(step), path.end(), path[step - 1]);
    return has_changed;
}

}  // namespace tally::planner
