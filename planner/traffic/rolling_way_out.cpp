// The leader before a dead end, or in an aisle, meets vehicles that can only get out where it
// stands. They are sent to places beside its way, and it is planned after them: it steps back, lets
// them out and goes in.
#include <algorithm>

#include "planner/traffic/rolling_traffic.hpp"

namespace tally::planner {

namespace {

constexpr std::size_t kBlockersMax = 6;
constexpr int kOrders = 6;  ///< tried: who finds no way comes first the next time

}  // namespace

/// The cells it would drive over if it were alone, from where it stands or will for certain.
std::vector<Cell> RollingTraffic::way_alone(std::uint32_t vehicle) const {
    const std::vector<std::uint16_t>& prices = *tables_[vehicle];
    State at = paths_[vehicle][fixed_[vehicle]];
    std::vector<Cell> way{motion_->cell(at)};
    while (way.back() != targets_[vehicle] && way.size() < motion_->map().size()) {
        State best = at;
        std::uint32_t least = WindowSearch::kNoPrice;
        for (const Move& move : motion_->moves(at)) {
            const std::uint32_t sum = std::uint32_t{move.price} + prices[move.to];
            if (move.price != kBlockedPrice && sum < least) {
                least = sum;
                best = move.to;
            }
        }
        if (best == at) {
            break;
        }
        at = best;
        if (motion_->cell(at) != way.back()) {
            way.push_back(motion_->cell(at));
        }
    }
    return way;
}

/// Vehicles that stand, or will for certain, on a way or too near it: the nearest first.
std::vector<std::uint32_t> RollingTraffic::those_on(const std::vector<Cell>& way) const {
    std::vector<std::uint32_t> on(motion_->map().size(), kNoVehicle);
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        if (vehicle != leader_ && held_[vehicle].empty()) {
            on[motion_->cell(paths_[vehicle][fixed_[vehicle]])] = vehicle;
        }
    }
    std::vector<std::uint32_t> found;
    const auto add = [&](Cell cell) {
        if (on[cell] != kNoVehicle && found.size() < kBlockersMax &&
            std::find(found.begin(), found.end(), on[cell]) == found.end()) {
            found.push_back(on[cell]);
        }
    };
    for (const Cell cell : way) {
        add(cell);
        for (const Cell near : motion_->map().near(cell)) {
            add(near);
        }
    }
    return found;
}

/// Gives each of them the nearest place beside the way as its target; false if there is none.
bool RollingTraffic::send_out(const std::vector<std::uint32_t>& blockers,
                              const std::vector<Cell>& way) {
    const TrafficMap& map = motion_->map();
    std::vector<char> is_taken(map.size(), 0);
    for (const Cell cell : way) {
        take(cell, is_taken);
    }
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        for (const Cell cell : held_[vehicle]) {
            take(cell, is_taken);
        }
        if (std::find(blockers.begin(), blockers.end(), vehicle) == blockers.end()) {
            take(place(vehicle), is_taken);
        }
    }
    for (const std::uint32_t vehicle : blockers) {
        std::vector<Cell> open{motion_->cell(paths_[vehicle][fixed_[vehicle]])};
        std::vector<char> is_seen(map.size(), 0);
        is_seen[open[0]] = 1;
        std::size_t i = 0;
        while (i < open.size() && is_taken[open[i]] != 0) {
            for (const Cell next : map.next(open[i++])) {
                if (is_seen[next] == 0) {
                    is_seen[next] = 1;
                    open.push_back(next);
                }
            }
        }
        if (i == open.size()) {
            return false;
        }
        take(open[i], is_taken);
        targets_[vehicle] = open[i];
        tables_[vehicle] = &prices_.to(open[i]);
    }
    return true;
}

/// Plans those out who are in the leader's way, and then the leader; leaves all as it is if that
/// cannot be.
bool RollingTraffic::let_others_out(std::int64_t end) {
    const std::vector<Cell> way = way_alone(leader_);
    const std::vector<std::uint32_t> blockers = those_on(way);
    if (blockers.empty()) {
        return false;
    }
    const std::vector<Cell> targets = targets_;
    const std::vector<const std::vector<std::uint16_t>*> tables = tables_;
    const std::vector<std::vector<State>> paths = paths_;
    const std::vector<std::uint32_t> costs = costs_;
    bool is_found = false;
    if (send_out(blockers, way)) {
        std::vector<std::uint32_t> first = blockers;
        first.push_back(leader_);
        for (int order = 0; order < kOrders && !is_found && looked_at_ < end; ++order) {
            const std::uint32_t failed = make_way(first, 0);
            is_found = failed == kNoVehicle;
            if (!is_found) {
                paths_ = paths;
                costs_ = costs;
                book_all();
                const auto at = std::find(first.begin(), first.end(), failed);
                if (at != first.end()) {
                    first.erase(at);
                }
                first.insert(first.begin(), failed);
            }
        }
    }
    targets_ = targets;
    tables_ = tables;
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        costs_[vehicle] = price_of(vehicle);
    }
    return is_found;
}

}  // namespace tally::planner
