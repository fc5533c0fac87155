#include "planner/traffic/knot_search.hpp"

#include <algorithm>
#include <utility>

namespace tally::planner {

namespace {

constexpr std::uint32_t kHaste = 4;    ///< a step nearer to the goal is worth so many moves
constexpr std::size_t kEndsTried = 8;  ///< of ways along which all might shift
constexpr std::size_t kDoubtsMax = 8;  ///< ways that may be traps, before one of them is taken

KnotRoads with_ways_back(std::vector<std::vector<Cell>> ahead) {
    KnotRoads roads{std::move(ahead), {}};
    roads.behind.resize(roads.ahead.size());
    for (Cell from = 0; from < roads.ahead.size(); ++from) {
        for (const Cell to : roads.ahead[from]) {
            roads.behind[to].push_back(from);
        }
    }
    return roads;
}

}  // namespace

KnotRoads KnotRoads::all(const TrafficMap& map) {
    std::vector<std::vector<Cell>> ahead(map.size());
    for (Cell cell = 0; cell < map.size(); ++cell) {
        const auto next = map.next(cell);
        ahead[cell].assign(next.begin(), next.end());
    }
    return with_ways_back(std::move(ahead));
}

KnotRoads KnotRoads::open(const MotionMap& motion) {
    std::vector<std::vector<Cell>> ahead(motion.map().size());
    for (State state = 0; state < motion.size(); ++state) {
        const Cell from = motion.cell(state);
        for (const Move& move : motion.moves(state)) {
            const Cell to = motion.cell(move.to);
            if (to != from && move.price != kBlockedPrice) {
                ahead[from].push_back(to);
            }
        }
    }
    return with_ways_back(std::move(ahead));
}

/// A cell and those that are taken while somebody is on it.
template <typename Visit>
void KnotSearch::for_zone(Cell cell, const Visit& visit) const {
    visit(cell);
    for (const Cell near : map_->near(cell)) {
        visit(near);
    }
}

KnotSearch::KnotSearch(const TrafficMap& map, const KnotRoads& roads, Knot knot, KnotGuard guard,
                       Stage last)
    : map_(&map),
      roads_(&roads),
      knot_(std::move(knot)),
      guard_(std::move(guard)),
      last_(last),
      is_shut_(map.size(), 0),
      to_goal_(map.size(), kNone),
      parts_(map.size()),
      is_taken_(map.size(), 0),
      is_leaders_(map.size(), 0),
      before_(map.size(), kNoCell) {
    for (const Cell taken : knot_.taken) {
        for_zone(taken, [&](Cell cell) { is_shut_[cell] = 1; });
    }
    measure_ways();
    restart();
}

void KnotSearch::measure_ways() {
    if (is_shut_[knot_.goal] != 0) {
        return;
    }
    std::vector<Cell> open{knot_.goal};
    to_goal_[knot_.goal] = 0;
    for (std::size_t i = 0; i < open.size(); ++i) {
        for (const Cell from : roads_->behind[open[i]]) {
            if (to_goal_[from] == kNone && is_shut_[from] == 0) {
                to_goal_[from] = to_goal_[open[i]] + 1;
                open.push_back(from);
            }
        }
    }
}

void KnotSearch::restart() {
    has_met_guard_ = false;
    nodes_.clear();
    seen_.clear();
    open_ = {};
    load({});
    for (std::uint32_t vehicle = 0; vehicle < knot_.at.size(); ++vehicle) {
        if (vehicle != knot_.leader && knot_.at[vehicle] != kNoCell) {
            others_.push_back(knot_.at[vehicle]);
        }
    }
    add(kNone, knot_.at[knot_.leader]);
}

KnotSearch::State KnotSearch::run(std::int64_t work) {
    const std::int64_t end = this->work() + work;
    while (state_ == State::searching && this->work() < end) {
        if (open_.empty() && stage_ != last_) {
            stage_ = stage_ == Stage::shortest ? Stage::parts : Stage::exact;
            restart();
        } else if (open_.empty()) {
            state_ = end_with(State::impossible);
        } else if (nodes_.size() >= kNodesMax || doubts_ >= kDoubtsMax) {
            state_ = end_with(State::exhausted);
        } else {
            const std::uint32_t index = open_.top().second;
            open_.pop();
            if (is_guarded_off(index)) {
                continue;
            }
            if (nodes_[index].leader == knot_.goal) {
                if (may_end_at(index)) {
                    found_ = moves_to(index);
                    state_ = State::found;
                }
            } else {
                expand(index);
            }
        }
    }
    return state_;
}

/// Takes over the position that is worked on, if it is new and its leader can get to its goal.
void KnotSearch::add(std::uint32_t before, Cell leader) {
    if (to_goal_[leader] == kNone) {
        return;
    }
    std::vector<Cell> others = others_;
    std::sort(others.begin(), others.end());
    if (!seen_.insert(key_of(leader, others)).second) {
        return;
    }
    const std::uint32_t paid = before == kNone ? 0 : nodes_[before].price;
    const std::uint32_t price = paid + static_cast<std::uint32_t>(steps_.size());
    open_.emplace(price + kHaste * to_goal_[leader], static_cast<std::uint32_t>(nodes_.size()));
    nodes_.push_back({leader, std::move(others), before, price, steps_, Undo::unasked});
}

KnotSearch::Key KnotSearch::key_of(Cell leader, const std::vector<Cell>& others) {
    Key key{leader};
    if (stage_ == Stage::exact) {
        key.insert(key.end(), others.begin(), others.end());
        return key;
    }
    const std::vector<std::uint32_t>& part = parts(leader);
    for (const Cell other : others) {
        if (part[other] != kNone) {
            key.resize(std::max<std::size_t>(key.size(), part[other] + 2), 0);
            ++key[part[other] + 1];
        }
    }
    return key;
}

const std::vector<std::uint32_t>& KnotSearch::parts(Cell leader) {
    std::vector<std::uint32_t>& part = parts_[leader];
    if (!part.empty()) {
        return part;
    }
    part.assign(map_->size(), kNone);
    std::vector<char> is_out = is_shut_;
    for_zone(leader, [&](Cell cell) { is_out[cell] = 1; });
    // A part is what both comes to its first cell and is come to from there.
    std::uint32_t count = 0;
    std::vector<Cell> ahead;
    std::vector<Cell> behind;
    std::vector<char> is_ahead(part.size(), 0);
    const auto spread = [&](const std::vector<std::vector<Cell>>& roads, std::vector<Cell>& open,
                            const auto& reach) {
        for (std::size_t i = 0; i < open.size(); ++i) {
            for (const Cell next : roads[open[i]]) {
                if (is_out[next] == 0 && part[next] == kNone && reach(next)) {
                    open.push_back(next);
                }
            }
        }
        visited_ += static_cast<std::int64_t>(open.size());
    };
    for (Cell first = 0; first < part.size(); ++first) {
        if (is_out[first] != 0 || part[first] != kNone) {
            continue;
        }
        ahead.assign(1, first);
        behind.assign(1, first);
        is_ahead[first] = 1;
        spread(roads_->ahead, ahead,
               [&](Cell cell) { return std::exchange(is_ahead[cell], char{1}) == 0; });
        part[first] = count;
        spread(roads_->behind, behind, [&](Cell cell) {
            part[cell] = is_ahead[cell] != 0 ? count : kNone;
            return is_ahead[cell] != 0;
        });
        for (const Cell cell : ahead) {
            is_ahead[cell] = 0;
        }
        ++count;
    }
    visited_ += static_cast<std::int64_t>(part.size());
    return part;
}

void KnotSearch::load(const Node& node) {
    for (const Cell other : others_) {
        is_taken_[other] = 0;
    }
    others_ = node.others;
    for (const Cell other : others_) {
        is_taken_[other] = 1;
    }
    steps_.clear();
    visited_ += static_cast<std::int64_t>(others_.size());
}

/// Whether one that is on `mover` now may come to a cell.
bool KnotSearch::is_free_for(Cell cell, Cell mover) const {
    bool is_free = is_shut_[cell] == 0 && is_leaders_[cell] == 0;
    for_zone(cell, [&](Cell one) { is_free = is_free && (is_taken_[one] == 0 || one == mover); });
    return is_free;
}

void KnotSearch::expand(std::uint32_t index) {
    const Cell leader = nodes_[index].leader;
    for_zone(leader, [&](Cell cell) { is_leaders_[cell] = 1; });
    for (const Cell to : roads_->ahead[leader]) {
        if (is_shut_[to] == 0) {
            lead_to(index, to);
        }
    }
    if (stage_ == Stage::exact) {
        move_any(index);
    }
    for_zone(leader, [&](Cell cell) { is_leaders_[cell] = 0; });
}

/// The leader goes a step, and before that those who must, or may go to another part through there.
void KnotSearch::lead_to(std::uint32_t index, Cell to) {
    load(nodes_[index]);
    if (!clear(to)) {
        return;
    }
    arrive(index, to);
    if (stage_ != Stage::shortest) {
        change_parts(index, to);
    }
}

/// Goes the same step after some have gone from one part to another, one more each time.
void KnotSearch::change_parts(std::uint32_t index, Cell to) {
    const std::vector<std::uint32_t>& part = parts(to);
    std::vector<std::uint32_t> size;
    for (const std::uint32_t one : part) {
        size.resize(one == kNone ? size.size() : std::max<std::size_t>(size.size(), one + 1), 0);
        if (one != kNone) {
            ++size[one];
        }
    }
    std::vector<std::uint32_t> left;
    for (const Cell other : others_) {
        left.push_back(part[other]);
    }
    std::sort(left.begin(), left.end());
    left.erase(std::unique(left.begin(), left.end()), left.end());
    const Node cleared{to, others_, index, 0, steps_};
    const auto change = [&](std::uint32_t from_part, std::uint32_t to_part) {
        const Cell one = nearest_in(to, from_part);
        return one != kNoCell && push(one, [&](Cell cell) { return part[cell] == to_part; });
    };
    for (const std::uint32_t from_part : left) {
        for (std::uint32_t to_part = 0; to_part < size.size(); ++to_part) {
            load(cleared);
            steps_ = cleared.steps;
            const bool is_change = from_part != kNone && from_part != to_part && size[to_part] > 1;
            while (is_change && change(from_part, to_part)) {
                arrive(index, to);
            }
        }
    }
}

void KnotSearch::arrive(std::uint32_t index, Cell to) {
    steps_.push_back({nodes_[index].leader, to});
    add(index, to);
    steps_.pop_back();
}

void KnotSearch::move_any(std::uint32_t index) {
    load(nodes_[index]);
    for (std::size_t i = 0; i < others_.size(); ++i) {
        const Cell from = others_[i];
        for (const Cell to : roads_->ahead[from]) {
            if (is_free_for(to, from)) {
                others_[i] = to;
                steps_.assign(1, {from, to});
                add(index, nodes_[index].leader);
            }
        }
        others_[i] = from;
    }
    steps_.clear();
}

/// Nobody but the leader may be on its next cell or near it.
bool KnotSearch::clear(Cell to) {
    std::vector<Cell> zone;
    for_zone(to, [&](Cell cell) { zone.push_back(cell); });
    const auto is_beside = [&](Cell cell) {
        return std::find(zone.begin(), zone.end(), cell) == zone.end();
    };
    return std::all_of(zone.begin(), zone.end(),
                       [&](Cell cell) { return is_taken_[cell] == 0 || push(cell, is_beside); });
}

/// One of the others in a part that comes first to a cell.
Cell KnotSearch::nearest_in(Cell to, std::uint32_t part) {
    const std::vector<std::uint32_t>& part_of = parts(to);
    open_cells_.assign(1, to);
    before_[to] = to;
    Cell found = kNoCell;
    for (std::size_t i = 0; i < open_cells_.size() && found == kNoCell; ++i) {
        for (const Cell from : roads_->behind[open_cells_[i]]) {
            if (before_[from] == kNoCell && is_leaders_[from] == 0 && is_shut_[from] == 0) {
                before_[from] = open_cells_[i];
                open_cells_.push_back(from);
                const bool is_it = is_taken_[from] != 0 && part_of[from] == part;
                found = is_it && found == kNoCell ? from : found;
            }
        }
    }
    visited_ += static_cast<std::int64_t>(open_cells_.size());
    for (const Cell cell : open_cells_) {
        before_[cell] = kNoCell;
    }
    return found;
}

/// Makes a place free: all along the shortest way from there to one that may end it shift by one.
bool KnotSearch::push(Cell from, const std::function<bool(Cell)>& may_end) {
    open_cells_.assign(1, from);
    before_[from] = from;
    std::vector<std::vector<Cell>> ways;
    for (std::size_t i = 0; i < open_cells_.size() && ways.size() < kEndsTried; ++i) {
        for (const Cell next : roads_->ahead[open_cells_[i]]) {
            if (before_[next] != kNoCell || is_shut_[next] != 0 || is_leaders_[next] != 0) {
                continue;
            }
            before_[next] = open_cells_[i];
            open_cells_.push_back(next);
            if (is_taken_[next] == 0 && may_end(next) && ways.size() < kEndsTried) {
                std::vector<Cell>& way = ways.emplace_back(1, next);
                while (way.back() != from) {
                    way.push_back(before_[way.back()]);
                }
            }
        }
    }
    visited_ += static_cast<std::int64_t>(open_cells_.size());
    for (const Cell cell : open_cells_) {
        before_[cell] = kNoCell;
    }
    return std::any_of(ways.begin(), ways.end(),
                       [&](const std::vector<Cell>& way) { return shift(way); });
}

/// The way from its end: the last vehicle on it goes there, the next one to where that was, and so
/// on. False, and all as before, if one would come too near to another.
bool KnotSearch::shift(const std::vector<Cell>& way) {
    const std::vector<Cell> others = others_;
    const std::size_t steps = steps_.size();
    std::size_t hole = 0;
    bool is_well = true;
    for (std::size_t i = 1; i < way.size() && is_well; ++i) {
        if (is_taken_[way[i]] == 0) {
            continue;
        }
        const auto whose = std::find(others_.begin(), others_.end(), way[i]);
        for (std::size_t on = i; on > hole && is_well; --on) {
            is_well = is_free_for(way[on - 1], way[on]);
            if (is_well) {
                is_taken_[way[on]] = 0;
                is_taken_[way[on - 1]] = 1;
                *whose = way[on - 1];
                steps_.push_back({way[on], way[on - 1]});
            }
        }
        hole = i;
    }
    visited_ += static_cast<std::int64_t>(way.size());
    if (!is_well) {
        for (const Cell other : others_) {
            is_taken_[other] = 0;
        }
        others_ = others;
        for (const Cell other : others_) {
            is_taken_[other] = 1;
        }
        steps_.resize(steps);
    }
    return is_well;
}

std::vector<KnotMove> KnotSearch::moves_to(std::uint32_t index) const {
    std::vector<KnotMove> moves;
    std::vector<std::uint32_t> nodes;
    for (std::uint32_t node = index; node != kNone; node = nodes_[node].before) {
        nodes.push_back(node);
    }
    std::vector<Cell> at = knot_.at;
    for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
        for (const Step& step : nodes_[*node].steps) {
            const auto whose = std::find(at.begin(), at.end(), step.from);
            *whose = step.to;
            moves.push_back({static_cast<std::uint32_t>(whose - at.begin()), step.to});
        }
    }
    return moves;
}

}  // namespace tally::planner
