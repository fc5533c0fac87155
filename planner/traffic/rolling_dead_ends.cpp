// Who may drive into a dead end. Vehicles in there that are to leave it, or stand in the way of one
// that is to go in, come out first: meanwhile the others wait outside, and who is in their way in
// there backs out. So nobody meets anybody in there, also where it is deeper than the window.
#include <algorithm>
#include <tuple>
#include <utility>

#include "planner/traffic/rolling_traffic.hpp"

namespace tally::planner {

/// Where it stands, or will for certain.
Cell RollingTraffic::place(std::uint32_t vehicle) const {
    return motion_->cell(paths_[vehicle][fixed_[vehicle]]);
}

/// Those in a dead end, or near enough to come into it within the window, whose target is in it:
/// first who was first before, then who is in it, the deepest first, then who has waited longest.
std::vector<std::uint32_t> RollingTraffic::those_who_want_in() const {
    std::vector<std::uint32_t> wanting;
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        const Cell target = targets_[vehicle];
        const std::uint32_t dead_end = target == kNoCell ? DeadEnds::kNone : dead_ends_.of(target);
        if (dead_end != DeadEnds::kNone &&
            (dead_ends_.of(place(vehicle)) == dead_end ||
             is_before(vehicle, dead_ends_.way_out(target).back()))) {
            wanting.push_back(vehicle);
        }
    }
    const auto rank = [&](std::uint32_t vehicle) {
        const std::uint32_t dead_end = dead_ends_.of(targets_[vehicle]);
        const bool is_in = dead_ends_.of(place(vehicle)) == dead_end;
        const bool is_first = first_in_[dead_end] == vehicle;
        return std::tuple(is_first, is_in ? dead_ends_.way_out(place(vehicle)).size() : 0,
                          stuck_[vehicle] / options_.patience);
    };
    std::stable_sort(wanting.begin(), wanting.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return rank(a) > rank(b); });
    return wanting;
}

/// Near enough to the mouth of a dead end to come into it within the window.
bool RollingTraffic::is_before(std::uint32_t vehicle, Cell mouth) const {
    const std::uint32_t from_mouth = (*tables_[vehicle])[motion_->at(mouth, 0)];
    return least(vehicle) <= from_mouth + options_.window * kStepPrice;
}

void RollingTraffic::mind_dead_ends() {
    if (!dead_ends_.has_any()) {
        return;
    }
    const std::vector<Cell> targets = targets_;
    std::vector<std::uint32_t> admitted;
    std::vector<std::uint32_t> first(first_in_.size(), kNoVehicle);
    for (const std::uint32_t vehicle : those_who_want_in()) {
        std::uint32_t& first_in = first[dead_ends_.of(targets[vehicle])];
        first_in = first_in == kNoVehicle ? vehicle : first_in;
        if (targets_[vehicle] == targets[vehicle] && may_drive_in(vehicle, targets, admitted)) {
            admitted.push_back(vehicle);
        }
    }
    first_in_ = std::move(first);
    for (const std::uint32_t vehicle : redirected_) {
        costs_[vehicle] = price_of(vehicle);
    }
}

/// Looks at all who are in its dead end, or may come in before it, and sends those out who must
/// leave; false if it waits for any of them outside, or backs out itself.
bool RollingTraffic::may_drive_in(std::uint32_t vehicle, const std::vector<Cell>& targets,
                                  const std::vector<std::uint32_t>& admitted) {
    const Cell target = targets[vehicle];
    const std::uint32_t dead_end = dead_ends_.of(target);
    const bool is_in = dead_ends_.of(place(vehicle)) == dead_end;
    const std::vector<Cell> way =
        is_in ? dead_ends_.way(place(vehicle), target) : dead_ends_.way_out(target);
    // One at a time makes others move.
    const bool is_served = std::any_of(admitted.begin(), admitted.end(), [&](std::uint32_t one) {
        return dead_ends_.of(targets[one]) == dead_end;
    });
    bool may = true;
    for (std::uint32_t other = 0; other < paths_.size(); ++other) {
        const Cell at = place(other);
        const bool is_before_it =
            std::find(admitted.begin(), admitted.end(), other) != admitted.end();
        if (other == vehicle || (dead_ends_.of(at) != dead_end && !is_before_it)) {
            continue;
        }
        const bool stands = !held_[other].empty();
        const bool is_in_the_way =
            !stands && is_before_it ? is_on(targets[other], way) : is_on(at, way);
        if (!stands && targets[other] == kNoCell && is_in_the_way && targets_[other] == kNoCell &&
            !is_served) {
            send_aside(other, is_in ? dead_ends_.way_out(target) : way_alone(vehicle));
            if (targets_[other] == kNoCell) {
                continue;  // It has nowhere to go: they will have to find another way.
            }
        }
        const bool is_leaving =
            !stands && !is_before_it && targets_[other] != kNoCell &&
            (targets_[other] != targets[other] || dead_ends_.of(targets[other]) != dead_end);
        const bool is_met = is_leaving || is_in_the_way;
        if (!is_met || stands) {
            may = may && (!is_met || is_in);
            continue;
        }
        const std::vector<Cell> its_way =
            is_leaving && dead_ends_.of(targets_[other]) != dead_end
                ? dead_ends_.way_out(at)
                : dead_ends_.way(at, targets_[other] == kNoCell ? at : targets_[other]);
        const bool is_in_its_way =
            is_in && is_on(place(vehicle), its_way) && (is_in_the_way || is_on(target, its_way));
        if (is_in_its_way) {
            send_aside(vehicle, is_leaving ? way_alone(other) : its_way);
            return false;
        }
        may = may && is_in;
    }
    if (!may) {
        targets_[vehicle] = kNoCell;  // It waits where it is, or makes way.
        redirected_.push_back(vehicle);
    }
    return may;
}

bool RollingTraffic::is_on(Cell cell, const std::vector<Cell>& way) const {
    const auto near = motion_->map().near(cell);
    return std::any_of(way.begin(), way.end(), [&](Cell one) {
        return one == cell || std::find(near.begin(), near.end(), one) != near.end();
    });
}

/// Marks a cell, and those where nobody may stand beside one who is on it.
void RollingTraffic::take(Cell cell, std::vector<char>& is_taken) const {
    is_taken[cell] = 1;
    for (const Cell near : motion_->map().near(cell)) {
        is_taken[near] = 1;
    }
}

/// Makes the nearest place beside a way, where nobody stands or is sent, its target for this run:
/// one it comes to as the others stand now, else one outside its dead end.
void RollingTraffic::send_aside(std::uint32_t vehicle, const std::vector<Cell>& way) {
    const TrafficMap& map = motion_->map();
    std::vector<char> is_taken(map.size(), 0);
    std::vector<char> is_stood_on(map.size(), 0);
    for (std::uint32_t other = 0; other < paths_.size(); ++other) {
        if (other != vehicle) {
            take(place(other), is_taken);
            is_stood_on[place(other)] = 1;
        }
        for (const Cell cell : held_[other]) {
            take(cell, is_taken);
        }
    }
    for (const std::uint32_t other : redirected_) {
        if (targets_[other] != kNoCell) {
            take(targets_[other], is_taken);
        }
    }
    for (const Cell cell : way) {
        take(cell, is_taken);
    }
    const std::uint32_t dead_end = dead_ends_.of(place(vehicle));
    for (const bool is_anyhow : {false, true}) {
        std::vector<Cell> open{place(vehicle)};
        std::vector<char> is_seen(map.size(), 0);
        is_seen[open[0]] = 1;
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (is_taken[open[i]] == 0 && (!is_anyhow || dead_ends_.of(open[i]) != dead_end)) {
                targets_[vehicle] = open[i];
                tables_[vehicle] = &prices_.to(open[i]);
                redirected_.push_back(vehicle);
                return;
            }
            for (const Cell next : map.next(open[i])) {
                if (is_seen[next] == 0 && (is_anyhow || is_stood_on[next] == 0)) {
                    is_seen[next] = 1;
                    open.push_back(next);
                }
            }
        }
    }
}

}  // namespace tally::planner
