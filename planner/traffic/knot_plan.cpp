#include "planner/traffic/knot_plan.hpp"

#include <algorithm>

#include "planner/traffic/timetable.hpp"

namespace tally::planner {

KnotPlan::KnotPlan(const MotionMap& motion, const std::vector<std::vector<Cell>>& firm,
                   const std::vector<KnotMove>& moves)
    : motion_(&motion) {
    for (const std::vector<Cell>& cells : firm) {
        Track& track = tracks_.emplace_back();
        track.from = cells.front();
        for (std::size_t i = 1; i < cells.size(); ++i) {
            track.legs.push_back({cells[i], {}});
        }
    }
    for (const KnotMove& move : moves) {
        tracks_[move.vehicle].legs.push_back({move.to, needs_of(move)});
    }
}

/// Of each other vehicle, the last leg up to now that leaves where this one goes, or near there.
std::vector<KnotPlan::Need> KnotPlan::needs_of(const KnotMove& move) const {
    const auto near = motion_->map().near(move.to);
    std::vector<Need> needs;
    for (std::uint32_t other = 0; other < tracks_.size(); ++other) {
        const Track& track = tracks_[other];
        for (std::size_t leg = other == move.vehicle ? 0 : track.legs.size(); leg-- > 0;) {
            const Cell left = track.at(leg);
            if (left == move.to || std::find(near.begin(), near.end(), left) != near.end()) {
                needs.push_back({other, leg});
                break;
            }
        }
    }
    return needs;
}

bool KnotPlan::follow(std::uint32_t vehicle, const std::vector<Cell>& firm) {
    Track& track = tracks_[vehicle];
    std::size_t done = track.done;
    while (done < track.legs.size() && track.at(done) != firm.front()) {
        ++done;
    }
    track.done = done;
    bool is_followed = firm.size() <= track.legs.size() - done + 1;
    for (std::size_t i = 0; i < firm.size() && is_followed; ++i) {
        is_followed = track.at(done + i) == firm[i];
    }
    return is_followed;
}

std::size_t KnotPlan::done() const {
    std::size_t done = 0;
    for (const Track& track : tracks_) {
        done += track.done;
    }
    return done;
}

/// Drives there if it looks that way, else turns, the shorter way round; the state itself if no
/// open road leads there.
State KnotPlan::toward(State state, Cell to) const {
    std::vector<std::pair<State, State>> open{{state, state}};  ///< and the first turn to get there
    for (std::size_t i = 0; i < open.size(); ++i) {
        for (const Move& move : motion_->moves(open[i].first)) {
            if (motion_->cell(move.to) == to && move.price != kBlockedPrice) {
                return i == 0 ? move.to : open[i].second;
            }
        }
        for (const Move& move : motion_->moves(open[i].first)) {
            const bool is_seen = std::any_of(open.begin(), open.end(),
                                             [&](const auto& one) { return one.first == move.to; });
            if (motion_->cell(move.to) == motion_->cell(state) && !is_seen) {
                open.emplace_back(move.to, i == 0 ? move.to : open[i].second);
            }
        }
    }
    return state;
}

bool KnotPlan::plan(std::vector<std::vector<State>>& paths,
                    const std::vector<std::size_t>& fixed) const {
    std::vector<std::size_t> done;
    for (const Track& track : tracks_) {
        done.push_back(track.done);
    }
    const std::size_t steps = paths.front().size();
    std::vector<char> is_leaving(tracks_.size());
    for (std::size_t step = 0; step + 1 < steps; ++step) {
        std::fill(is_leaving.begin(), is_leaving.end(), 0);
        // Who leaves a place lets others come to it in the same step.
        for (bool has_changed = true; has_changed;) {
            has_changed = false;
            for (std::uint32_t vehicle = 0; vehicle < tracks_.size(); ++vehicle) {
                State& next = paths[vehicle][step + 1];
                const State now = paths[vehicle][step];
                if (is_leaving[vehicle] != 0) {
                    continue;
                }
                if (step >= fixed[vehicle]) {
                    next = after(now, {vehicle, done[vehicle]}, done, is_leaving);
                }
                is_leaving[vehicle] = motion_->cell(next) != motion_->cell(now) ? 1 : 0;
                has_changed = has_changed || is_leaving[vehicle] != 0;
            }
        }
        for (std::uint32_t vehicle = 0; vehicle < tracks_.size(); ++vehicle) {
            done[vehicle] += is_leaving[vehicle] != 0 ? 1U : 0U;
        }
    }
    return is_open(paths, done);
}

/// Where it is a step later if its next leg is `leg`: it goes on if it may.
State KnotPlan::after(State now, const Need& leg, const std::vector<std::size_t>& done,
                      const std::vector<char>& is_leaving) const {
    const Track& track = tracks_[leg.vehicle];
    if (leg.number >= track.legs.size()) {
        return now;
    }
    const Leg& next = track.legs[leg.number];
    const State ahead = toward(now, next.to);
    const bool may =
        motion_->cell(ahead) != next.to ||
        std::all_of(next.needs.begin(), next.needs.end(), [&](const Need& need) {
            return done[need.vehicle] + (is_leaving[need.vehicle] != 0 ? 1U : 0U) > need.number;
        });
    return may ? ahead : now;
}

/// Whether nobody stands before a road that is closed.
bool KnotPlan::is_open(const std::vector<std::vector<State>>& paths,
                       const std::vector<std::size_t>& done) const {
    for (std::uint32_t vehicle = 0; vehicle < tracks_.size(); ++vehicle) {
        const Track& track = tracks_[vehicle];
        const State last = paths[vehicle].back();
        if (done[vehicle] < track.legs.size() &&
            toward(last, track.legs[done[vehicle]].to) == last) {
            return false;
        }
    }
    return true;
}

}  // namespace tally::planner
