#include "planner/traffic/way_back.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <set>
#include <utility>

namespace tally::planner {

namespace {

constexpr std::size_t kPositionsMax = 50'000;

}  // namespace

WayBack::WayBack(const TrafficMap& map, const KnotRoads& roads)
    : map_(&map), roads_(&roads), covers_(map.size(), 0), is_seen_(map.size(), 0) {}

void WayBack::cover(Cell cell, int by) {
    covers_[cell] += static_cast<std::uint32_t>(by);
    for (const Cell near : map_->near(cell)) {
        covers_[near] += static_cast<std::uint32_t>(by);
    }
}

void WayBack::stand(const Cells& at) {
    for (const Cell cell : at_) {
        cover(cell, -1);
    }
    at_ = at;
    for (const Cell cell : at_) {
        cover(cell, 1);
    }
    visited_ += static_cast<std::int64_t>(at_.size());
}

/// Whether a way over cells that may be passed leads from one cell to another.
template <typename MayPass>
bool WayBack::spread(Cell from, Cell to, const MayPass& may_pass) {
    open_.assign(1, from);
    is_seen_[from] = 1;
    for (std::size_t i = 0; i < open_.size() && is_seen_[to] == 0; ++i) {
        for (const Cell next : roads_->ahead[open_[i]]) {
            if (may_pass(next) && std::exchange(is_seen_[next], char{1}) == 0) {
                open_.push_back(next);
            }
        }
    }
    visited_ += static_cast<std::int64_t>(open_.size());
    const bool is_there = is_seen_[to] != 0;
    for (const Cell cell : open_) {
        is_seen_[cell] = 0;
    }
    return is_there;
}

bool WayBack::has_road(Cell from, Cell to) {
    return spread(from, to, [](Cell) { return true; });
}

/// Whether the vehicle on a cell comes to another one while all others stand.
bool WayBack::can_drive(Cell from, Cell to) {
    cover(from, -1);
    const bool is_there = spread(from, to, [&](Cell cell) { return covers_[cell] == 0; });
    cover(from, 1);
    return is_there;
}

WayBack::Answer WayBack::find(const OneWayStep& step, std::int64_t work) {
    const std::int64_t end = this->work() + work;
    stand(step.at);
    if (can_drive(step.to, step.from) || !has_road(step.to, step.from)) {
        return Answer::yes;
    }
    Cells goal = step.at;
    *std::find(goal.begin(), goal.end(), step.to) = step.from;
    std::sort(goal.begin(), goal.end());
    if (settle(step.at, goal, end)) {
        return Answer::yes;
    }
    const Answer answer = make_room(step, goal, end);
    return answer == Answer::unknown ? search_positions(step, goal, end) : answer;
}

/// Whether one after the other comes to a free cell of the goal.
bool WayBack::settle(Cells at, const Cells& goal, std::int64_t end) {
    const auto is_free = [&](Cell cell) {
        return std::find(at.begin(), at.end(), cell) == at.end();
    };
    for (bool has_moved = true; has_moved;) {
        has_moved = std::any_of(goal.begin(), goal.end(), [&](Cell cell) {
            return is_free(cell) && draw_to(cell, at, goal, end);
        });
    }
    return std::none_of(goal.begin(), goal.end(), is_free);
}

/// Fills a free cell of the goal with one that stands on none of them, or with one that leaves
/// another cell of the goal free, which is filled likewise.
bool WayBack::draw_to(Cell hole, Cells& at, const Cells& goal, std::int64_t end) {
    Cells holes{hole};
    for (std::size_t i = 0; i < holes.size(); ++i) {
        Cells others = at;
        if (i > 0) {
            *std::find(others.begin(), others.end(), holes[i]) = hole;
        }
        stand(others);
        for (Cell& mover : at) {
            if (work() >= end) {
                return false;
            }
            const bool was_hole = std::find(holes.begin(), holes.end(), mover) != holes.end();
            if (was_hole || !can_drive(mover, holes[i])) {
                continue;
            }
            if (!std::binary_search(goal.begin(), goal.end(), mover)) {
                mover = hole;
                return true;
            }
            holes.push_back(mover);
        }
    }
    return false;
}

/// One that has no way back when all others may go anywhere has none, whatever comes after.
WayBack::Answer WayBack::make_room(const OneWayStep& step, const Cells& goal, std::int64_t end) {
    if (work() >= end) {
        return Answer::unknown;
    }
    const auto leader = std::find(step.at.begin(), step.at.end(), step.to) - step.at.begin();
    const auto vehicle = static_cast<std::uint32_t>(leader);
    KnotSearch search(*map_, *roads_, {step.at, {}, vehicle, step.from});
    const KnotSearch::State state = search.run((end - work()) / 2);
    visited_ += search.work() * kVisitsAUnit;
    if (state == KnotSearch::State::impossible) {
        return Answer::no;
    }
    const bool is_back = state == KnotSearch::State::found &&
                         settle(after_room_was_made(step, vehicle, search.found()), goal, end);
    return is_back ? Answer::yes : Answer::unknown;
}

/// Where all are when one of them has come back, and the others have taken back what they drove to
/// make room as far as they can: the last move first.
WayBack::Cells WayBack::after_room_was_made(const OneWayStep& step, std::uint32_t leader,
                                            const std::vector<KnotMove>& moves) {
    struct Taken {
        std::uint32_t vehicle;
        Cell from;
        Cell to;
    };
    Cells at = step.at;
    std::vector<Taken> taken;
    for (const KnotMove& move : moves) {
        const Cell from = std::exchange(at[move.vehicle], move.to);
        if (move.vehicle != leader) {
            taken.push_back({move.vehicle, from, move.to});
        }
    }
    stand(at);
    for (auto back = taken.rbegin(); back != taken.rend(); ++back) {
        const std::vector<Cell>& ahead = roads_->ahead[back->to];
        if (at[back->vehicle] == back->to &&
            std::find(ahead.begin(), ahead.end(), back->from) != ahead.end()) {
            cover(back->to, -1);
            const bool is_free = covers_[back->from] == 0;
            at[back->vehicle] = is_free ? back->from : back->to;
            cover(at[back->vehicle], 1);
        }
    }
    at_ = at;
    visited_ += static_cast<std::int64_t>(moves.size());
    return at;
}

/// By cell: steps to one, for one that is alone.
std::vector<std::uint32_t> WayBack::ways_to(Cell cell) {
    std::vector<std::uint32_t> steps(map_->size(), kNone);
    open_.assign(1, cell);
    steps[cell] = 0;
    for (std::size_t i = 0; i < open_.size(); ++i) {
        for (const Cell from : roads_->behind[open_[i]]) {
            if (steps[from] == kNone) {
                steps[from] = steps[open_[i]] + 1;
                open_.push_back(from);
            }
        }
    }
    visited_ += static_cast<std::int64_t>(open_.size());
    return steps;
}

WayBack::Answer WayBack::search_positions(const OneWayStep& step, const Cells& goal,
                                          std::int64_t end) {
    std::vector<std::vector<std::uint32_t>> ways;
    for (const Cell cell : goal) {
        if (work() >= end) {
            return Answer::unknown;
        }
        ways.push_back(ways_to(cell));
    }
    std::vector<Cells> positions;  // ascending cells
    std::set<Cells> seen;
    using Entry = std::pair<std::uint64_t, std::uint32_t>;  // how far, which
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
    const auto add = [&](Cells at, std::uint64_t far) {
        std::sort(at.begin(), at.end());
        if (seen.insert(at).second) {
            open.emplace(far, static_cast<std::uint32_t>(positions.size()));
            positions.push_back(std::move(at));
        }
    };
    add(step.at, 0);
    std::vector<std::uint32_t> nearest(goal.size());  // by cell of the goal, of the others
    while (!open.empty()) {
        if (work() >= end || positions.size() >= kPositionsMax) {
            return Answer::unknown;
        }
        Cells at = positions[open.top().second];
        open.pop();
        if (at == goal) {
            return Answer::yes;
        }
        stand(at);
        for (std::size_t i = 0; i < at.size(); ++i) {
            const Cell from = at[i];
            const auto to = roads_->ahead[from];
            cover(from, -1);
            const bool can_move =
                std::any_of(to.begin(), to.end(), [&](Cell cell) { return covers_[cell] == 0; });
            for (std::size_t k = 0; k < goal.size() && can_move; ++k) {
                nearest[k] = kNone;
                for (std::size_t other = 0; other < at.size(); ++other) {
                    nearest[k] = other == i ? nearest[k] : std::min(nearest[k], ways[k][at[other]]);
                }
            }
            visited_ += can_move ? static_cast<std::int64_t>(at.size() * at.size()) : 1;
            for (const Cell cell : to) {
                if (covers_[cell] != 0) {
                    continue;
                }
                at[i] = cell;
                std::uint64_t far = 0;
                for (std::size_t k = 0; k < goal.size(); ++k) {
                    far += std::min(nearest[k], ways[k][cell]);
                }
                add(at, far);
                visited_ += static_cast<std::int64_t>(at.size());
            }
            at[i] = from;
            cover(from, 1);
        }
    }
    return Answer::no;
}

}  // namespace tally::planner
