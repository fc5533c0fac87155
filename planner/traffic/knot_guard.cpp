// A way out of a knot may lead into another one that nobody can untie: where steps over one-way
// roads cannot be undone. A way with none of those is looked for first.
#include <algorithm>
#include <utility>

#include "planner/traffic/knot_search.hpp"
#include "planner/traffic/way_back.hpp"

namespace tally::planner {

/// Whether the way to a node has steps that the guard does not let pass, as far as it was asked.
bool KnotSearch::is_guarded_off(std::uint32_t index) const {
    if (!has_met_guard_) {
        return false;
    }
    for (std::uint32_t node = index; node != kNone; node = nodes_[node].before) {
        if (nodes_[node].undo == Undo::no || nodes_[node].undo == Undo::doubtful) {
            return true;
        }
    }
    return false;
}

/// Whether the guard lets the way to a node pass. Asked only at the goal, for most ways do.
bool KnotSearch::may_end_at(std::uint32_t index) {
    if (guard_.way_back == nullptr) {
        return true;
    }
    std::vector<std::uint32_t> way;
    for (std::uint32_t node = index; node != kNone; node = nodes_[node].before) {
        way.push_back(node);
    }
    bool is_doubtful = false;
    for (auto node = way.rbegin(); node != way.rend(); ++node) {
        const Undo undo = undo_of(nodes_[*node]);
        if (undo == Undo::no) {
            has_met_guard_ = true;
            return false;
        }
        is_doubtful = is_doubtful || undo == Undo::doubtful;
    }
    if (is_doubtful) {
        has_met_guard_ = true;
        ++doubts_;
        doubtful_ = doubtful_.empty() ? moves_to(index) : doubtful_;
    }
    return !is_doubtful;
}

/// Whether what was driven since the node before can be undone.
KnotSearch::Undo KnotSearch::undo_of(Node& node) {
    if (node.before == kNone || node.undo != Undo::unasked) {
        return node.before == kNone ? Undo::yes : node.undo;
    }
    OneWayStep step{nodes_[node.before].others, kNoCell, kNoCell};
    step.at.push_back(nodes_[node.before].leader);
    step.at.insert(step.at.end(), guard_.standing.begin(), guard_.standing.end());
    node.undo = Undo::yes;
    for (const Step& driven : node.steps) {
        *std::find(step.at.begin(), step.at.end(), driven.from) = driven.to;
        if (map_->has_step(driven.to, driven.from)) {
            continue;
        }
        step.from = driven.from;
        step.to = driven.to;
        const std::int64_t before = guard_.way_back->work();
        const WayBack::Answer answer = guard_.way_back->find(step, guard_.work);
        visited_ += (guard_.way_back->work() - before) * kVisitsAUnit;
        if (answer == WayBack::Answer::no) {
            node.undo = Undo::no;
            break;
        }
        node.undo = answer == WayBack::Answer::unknown ? Undo::doubtful : node.undo;
    }
    return node.undo;
}

/// With the way that may be a trap, if there is one.
KnotSearch::State KnotSearch::end_with(State otherwise) {
    if (doubtful_.empty()) {
        return otherwise;
    }
    found_ = std::move(doubtful_);
    return State::found;
}

}  // namespace tally::planner
