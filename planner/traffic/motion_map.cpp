#include "planner/traffic/motion_map.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace tally::planner {

namespace {

constexpr std::int32_t kSameHeading = 15;  ///< degrees: gentler bends need no turn on the spot

std::int32_t apart(std::int32_t a, std::int32_t b) {
    const std::int32_t d = std::abs(a - b) % 360;
    return std::min(d, 360 - d);
}

/// Directions of the lines of one kind: `along` is where a cell is across them.
std::vector<char> directions(const TrafficMap& map, const std::vector<std::int32_t>& across,
                             const std::vector<char>& is_aisle) {
    struct Line {
        int cells = 0;
        int aisle_cells = 0;
        char leads_up = 0;
    };
    std::map<std::int32_t, Line> lines;
    for (Cell cell = 0; cell < map.size(); ++cell) {
        Line& line = lines[across[cell]];
        ++line.cells;
        line.aisle_cells += is_aisle[cell];
    }
    char aisle_up = 0;
    char open_up = 0;
    for (auto& [at, line] : lines) {
        char& leads_up = 4 * line.aisle_cells >= line.cells ? aisle_up : open_up;
        line.leads_up = leads_up;
        leads_up = leads_up == 0 ? 1 : 0;
    }
    std::vector<char> leads_up(map.size());
    for (Cell cell = 0; cell < map.size(); ++cell) {
        leads_up[cell] = lines[across[cell]].leads_up;
    }
    return leads_up;
}

}  // namespace

std::int32_t MotionMap::bearing_of(Cell from, Cell to) const {
    const double dx = map_->x_mm(to) - map_->x_mm(from);
    const double dy = map_->y_mm(to) - map_->y_mm(from);
    constexpr double kDegrees = 57.29577951308232;
    const auto bearing = static_cast<std::int32_t>(std::lround(std::atan2(dy, dx) * kDegrees));
    return (bearing + 360) % 360;
}

void MotionMap::find_streets() {
    std::vector<std::int32_t> x(map_->size());
    std::vector<std::int32_t> y(map_->size());
    std::vector<char> is_row_aisle(map_->size(), 0);
    std::vector<char> is_column_aisle(map_->size(), 0);
    for (Cell cell = 0; cell < map_->size(); ++cell) {
        x[cell] = map_->x_mm(cell);
        y[cell] = map_->y_mm(cell);
        const std::span<const Cell> next = map_->next(cell);
        const auto all = [&](auto same) {
            return next.size() == 2 && std::all_of(next.begin(), next.end(), same) ? 1 : 0;
        };
        is_row_aisle[cell] =
            static_cast<char>(all([&](Cell on) { return map_->y_mm(on) == y[cell]; }));
        is_column_aisle[cell] =
            static_cast<char>(all([&](Cell on) { return map_->x_mm(on) == x[cell]; }));
    }
    row_leads_up_ = directions(*map_, y, is_row_aisle);
    column_leads_up_ = directions(*map_, x, is_column_aisle);
}

std::uint16_t MotionMap::price(Cell from, Cell to) const {
    const std::int64_t dx = std::int64_t{map_->x_mm(to)} - map_->x_mm(from);
    const std::int64_t dy = std::int64_t{map_->y_mm(to)} - map_->y_mm(from);
    const bool is_row = std::abs(dx) >= std::abs(dy);
    const bool leads_up = (is_row ? row_leads_up_[from] : column_leads_up_[from]) != 0;
    const bool is_against = leads_up != (is_row ? dx > 0 : dy > 0);
    return static_cast<std::uint16_t>(is_against ? kStepPrice * against_percent_ / 100
                                                 : kStepPrice);
}

void MotionMap::make_states(std::int32_t turn_degrees) {
    first_state_.push_back(0);
    std::vector<std::int32_t> headings;
    for (Cell cell = 0; cell < map_->size(); ++cell) {
        headings.clear();
        const auto add = [&](std::int32_t bearing) {
            const bool is_known = std::any_of(headings.begin(), headings.end(), [&](auto known) {
                return apart(known, bearing) <= kSameHeading;
            });
            if (!is_known) {
                headings.push_back(bearing);
            }
        };
        for (const Cell next : map_->next(cell)) {
            add(bearing_of(cell, next));
        }
        for (const Cell before : map_->before(cell)) {
            add(bearing_of(before, cell));
        }
        if (headings.empty() || turn_degrees == 0) {
            headings.assign(1, 0);
        }
        std::sort(headings.begin(), headings.end());
        const std::size_t count = headings.size();
        for (std::size_t i = 0; i < count && turn_degrees > 0; ++i) {
            const std::int32_t begin = headings[i];
            const std::int32_t end = i + 1 < count ? headings[i + 1] : headings[0] + 360;
            const std::int32_t pieces = (end - begin + turn_degrees - 1) / turn_degrees;
            for (std::int32_t k = 1; k < pieces; ++k) {
                headings.push_back((begin + (end - begin) * k / pieces) % 360);
            }
        }
        std::sort(headings.begin(), headings.end());
        for (const std::int32_t heading : headings) {
            cells_.push_back(cell);
            bearings_.push_back(heading);
        }
        first_state_.push_back(static_cast<State>(cells_.size()));
    }
}

State MotionMap::at(Cell cell, std::int32_t bearing) const {
    const auto [begin, end] = states(cell);
    State best = begin;
    for (State state = begin; state < end; ++state) {
        if (apart(bearings_[state], bearing) < apart(bearings_[best], bearing)) {
            best = state;
        }
    }
    return best;
}

MotionMap::MotionMap(const TrafficMap& map, const MotionOptions& options)
    : against_percent_(std::clamp(options.against_percent, 100, 10'000)), map_(&map) {
    make_states(std::clamp(options.turn_degrees, 0, 180));
    find_streets();
    make_moves();
}

void MotionMap::make_moves() {
    std::vector<std::pair<State, Move>> all;
    for (State state = 0; state < size(); ++state) {
        const Cell from = cell(state);
        for (const Cell to : map_->next(from)) {
            const std::int32_t bearing = bearing_of(from, to);
            if (at(from, bearing) == state) {
                all.push_back({state, {at(to, bearing), price(from, to)}});
            }
        }
        const auto [begin, end] = states(from);
        const State count = end - begin;
        if (count > 1) {
            all.push_back({state, {begin + (state - begin + 1) % count, kStepPrice}});
        }
        if (count > 2) {
            all.push_back({state, {begin + (state - begin + count - 1) % count, kStepPrice}});
        }
    }
    index_moves(all);
}

void MotionMap::index_moves(const std::vector<std::pair<State, Move>>& all) {
    first_move_.assign(size() + 1, 0);
    first_into_.assign(size() + 1, 0);
    for (const auto& [from, move] : all) {
        ++first_move_[from + 1];
        ++first_into_[move.to + 1];
        moves_.push_back(move);
    }
    for (State state = 0; state < size(); ++state) {
        first_move_[state + 1] += first_move_[state];
        first_into_[state + 1] += first_into_[state];
    }
    into_.resize(all.size());
    std::vector<std::uint32_t> next(first_into_.begin(), first_into_.end() - 1);
    for (const auto& [from, move] : all) {
        into_[next[move.to]++] = {from, move.price};
    }
}

void MotionMap::set_price(State from, State to, std::uint16_t price) {
    for (std::uint32_t i = first_move_[from]; i < first_move_[from + 1]; ++i) {
        moves_[i].price = moves_[i].to == to ? price : moves_[i].price;
    }
    for (std::uint32_t i = first_into_[to]; i < first_into_[to + 1]; ++i) {
        into_[i].price = into_[i].to == from ? price : into_[i].price;
    }
}

void MotionMap::set_road(Cell from, Cell to, Road road) {
    const auto [begin, end] = states(from);
    for (State state = begin; state < end; ++state) {
        for (const Move& move : moves(state)) {
            if (cell(move.to) == to && to != from) {
                set_price(state, move.to, road == Road::closed ? kBlockedPrice : price(from, to));
                break;
            }
        }
    }
}

std::int32_t against_percent_for(std::size_t vehicles, std::size_t cells) {
    const std::size_t percent = 100 * vehicles / std::max<std::size_t>(cells, 1);
    return percent < 6 ? 100 : percent < 25 ? 150 : 800;
}

const std::vector<std::uint16_t>& GoalPrices::to(Cell goal) {
    std::vector<std::uint16_t>& table = tables_[goal];
    if (!table.empty()) {
        return table;
    }
    table.assign(map_->size(), kFar);
    if (buckets_.empty()) {
        buckets_.resize(kFar);
    }
    const auto [begin, end] = map_->states(goal);
    std::size_t last = 0;
    for (State state = begin; state < end; ++state) {
        table[state] = 0;
        buckets_[0].push_back(state);
    }
    for (std::size_t price = 0; price <= last; ++price) {
        for (std::size_t i = 0; i < buckets_[price].size(); ++i) {
            const State state = buckets_[price][i];
            if (table[state] != price) {
                continue;
            }
            for (const Move& move : map_->moves_into(state)) {
                const std::size_t sum = price + move.price;
                if (move.price != kBlockedPrice && sum < table[move.to] && sum < kFar) {
                    table[move.to] = static_cast<std::uint16_t>(sum);
                    buckets_[sum].push_back(move.to);
                    last = std::max(last, sum);
                }
            }
        }
        buckets_[price].clear();
    }
    return table;
}

}  // namespace tally::planner
