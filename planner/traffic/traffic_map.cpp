#include "planner/traffic/traffic_map.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "planner/traffic/lane_cut.hpp"

namespace tally::planner {

namespace {

constexpr std::string_view kFree = ".GSE";

Result<void> check_size(std::size_t cells) {
    if (cells == 0) {
        return fail(ErrorKind::refused, "the map has no free cell; vehicles need one each");
    }
    if (cells > kTrafficCellsMax) {
        return fail(ErrorKind::exhausted, "the map has " + std::to_string(cells) +
                                              " cells; traffic is planned on up to 200000, so "
                                              "make the cells longer or split the floor");
    }
    return {};
}

/// A door is driven through: nobody has to stand in it.
std::vector<LaneCut> cuts_of(const FloorLayout& layout, const CellOptions& options) {
    std::vector<LaneCut> cuts;
    for (const FloorLane& lane : layout.lanes) {
        const bool is_cut = options.lanes == LaneStops::along;
        cuts.push_back({lane.length_mm, is_cut ? options.cell_mm : lane.length_mm, {}, {}});
    }
    for (const FloorStop& stop : layout.stops) {
        LaneCut& cut = cuts[stop.lane];
        switch (stop.kind) {
            case StopKind::station:
            case StopKind::charger:
            case StopKind::parking:
                cut.exact.push_back(stop.offset_mm);
                break;
            case StopKind::slot:
                (options.exact.contains(stop.place) ? cut.exact : cut.wanted)
                    .push_back(stop.offset_mm);
                break;
            case StopKind::door:
                break;
        }
    }
    return cuts;
}

}  // namespace

TrafficMap::Lists TrafficMap::lists_of(Steps pairs, std::size_t size) {
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    Lists lists;
    lists.first.assign(size + 1, 0);
    for (const auto& [from, to] : pairs) {
        ++lists.first[from + 1];
        lists.items.push_back(to);
    }
    for (std::size_t i = 0; i < size; ++i) {
        lists.first[i + 1] += lists.first[i];
    }
    return lists;
}

void TrafficMap::join(Steps steps) {
    Steps back;
    for (const auto& [from, to] : steps) {
        back.emplace_back(to, from);
    }
    next_ = lists_of(std::move(steps), size());
    before_ = lists_of(std::move(back), size());
}

Result<TrafficMap> TrafficMap::of_grid(std::span<const std::string_view> rows) {
    TrafficMap map;
    map.width_ = rows.empty() ? 0 : rows.front().size();
    for (std::size_t y = 0; y < rows.size(); ++y) {
        if (rows[y].size() != map.width_) {
            return fail(ErrorKind::malformed, "row " + std::to_string(y) + " of the grid has " +
                                                  std::to_string(rows[y].size()) +
                                                  " columns; the first has " +
                                                  std::to_string(map.width_));
        }
        for (std::size_t x = 0; x < map.width_; ++x) {
            const bool is_free = kFree.find(rows[y][x]) != std::string_view::npos;
            map.grid_.push_back(is_free ? static_cast<Cell>(map.size()) : kNoCell);
            if (is_free) {
                map.x_mm_.push_back(static_cast<std::int32_t>(x) * 1'000);
                map.y_mm_.push_back(static_cast<std::int32_t>(y) * 1'000);
            }
        }
    }
    TALLY_TRY(check_size(map.size()));
    Steps steps;
    const auto join_if_free = [&](Cell a, Cell b) {
        if (a != kNoCell && b != kNoCell) {
            steps.emplace_back(a, b);
            steps.emplace_back(b, a);
        }
    };
    for (std::size_t i = 0; i < map.grid_.size(); ++i) {
        join_if_free(map.grid_[i], (i + 1) % map.width_ != 0 ? map.grid_[i + 1] : kNoCell);
        join_if_free(map.grid_[i],
                     i + map.width_ < map.grid_.size() ? map.grid_[i + map.width_] : kNoCell);
    }
    map.join(std::move(steps));
    map.near_ = lists_of({}, map.size());
    return map;
}

void TrafficMap::add_lane(const FloorLayout& layout, const FloorLane& lane,
                          const std::vector<std::int32_t>& offsets_mm, Steps& steps) {
    const FloorNode& from = layout.nodes[lane.from];
    const FloorNode& to = layout.nodes[lane.to];
    lanes_.items.push_back(lane.from);
    for (std::size_t i = 1; i < offsets_mm.size(); ++i) {
        const bool is_end = i + 1 == offsets_mm.size();
        const Cell before = lanes_.items.back();
        const Cell cell = is_end ? lane.to : static_cast<Cell>(size());
        if (!is_end) {
            const auto between = [&](std::int64_t first, std::int64_t last) {
                return static_cast<std::int32_t>(first +
                                                 (last - first) * offsets_mm[i] / lane.length_mm);
            };
            x_mm_.push_back(between(from.x_mm, to.x_mm));
            y_mm_.push_back(between(from.y_mm, to.y_mm));
        }
        lanes_.items.push_back(cell);
        steps.emplace_back(before, cell);
        if (lane.direction == LaneDirection::both) {
            steps.emplace_back(cell, before);
        }
    }
    lanes_.first.push_back(static_cast<std::uint32_t>(lanes_.items.size()));
    offsets_mm_.insert(offsets_mm_.end(), offsets_mm.begin(), offsets_mm.end());
}

Result<TrafficMap> TrafficMap::of_layout(const FloorLayout& layout, const CellOptions& options) {
    const std::vector<std::string> problems = check_floor_layout(layout);
    if (!problems.empty()) {
        return fail(ErrorKind::refused, problems.front());
    }
    if (options.cell_mm < 1 || options.clearance_mm < 0 || options.cell_mm < options.clearance_mm) {
        return fail(ErrorKind::refused,
                    "cells of " + std::to_string(options.cell_mm) + " mm for vehicles that need " +
                        std::to_string(options.clearance_mm) +
                        " mm: a step must clear the vehicle behind, so make the cells longer");
    }
    TrafficMap map;
    for (const FloorNode& node : layout.nodes) {
        map.x_mm_.push_back(node.x_mm);
        map.y_mm_.push_back(node.y_mm);
    }
    const std::vector<LaneCut> cuts = cuts_of(layout, options);
    Steps steps;
    for (std::size_t i = 0; i < layout.lanes.size(); ++i) {
        map.add_lane(layout, layout.lanes[i], cut_lane(cuts[i]), steps);
        TALLY_TRY(check_size(map.size()));
    }
    TALLY_TRY(check_size(map.size()));
    map.join(std::move(steps));
    map.find_near(options.clearance_mm);
    return map;
}

/// Steps that come nearer to a cell or to each other than the clearance although their ends do not:
/// lanes that cross without a node, or part at a sharp angle.
void TrafficMap::add_near_steps(std::int32_t clearance_mm, Steps& pairs) const {
    std::vector<std::pair<Cell, Cell>> steps;  // by smaller x
    for (Cell from = 0; from < size(); ++from) {
        for (const Cell to : next(from)) {
            if (from < to || !has_step(to, from)) {
                steps.emplace_back(from, to);
            }
        }
    }
    const auto low = [&](const std::pair<Cell, Cell>& step) {
        return std::min(x_mm_[step.first], x_mm_[step.second]);
    };
    const auto high = [&](const std::pair<Cell, Cell>& step) {
        return std::max(x_mm_[step.first], x_mm_[step.second]);
    };
    std::sort(steps.begin(), steps.end(), [&](const auto& a, const auto& b) {
        return std::pair(low(a), a) < std::pair(low(b), b);
    });
    for (std::size_t i = 0; i < steps.size(); ++i) {
        for (std::size_t k = i + 1; k < steps.size(); ++k) {
            if (low(steps[k]) - high(steps[i]) >= clearance_mm) {
                break;
            }
            const auto [low_y, high_y] = std::minmax(y_mm_[steps[i].first], y_mm_[steps[i].second]);
            const auto [other_low_y, other_high_y] =
                std::minmax(y_mm_[steps[k].first], y_mm_[steps[k].second]);
            if (other_low_y - high_y >= clearance_mm || low_y - other_high_y >= clearance_mm) {
                continue;
            }
            add_near_ends(clearance_mm, steps[i], steps[k], pairs);
        }
    }
}

/// A vehicle on a step has both its ends. So whoever stands where that step comes too near must be
/// near one of them, and mostly is by its distance: where it is not, it is made so. Of two steps
/// that cross the two nearest ends are.
void TrafficMap::add_near_ends(std::int32_t clearance_mm, const std::pair<Cell, Cell>& one,
                               const std::pair<Cell, Cell>& other, Steps& pairs) const {
    const auto add = [&](Cell a, Cell b) {
        pairs.emplace_back(a, b);
        pairs.emplace_back(b, a);
    };
    const auto look = [&](Cell end, const std::pair<Cell, Cell>& step,
                          const std::pair<Cell, Cell>& its) {
        const bool is_near =
            std::min(apart({end, step.first}), apart({end, step.second})) < clearance_mm;
        if (is_near || to_step(end, step) >= clearance_mm) {
            return;
        }
        // Where the steps meet, the ends that do not.
        const auto is_met = [&](Cell cell) { return cell == its.first || cell == its.second; };
        const bool is_first =
            is_met(step.second) ||
            (!is_met(step.first) && apart({end, step.first}) <= apart({end, step.second}));
        add(end, is_first ? step.first : step.second);
    };
    look(one.first, other, one);
    look(one.second, other, one);
    look(other.first, one, other);
    look(other.second, one, other);
    if (do_cross(one, other)) {
        std::pair<Cell, Cell> nearest{one.first, other.first};
        for (const Cell end : {one.first, one.second}) {
            for (const Cell far : {other.first, other.second}) {
                const std::pair<Cell, Cell> pair{end, far};
                nearest = apart(pair) < apart(nearest) ? pair : nearest;
            }
        }
        add(nearest.first, nearest.second);
    }
}

double TrafficMap::apart(const std::pair<Cell, Cell>& cells) const {
    return std::hypot(static_cast<double>(x_mm_[cells.second]) - x_mm_[cells.first],
                      static_cast<double>(y_mm_[cells.second]) - y_mm_[cells.first]);
}

/// Two straight steps, each with its ends on both sides of the other.
bool TrafficMap::do_cross(const std::pair<Cell, Cell>& one,
                          const std::pair<Cell, Cell>& other) const {
    const auto side = [&](Cell a, Cell b, Cell p) {
        const double cross =
            (static_cast<double>(x_mm_[b]) - x_mm_[a]) *
                (static_cast<double>(y_mm_[p]) - y_mm_[a]) -
            (static_cast<double>(y_mm_[b]) - y_mm_[a]) * (static_cast<double>(x_mm_[p]) - x_mm_[a]);
        return cross > 0 ? 1 : cross < 0 ? -1 : 0;
    };
    const auto [a, b] = one;
    const auto [c, d] = other;
    return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

double TrafficMap::to_step(Cell cell, const std::pair<Cell, Cell>& step) const {
    const double dx = static_cast<double>(x_mm_[step.second]) - x_mm_[step.first];
    const double dy = static_cast<double>(y_mm_[step.second]) - y_mm_[step.first];
    const double px = static_cast<double>(x_mm_[cell]) - x_mm_[step.first];
    const double py = static_cast<double>(y_mm_[cell]) - y_mm_[step.first];
    const double square = dx * dx + dy * dy;
    const double along = square > 0 ? std::clamp((px * dx + py * dy) / square, 0.0, 1.0) : 0;
    return std::hypot(px - along * dx, py - along * dy);
}

/// Pairs nearer than the clearance, by a sweep over x.
void TrafficMap::find_near(std::int32_t clearance_mm) {
    std::vector<Cell> by_x(size());
    for (Cell cell = 0; cell < size(); ++cell) {
        by_x[cell] = cell;
    }
    std::sort(by_x.begin(), by_x.end(),
              [&](Cell a, Cell b) { return std::pair(x_mm_[a], a) < std::pair(x_mm_[b], b); });
    Steps pairs;
    const std::int64_t clearance = clearance_mm;
    for (std::size_t i = 0; i < by_x.size(); ++i) {
        for (std::size_t k = i + 1; k < by_x.size(); ++k) {
            const std::int64_t dx = std::int64_t{x_mm_[by_x[k]]} - x_mm_[by_x[i]];
            const std::int64_t dy = std::int64_t{y_mm_[by_x[k]]} - y_mm_[by_x[i]];
            if (dx >= clearance) {
                break;
            }
            if (std::abs(dy) < clearance && dx * dx + dy * dy < clearance * clearance) {
                pairs.emplace_back(by_x[i], by_x[k]);
                pairs.emplace_back(by_x[k], by_x[i]);
            }
        }
    }
    add_near_steps(clearance_mm, pairs);
    near_ = lists_of(std::move(pairs), size());
}

bool TrafficMap::has_step(Cell from, Cell to) const {
    const std::span<const Cell> ahead = next(from);
    return std::find(ahead.begin(), ahead.end(), to) != ahead.end();
}

/// Index in its lane's cells; of two as near as each other the later one.
std::size_t TrafficMap::nearest(const FloorStop& stop) const {
    const std::span<const std::int32_t> offsets = offsets_mm(stop.lane);
    std::size_t best = 0;
    for (std::size_t i = 1; i < offsets.size(); ++i) {
        if (std::abs(offsets[i] - stop.offset_mm) <= std::abs(offsets[best] - stop.offset_mm)) {
            best = i;
        }
    }
    return best;
}

Cell TrafficMap::cell_of(const FloorStop& stop) const {
    return lane(stop.lane)[nearest(stop)];
}

std::int32_t TrafficMap::off_mm(const FloorStop& stop) const {
    return std::abs(offsets_mm(stop.lane)[nearest(stop)] - stop.offset_mm);
}

Cell TrafficMap::at(std::size_t x, std::size_t y) const {
    const std::size_t index = y * width_ + x;
    return x < width_ && index < grid_.size() ? grid_[index] : kNoCell;
}

}  // namespace tally::planner
