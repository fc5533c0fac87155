// One vehicle at a time that has got nowhere for too long leads: it is planned as if it were alone,
// whoever is then in the way is planned around it, and so on, at any cost. It leads until it is at
// its goal, so that sooner or later everybody gets to theirs (after the priorities of PIBT).
#include <algorithm>
#include <iterator>

#include "planner/traffic/rolling_traffic.hpp"

namespace tally::planner {

namespace {

constexpr std::uint32_t kAnyCost = 4'000;  ///< above the least: more than any way round in a window
/// How long the others stand before the leader comes: they may have to turn first, and those in a
/// queue before it one after the other.
constexpr std::size_t kGraces[] = {0, 1, 2, 3, 5, 7, 9};
/// How long they stand when others come who make way for it: half a turn.
constexpr std::size_t kTurnSteps = 2;
/// A leader that has got nowhere for so many times the patience: some knots no order unties. Then
/// all who are stuck or idle go somewhere else for a while, by chance, every other time.
constexpr std::uint32_t kHopeless = 10;
constexpr std::uint64_t kSomewhere = 64;  ///< places that are chosen from
constexpr int kOrders = 4;  ///< tried for each: who finds no way comes earlier the next time

Cell somewhere(std::uint32_t vehicle, std::uint32_t turn, std::size_t cells) {
    Prng prng((std::uint64_t{turn} << 32U) + vehicle);
    return static_cast<Cell>(prng.below(kSomewhere) * cells / kSomewhere);
}

}  // namespace

void RollingTraffic::choose_leader() {
    const bool is_led = leader_ != kNoVehicle && targets_[leader_] != kNoCell &&
                        held_[leader_].empty() && stuck_[leader_] < lead_until_;
    if (is_led) {
        return;
    }
    // In turn, so that everybody's way out is tried.
    const auto count = static_cast<std::uint32_t>(paths_.size());
    leader_ = kNoVehicle;
    for (std::uint32_t i = 0; i < count && leader_ == kNoVehicle; ++i) {
        const std::uint32_t vehicle = (last_leader_ + 1 + i) % count;
        const bool may_lead = stuck_[vehicle] >= options_.patience && targets_[vehicle] != kNoCell;
        leader_ = may_lead ? vehicle : kNoVehicle;
    }
    last_leader_ = leader_ == kNoVehicle ? last_leader_ : leader_;
    // One that does not get on by leading, either, must let another try.
    lead_until_ = leader_ == kNoVehicle ? 0 : stuck_[leader_] + options_.patience;
}

/// Sends all who are stuck or idle somewhere, for this run.
void RollingTraffic::scatter(std::uint32_t turn) {
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        const bool is_going = targets_[vehicle] != kNoCell && stuck_[vehicle] < options_.patience;
        const Cell cell = somewhere(vehicle, turn, motion_->map().size());
        const std::vector<std::uint16_t>& prices = prices_.to(cell);
        if (!is_going && held_[vehicle].empty() &&
            prices[paths_[vehicle][fixed_[vehicle]]] != GoalPrices::kFar) {
            redirected_.push_back(vehicle);
            targets_[vehicle] = cell;
            tables_[vehicle] = &prices;
            costs_[vehicle] = price_of(vehicle);
        }
    }
}

/// Plans the leader and all who make way for it; leaves everything as it is if that cannot be.
void RollingTraffic::lead(std::int64_t work) {
    if (leader_ == kNoVehicle || costs_[leader_] <= least(leader_)) {
        return;
    }
    const std::int64_t end = looked_at_ + work;
    const std::uint32_t turn = stuck_[leader_] / options_.patience;
    if (turn >= kHopeless && turn % 2 == 0) {
        scatter(turn);
        return;
    }
    // One that has led before and got nowhere stands in the only way out of those in its way.
    if (stuck_[leader_] >= 2 * options_.patience && let_others_out(looked_at_ + work / 2)) {
        return;
    }
    const std::vector<std::vector<State>> paths = paths_;
    const std::vector<std::uint32_t> costs = costs_;
    // Each call goes on with the grace after the last one tried, for the work may not do for all.
    for (std::size_t i = 0; i < std::size(kGraces) && looked_at_ < end; ++i) {
        const std::size_t grace = kGraces[grace_turn_++ % std::size(kGraces)];
        std::vector<std::uint32_t> first{leader_};  // in this order, before all others
        for (int order = 0; order < kOrders && looked_at_ < end; ++order) {
            const std::uint32_t failed = make_way(first, grace);
            if (failed == kNoVehicle) {
                return;
            }
            paths_ = paths;
            costs_ = costs;
            book_all();
            if (failed == leader_) {
                break;
            }
            first.erase(std::remove(first.begin(), first.end(), failed), first.end());
            first.insert(first.begin() + 1, failed);
        }
    }
}

/// Books what stands of a path, with the track of one that is lost, and `grace` steps more where it
/// ends.
void RollingTraffic::book_firm(WindowTable& table, std::uint32_t vehicle, std::size_t grace) const {
    const std::vector<State>& path = paths_[vehicle];
    const std::size_t last = fixed_[vehicle];
    for (std::size_t step = 0; step <= std::min(last + grace, options_.window); ++step) {
        for (std::size_t on = std::min(step, last); on <= last; ++on) {
            table.set(step, motion_->cell(path[on]), vehicle);
        }
    }
    for (std::size_t step = 0; step <= options_.window; ++step) {
        for (const Cell cell : held_[vehicle]) {
            table.set(step, cell, vehicle);
        }
    }
}

/// Takes back the steps of grace, but for what others have got since.
void RollingTraffic::free_firm(WindowTable& table, std::uint32_t vehicle, std::size_t grace) const {
    const std::vector<State>& path = paths_[vehicle];
    const std::size_t last = fixed_[vehicle];
    const Cell cell = motion_->cell(path[last]);
    for (std::size_t step = last + 1; step <= std::min(last + grace, options_.window); ++step) {
        if (table.at(step, cell) == vehicle) {
            table.set(step, cell, kNoVehicle);
        }
    }
}

/// Returns who found no way, kNoVehicle if all did.
std::uint32_t RollingTraffic::make_way(std::vector<std::uint32_t> queue, std::size_t grace) {
    WindowTable firm(motion_->map().size(), options_.window);  // what nobody yields any more
    std::vector<char> is_displaced(paths_.size(), 0);
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        book_firm(firm, vehicle, grace);
    }
    for (const std::uint32_t vehicle : queue) {
        is_displaced[vehicle] = 1;
        unbook(vehicle);
    }
    for (std::size_t i = 0; i < queue.size(); ++i) {
        const std::uint32_t vehicle = queue[i];
        const std::size_t begin = fixed_[vehicle];
        free_firm(firm, vehicle, i == 0 ? grace : std::min(grace, kTurnSteps));
        const WindowSearch::Task task{paths_[vehicle][begin], begin, targets_[vehicle],
                                      tables_[vehicle], least(vehicle) + kAnyCost};
        std::uint32_t cost = vehicle == leader_ ? WindowSearch::kNoPrice
                                                : search_.find(table_, task, paths_[vehicle]);
        if (cost == WindowSearch::kNoPrice) {
            cost = search_.find(firm, task, paths_[vehicle]);
        }
        looked_at_ = search_.work();
        if (cost == WindowSearch::kNoPrice) {
            return vehicle;
        }
        costs_[vehicle] = cost;
        for (std::size_t step = 0; step <= options_.window; ++step) {
            firm.set(step, motion_->cell(paths_[vehicle][step]), vehicle);
        }
        if (i == 0) {
            for (std::uint32_t other = 0; other < paths_.size(); ++other) {
                if (other != vehicle) {
                    free_firm(firm, other, grace);
                    book_firm(firm, other, std::min(grace, kTurnSteps));
                }
            }
        }
        displace_others(vehicle, is_displaced, queue);
        book(vehicle);
    }
    if (options_.rings == Rings::forbidden) {
        const auto ring = std::find_if(queue.begin(), queue.end(),
                                       [&](std::uint32_t one) { return has_ring(one); });
        return ring == queue.end() ? kNoVehicle : *ring;
    }
    return kNoVehicle;
}

/// Takes those out of the table who are in the way of a new path, and puts them in the queue.
void RollingTraffic::displace_others(std::uint32_t vehicle, std::vector<char>& is_displaced,
                                     std::vector<std::uint32_t>& queue) {
    const auto displace = [&](std::uint32_t other) {
        if (other != kNoVehicle && other != vehicle && is_displaced[other] == 0) {
            is_displaced[other] = 1;
            unbook(other);
            queue.push_back(other);
        }
    };
    const std::vector<State>& path = paths_[vehicle];
    for (std::size_t step = fixed_[vehicle] + 1; step <= options_.window; ++step) {
        const Cell from = motion_->cell(path[step - 1]);
        const Cell to = motion_->cell(path[step]);
        displace(table_.at(step, to));
        for (const Cell near : motion_->map().near(to)) {
            displace(table_.at(step, near));
        }
        if (from != to) {
            for (const std::uint32_t other : search_.would_swap_with(table_, step - 1, from, to)) {
                displace(other);
            }
        }
    }
}

}  // namespace tally::planner
