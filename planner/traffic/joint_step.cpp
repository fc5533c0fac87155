#include "planner/traffic/joint_step.hpp"

#include <algorithm>
#include <array>

namespace tally::planner {

JointStep::JointStep(const TrafficMap& map, const PathProblem& problem, GoalDistances& distances,
                     Prng prng)
    : map_(&map),
      problem_(&problem),
      prng_(prng),
      next_(problem.starts.size(), kNoCell),
      is_now_(map.size(), kNobody),
      is_next_(map.size(), kNobody),
      is_moving_(problem.starts.size(), 0) {
    for (const Cell goal : problem.goals) {
        tables_.push_back(&distances.to(goal));
    }
}

bool JointStep::make(std::span<const Cell> now, std::span<const std::uint32_t> order,
                     std::span<const Fixed> fixed) {
    now_ = now;
    std::fill(next_.begin(), next_.end(), kNoCell);
    for (std::uint32_t vehicle = 0; vehicle < now.size(); ++vehicle) {
        is_now_[now[vehicle]] = vehicle;
    }
    bool is_made = place_fixed(fixed);
    for (std::size_t i = 0; is_made && i < order.size(); ++i) {
        is_made = next_[order[i]] != kNoCell || move(order[i]);
    }
    is_made = is_made && (problem_->rings == Rings::allowed || !has_ring());
    for (std::uint32_t vehicle = 0; vehicle < now.size(); ++vehicle) {
        is_now_[now[vehicle]] = kNobody;
        if (next_[vehicle] != kNoCell) {
            is_next_[next_[vehicle]] = kNobody;
        }
    }
    return is_made;
}

bool JointStep::place_fixed(std::span<const Fixed> fixed) {
    for (const Fixed& one : fixed) {
        const std::uint32_t there = is_now_[one.to];
        const bool is_swap =
            there != kNobody && there != one.vehicle && next_[there] == now_[one.vehicle];
        if (is_next_[one.to] != kNobody || is_swap) {
            return false;
        }
        next_[one.vehicle] = one.to;
        is_next_[one.to] = one.vehicle;
    }
    return true;
}

bool JointStep::move(std::uint32_t vehicle) {
    struct Choice {
        std::uint32_t key;
        Cell cell;
    };
    constexpr std::size_t kChoicesMax = 16;

    const Cell at = now_[vehicle];
    std::array<Choice, kChoicesMax> choices;
    std::size_t count = 0;
    std::uint64_t luck = prng_.next();
    const auto add = [&](Cell cell) {
        // Nearest first; among equals a free cell before an occupied one, then by chance.
        const std::uint32_t is_taken = is_now_[cell] == kNobody ? 0 : 1;
        const auto draw = static_cast<std::uint32_t>(luck & 0xff);
        luck = luck >> 8 | luck << 56;
        choices[count++] = {std::uint32_t{way(vehicle, cell)} << 9 | is_taken << 8 | draw, cell};
    };
    const std::span<const Cell> ahead = map_->next(at);
    for (std::size_t i = 0; i < ahead.size() && i + 1 < kChoicesMax; ++i) {
        add(ahead[i]);
    }
    add(at);
    work_ += static_cast<std::int64_t>(count);
    std::sort(choices.begin(), choices.begin() + static_cast<std::ptrdiff_t>(count),
              [](const Choice& a, const Choice& b) {
                  return std::pair(a.key, a.cell) < std::pair(b.key, b.cell);
              });
    const std::uint32_t partner = partner_of_swap(vehicle, choices[0].cell);
    if (partner != kNobody) {
        std::reverse(choices.begin(), choices.begin() + static_cast<std::ptrdiff_t>(count));
    }
    is_moving_[vehicle] = 1;
    for (std::size_t i = 0; i < count; ++i) {
        const Cell to = choices[i].cell;
        const std::uint32_t there = is_now_[to];
        if (is_next_[to] != kNobody || (there != kNobody && next_[there] == at)) {
            continue;
        }
        if (problem_->rings == Rings::forbidden && there != kNobody && there != vehicle &&
            is_moving_[there] != 0) {
            continue;
        }
        next_[vehicle] = to;
        is_next_[to] = vehicle;
        if (there != kNobody && there != vehicle && next_[there] == kNoCell && !move(there)) {
            continue;  // the one there stays, and is_next_ says so
        }
        if (i == 0 && partner != kNobody && next_[partner] == kNoCell && is_next_[at] == kNobody &&
            map_->has_step(now_[partner], at)) {
            next_[partner] = at;
            is_next_[at] = partner;
        }
        is_moving_[vehicle] = 0;
        return true;
    }
    is_moving_[vehicle] = 0;
    next_[vehicle] = at;
    is_next_[at] = vehicle;
    return false;
}

std::uint32_t JointStep::partner_of_swap(std::uint32_t vehicle, Cell best) const {
    const Cell at = now_[vehicle];
    if (best == at) {
        return kNobody;
    }
    const std::uint32_t ahead = is_now_[best];
    if (ahead != kNobody && next_[ahead] == kNoCell && needs_swap(vehicle, ahead, at, best) &&
        can_swap(best, at)) {
        return ahead;
    }
    for (const Cell beside : map_->next(at)) {
        const std::uint32_t other = is_now_[beside];
        if (other != kNobody && beside != best && needs_swap(other, vehicle, at, best) &&
            can_swap(best, at)) {
            return other;
        }
    }
    return kNobody;
}

/// Cells but `from` and dead ends where somebody is at home.
std::size_t JointStep::ways_out(Cell at, Cell from, Cell& free) const {
    std::size_t count = 0;
    for (const Cell cell : map_->next(at)) {
        const std::uint32_t there = is_now_[cell];
        const bool is_parked =
            map_->next(cell).size() == 1 && there != kNobody && problem_->goals[there] == cell;
        if (cell != from && !is_parked) {
            free = cell;
            ++count;
        }
    }
    return count;
}

/// Pushes the puller along the aisle in thought, for as long as that brings the pusher nearer.
bool JointStep::needs_swap(std::uint32_t pusher, std::uint32_t puller, Cell pusher_at,
                           Cell puller_at) const {
    while (way(pusher, puller_at) < way(pusher, pusher_at)) {
        Cell free = kNoCell;
        const std::size_t ways = ways_out(puller_at, pusher_at, free);
        if (ways >= 2) {
            return false;
        }
        if (ways == 0) {
            break;
        }
        pusher_at = puller_at;
        puller_at = free;
    }
    return way(puller, pusher_at) < way(puller, puller_at) &&
           (way(pusher, pusher_at) == 0 || way(pusher, puller_at) < way(pusher, pusher_at));
}

/// Pulls both the other way, until there is a crossing to change places in.
bool JointStep::can_swap(Cell pusher_at, Cell puller_at) const {
    for (std::size_t i = 0; i < map_->size(); ++i) {
        Cell free = kNoCell;
        const std::size_t ways = ways_out(puller_at, pusher_at, free);
        if (ways != 1) {
            return ways >= 2;
        }
        pusher_at = puller_at;
        puller_at = free;
    }
    return false;  // round and round
}

bool JointStep::has_ring() const {
    std::vector<std::uint32_t> mark(next_.size(), kNobody);
    for (std::uint32_t root = 0; root < next_.size(); ++root) {
        std::uint32_t vehicle = root;
        while (vehicle != kNobody && mark[vehicle] == kNobody && next_[vehicle] != now_[vehicle]) {
            mark[vehicle] = root;
            vehicle = is_now_[next_[vehicle]];
        }
        if (vehicle != kNobody && mark[vehicle] == root) {
            return true;
        }
    }
    return false;
}

}  // namespace tally::planner
