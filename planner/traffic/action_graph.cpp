#include "planner/traffic/action_graph.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace tally::planner {

ActionGraph::ActionGraph(const MotionMap& motion, const std::vector<State>& starts,
                         const ReleaseOptions& options)
    : motion_(&motion), options_(options), tracks_(starts.size()) {
    for (std::size_t i = 0; i < starts.size(); ++i) {
        tracks_[i].at = starts[i];
    }
}

Result<void> ActionGraph::plan(const std::vector<std::vector<State>>& paths) {
    std::vector<std::vector<Stay>> stays(motion_->map().size());
    TALLY_TRY_ASSIGN(std::vector<Track> tracks, actions_of(paths, stays));
    TALLY_TRY(add_needs(tracks, stays));
    if (!circle(tracks).empty()) {
        return fail(
            ErrorKind::conflict,
            "this plan has vehicles that wait for each other in a circle; plan without rings");
    }
    tracks_ = std::move(tracks);
    return {};
}

/// The tracks with the new actions, released ones first; and who stays where, by cell.
Result<std::vector<ActionGraph::Track>> ActionGraph::actions_of(
    const std::vector<std::vector<State>>& paths, std::vector<std::vector<Stay>>& stays) const {
    if (paths.size() != tracks_.size()) {
        return fail(ErrorKind::malformed, "a plan for " + std::to_string(paths.size()) + " of " +
                                              std::to_string(tracks_.size()) + " vehicles");
    }
    std::vector<Track> tracks = tracks_;
    for (std::uint32_t vehicle = 0; vehicle < paths.size(); ++vehicle) {
        Track& track = tracks[vehicle];
        std::vector<State> path{track.at};
        std::vector<std::size_t> steps{0};
        for (std::size_t step = 0; step < paths[vehicle].size(); ++step) {
            if (paths[vehicle][step] != path.back()) {
                path.push_back(paths[vehicle][step]);
                steps.push_back(step);
            }
        }
        if (track.is_lost) {  // it keeps what it has
            for (const Cell kept : track.kept) {
                stays[kept].push_back({0, vehicle, 0, true, kNever});
            }
            path.resize(1);
            for (std::size_t i = 0; i < track.released; ++i) {
                path.push_back(track.actions[i].to);
                steps.push_back(0);
            }
        }
        bool is_kept = path.size() > track.released;
        for (std::size_t i = 0; is_kept && i < track.released; ++i) {
            is_kept = path[i + 1] == track.actions[i].to;
        }
        if (!is_kept) {
            return fail(ErrorKind::conflict, "the plan leaves out what is released to vehicle " +
                                                 std::to_string(vehicle));
        }
        track.actions.clear();
        Cell cell = motion_->cell(path[0]);
        stays[cell].push_back({0, vehicle, 0, true, kNever});
        for (std::size_t i = 1; i < path.size(); ++i) {
            track.actions.push_back({path[i], {}});
            const Cell to = motion_->cell(path[i]);
            if (to != cell) {
                const std::uint64_t number = track.done + i - 1;
                if (!track.is_lost) {
                    stays[cell].back().left = number;
                }
                // Released track is its own from now on, whenever it gets there.
                const bool is_own = i <= track.released;
                stays[to].push_back({is_own ? 0 : steps[i], vehicle, number, is_own, kNever});
                cell = to;
            }
        }
    }
    return tracks;
}

/// Every action that enters a cell waits for those who were on it, or too near it, before.
Result<void> ActionGraph::add_needs(std::vector<Track>& tracks,
                                    std::vector<std::vector<Stay>>& stays) const {
    for (std::vector<Stay>& on_cell : stays) {
        std::stable_sort(on_cell.begin(), on_cell.end(),
                         [](const Stay& a, const Stay& b) { return a.step < b.step; });
    }
    for (Cell cell = 0; cell < stays.size(); ++cell) {
        for (const Stay& stay : stays[cell]) {
            if (stay.is_there) {
                continue;
            }
            Track& track = tracks[stay.vehicle];
            Action& action = track.actions[stay.entered - track.done];
            bool is_ordered = true;
            const auto wait_for = [&](const std::vector<Stay>& others) {
                for (const Stay& other : others) {
                    if (other.vehicle == stay.vehicle || other.step > stay.step) {
                        continue;
                    }
                    is_ordered = is_ordered && other.left != kNever;
                    action.needs.push_back({other.vehicle, other.left});
                }
            };
            wait_for(stays[cell]);
            for (const Cell near : motion_->map().near(cell)) {
                wait_for(stays[near]);
            }
            if (!is_ordered) {
                return fail(ErrorKind::conflict,
                            "vehicle " + std::to_string(stay.vehicle) +
                                " is to come to a place that another one never leaves");
            }
        }
    }
    return {};
}

/// Takes away actions whose needs are all gone, until none is left, or those of a circle are.
std::vector<std::uint32_t> ActionGraph::circle(const std::vector<Track>& tracks) {
    std::vector<std::size_t> gone(tracks.size(), 0);
    const auto is_gone = [&](const Need& need) {
        return tracks[need.vehicle].done + gone[need.vehicle] > need.number;
    };
    bool has_changed = true;
    while (has_changed) {
        has_changed = false;
        for (std::size_t i = 0; i < tracks.size(); ++i) {
            const std::deque<Action>& actions = tracks[i].actions;
            while (gone[i] < actions.size() && std::all_of(actions[gone[i]].needs.begin(),
                                                           actions[gone[i]].needs.end(), is_gone)) {
                ++gone[i];
                has_changed = true;
            }
        }
    }
    std::vector<std::uint32_t> left;
    for (std::uint32_t i = 0; i < tracks.size(); ++i) {
        if (gone[i] < tracks[i].actions.size()) {
            left.push_back(i);
        }
    }
    return left;
}

/// The next action of a vehicle.
bool ActionGraph::may_release(const Track& track) const {
    if (track.is_lost || track.released == track.actions.size() ||
        track.released >= options_.base_max) {
        return false;
    }
    const Cell end = motion_->cell(track.end());
    const Action& next = track.actions[track.released];
    const Cell to = motion_->cell(next.to);
    return end != track.stop && !locked_.contains({end, to}) && !is_way_back(track, to) &&
           std::all_of(next.needs.begin(), next.needs.end(),
                       [&](const Need& need) { return is_met(need); });
}

/// Turning where its base ends is none.
bool ActionGraph::is_way_back(const Track& track, Cell to) const {
    if (to == motion_->cell(track.end())) {
        return false;
    }
    bool is_in_base = motion_->cell(track.at) == to;
    for (std::size_t i = 0; i < track.released; ++i) {
        is_in_base = is_in_base || motion_->cell(track.actions[i].to) == to;
    }
    return is_in_base;
}

void ActionGraph::set_locked(Cell from, Cell to, Lock lock) {
    if (lock == Lock::locked) {
        locked_.insert({from, to});
    } else {
        locked_.erase({from, to});
    }
}

std::vector<std::uint32_t> ActionGraph::release() {
    std::vector<std::uint32_t> more;
    for (std::uint32_t vehicle = 0; vehicle < tracks_.size(); ++vehicle) {
        Track& track = tracks_[vehicle];
        const std::size_t before = track.released;
        while (may_release(track)) {
            ++track.released;
        }
        if (track.released > before) {
            more.push_back(vehicle);
        }
    }
    return more;
}

Result<void> ActionGraph::done(std::uint32_t vehicle) {
    Track& track = tracks_[vehicle];
    if (track.released == 0) {
        return fail(ErrorKind::conflict, "vehicle " + std::to_string(vehicle) +
                                             " went on without released track; stop it and look");
    }
    track.at = track.actions.front().to;
    track.actions.pop_front();
    --track.released;
    ++track.done;
    return {};
}

void ActionGraph::set_lost(std::uint32_t vehicle, bool is_lost) {
    tracks_[vehicle].is_lost = is_lost;
}

std::optional<std::uint32_t> ActionGraph::whose(std::uint32_t vehicle, State to,
                                                const std::vector<State>& base_of_it) const {
    std::vector<Cell> wanted{motion_->cell(to)};
    for (const State state : base_of_it) {
        wanted.push_back(motion_->cell(state));
    }
    for (std::uint32_t other = 0; other < tracks_.size(); ++other) {
        std::vector<Cell> held{motion_->cell(tracks_[other].at)};
        for (const State state : base(other)) {
            held.push_back(motion_->cell(state));
        }
        if (tracks_[other].is_lost) {
            held.insert(held.end(), tracks_[other].kept.begin(), tracks_[other].kept.end());
        }
        const bool is_met = std::any_of(wanted.begin(), wanted.end(), [&](Cell cell) {
            const std::span<const Cell> near = motion_->map().near(cell);
            return std::any_of(held.begin(), held.end(), [&](Cell one) {
                return one == cell || std::find(near.begin(), near.end(), one) != near.end();
            });
        });
        if (other != vehicle && is_met) {
            return other;
        }
    }
    return std::nullopt;
}

Result<void> ActionGraph::may_put_back(std::uint32_t vehicle, State to,
                                       const std::vector<State>& base_of_it) const {
    if (const auto other = whose(vehicle, to, base_of_it)) {
        return fail(ErrorKind::conflict, "that place is vehicle " + std::to_string(*other) +
                                             "'s track; choose another one");
    }
    return {};
}

Result<void> ActionGraph::put_back(std::uint32_t vehicle, State to,
                                   const std::vector<State>& base_of_it) {
    TALLY_TRY(may_put_back(vehicle, to, base_of_it));
    Track& track = tracks_[vehicle];
    track.done += track.actions.size();  // whatever waits for it need not any more
    track.actions.clear();
    for (const State state : base_of_it) {
        track.actions.push_back({state, {}});
    }
    track.released = track.actions.size();
    track.at = to;
    track.is_lost = false;
    track.kept.clear();
    return {};
}

std::vector<State> ActionGraph::base(std::uint32_t vehicle) const {
    const Track& track = tracks_[vehicle];
    std::vector<State> states;
    for (std::size_t i = 0; i < track.released; ++i) {
        states.push_back(track.actions[i].to);
    }
    return states;
}

std::vector<State> ActionGraph::horizon(std::uint32_t vehicle) const {
    const Track& track = tracks_[vehicle];
    std::vector<State> states;
    State last = track.end();
    for (std::size_t i = track.released;
         i < track.actions.size() && motion_->cell(last) != track.stop; ++i) {
        last = track.actions[i].to;
        states.push_back(last);
    }
    return states;
}

std::vector<std::uint32_t> ActionGraph::waits_for(std::uint32_t vehicle) const {
    const Track& track = tracks_[vehicle];
    std::vector<std::uint32_t> vehicles;
    if (track.released < track.actions.size()) {
        for (const Need& need : track.actions[track.released].needs) {
            if (!is_met(need)) {
                vehicles.push_back(need.vehicle);
            }
        }
    }
    return vehicles;
}

/// Steps of equal length: an action is done in the step in which its needs are, at the latest.
std::vector<RollingVehicle> ActionGraph::forecast(std::size_t window) const {
    std::vector<RollingVehicle> vehicles(tracks_.size());
    std::vector<std::size_t> count(tracks_.size(), 0);  // done by then
    for (std::uint32_t i = 0; i < tracks_.size(); ++i) {
        const Track& track = tracks_[i];
        vehicles[i].path.push_back(track.at);
        vehicles[i].fixed = std::min(track.is_lost ? 0 : track.released, window);
        if (track.is_lost) {
            vehicles[i].held.push_back(motion_->cell(track.at));
            for (const State state : base(i)) {
                vehicles[i].held.push_back(motion_->cell(state));
            }
            vehicles[i].track_end = vehicles[i].held.back();
            vehicles[i].held.insert(vehicles[i].held.end(), track.kept.begin(), track.kept.end());
        }
    }
    for (std::size_t step = 0; step < window; ++step) {
        std::vector<char> is_moving(tracks_.size(), 0);
        for (bool has_changed = true; has_changed;) {
            has_changed = false;
            for (std::uint32_t i = 0; i < tracks_.size(); ++i) {
                const Track& track = tracks_[i];
                if (is_moving[i] != 0 || track.is_lost || count[i] >= track.actions.size()) {
                    continue;
                }
                const std::vector<Need>& needs = track.actions[count[i]].needs;
                const bool is_ready =
                    std::all_of(needs.begin(), needs.end(), [&](const Need& need) {
                        const std::uint64_t done = tracks_[need.vehicle].done + count[need.vehicle];
                        return done + (is_moving[need.vehicle] != 0 ? 1 : 0) > need.number;
                    });
                if (is_ready || count[i] < track.released) {
                    is_moving[i] = 1;
                    has_changed = true;
                }
            }
        }
        for (std::uint32_t i = 0; i < tracks_.size(); ++i) {
            const bool is_moved = is_moving[i] != 0;
            vehicles[i].path.push_back(is_moved ? tracks_[i].actions[count[i]].to
                                                : vehicles[i].path.back());
            count[i] += is_moved ? 1 : 0;
        }
    }
    return vehicles;
}

}  // namespace tally::planner
