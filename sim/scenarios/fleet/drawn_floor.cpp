#include "sim/scenarios/fleet/drawn_floor.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace tally::sim {

namespace {

constexpr std::int64_t kNarrowLeast_mm = 600;
constexpr std::int64_t kNarrowMost_mm = 1'100;

/// Whether every node can be reached from the first, and the first from every node.
bool is_whole(const FloorLayout& floor) {
    const auto reaches_all = [&](bool is_backward) {
        std::vector<char> is_seen(floor.nodes.size(), 0);
        std::vector<std::uint32_t> open{0};
        is_seen[0] = 1;
        for (std::size_t i = 0; i < open.size(); ++i) {
            const auto see = [&](std::uint32_t from, std::uint32_t to) {
                if (from == open[i] && is_seen[to] == 0) {
                    is_seen[to] = 1;
                    open.push_back(to);
                }
            };
            for (const FloorLane& lane : floor.lanes) {
                const bool is_both = lane.direction == LaneDirection::both;
                if (is_both || !is_backward) {
                    see(lane.from, lane.to);
                }
                if (is_both || is_backward) {
                    see(lane.to, lane.from);
                }
            }
        }
        return open.size() == floor.nodes.size();
    };
    return reaches_all(false) && reaches_all(true);
}

std::vector<std::int32_t> places(std::int64_t count, std::int64_t most_mm,
                                 std::int64_t narrow_percent, Prng prng) {
    std::vector<std::int32_t> at{0};
    for (std::int64_t i = 1; i < count; ++i) {
        const std::int64_t wide = prng.between(std::max<std::int64_t>(most_mm / 2, 1'000), most_mm);
        const std::int64_t narrow = prng.between(kNarrowLeast_mm, kNarrowMost_mm);
        const bool is_narrow = prng.between(0, 99) < narrow_percent;
        at.push_back(at.back() + static_cast<std::int32_t>(is_narrow ? narrow : wide));
    }
    return at;
}

FloorLane lane_of(const FloorLayout& floor, std::size_t from, std::size_t to) {
    const double dx = static_cast<double>(floor.nodes[to].x_mm) - floor.nodes[from].x_mm;
    const double dy = static_cast<double>(floor.nodes[to].y_mm) - floor.nodes[from].y_mm;
    return {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to),
            static_cast<std::int32_t>(std::lround(std::hypot(dx, dy))), LaneDirection::both};
}

/// Takes lanes away and makes them one-way, as long as the floor stays whole.
void thin_out(FloorLayout& floor, const FloorShape& shape, Prng prng) {
    for (std::size_t i = 0; i < floor.lanes.size();) {
        const bool is_missing = prng.between(0, 99) < shape.missing_percent;
        const bool is_one_way = prng.between(0, 99) < shape.one_way_percent;
        const bool is_turned = prng.below(2) == 0;
        const FloorLane lane = floor.lanes[i];
        if (is_missing) {
            floor.lanes.erase(floor.lanes.begin() + static_cast<std::ptrdiff_t>(i));
            if (is_whole(floor)) {
                continue;
            }
            floor.lanes.insert(floor.lanes.begin() + static_cast<std::ptrdiff_t>(i), lane);
        } else if (is_one_way) {
            floor.lanes[i].direction = LaneDirection::forward;
            if (is_turned) {
                std::swap(floor.lanes[i].from, floor.lanes[i].to);
            }
            if (!is_whole(floor)) {
                floor.lanes[i] = lane;
            }
        }
        ++i;
    }
}

}  // namespace

FloorShape drawn_shape(const Draws& draws) {
    FloorShape shape;
    shape.columns = draws.at("floor.columns");
    shape.rows = draws.at("floor.rows");
    shape.spacing_mm = draws.at("floor.spacing_mm");
    shape.length_mm = draws.at("floor.length_mm");
    shape.narrow_percent = draws.at("floor.narrow_percent");
    shape.one_way_percent = draws.at("floor.one_way_percent");
    shape.missing_percent = draws.at("floor.missing_percent");
    shape.diagonal_percent = draws.at("floor.diagonal_percent");
    return shape;
}

FloorLayout draw_floor(const FloorShape& shape, Prng prng) {
    const std::vector<std::int32_t> xs =
        places(shape.columns, shape.spacing_mm, shape.narrow_percent, prng.fork("columns"));
    const std::vector<std::int32_t> ys = places(shape.rows, shape.length_mm, 0, prng.fork("rows"));
    FloorLayout floor;
    for (std::size_t column = 0; column < xs.size(); ++column) {
        for (std::size_t row = 0; row < ys.size(); ++row) {
            floor.nodes.push_back(
                {"c" + std::to_string(column) + "r" + std::to_string(row), xs[column], ys[row]});
        }
    }
    Prng across = prng.fork("across");
    const std::size_t rows = ys.size();
    for (std::size_t i = 0; i < floor.nodes.size(); ++i) {
        const bool has_above = i % rows + 1 < rows;
        const bool has_right = i + rows < floor.nodes.size();
        if (has_above) {
            floor.lanes.push_back(lane_of(floor, i, i + 1));
        }
        if (has_right) {
            floor.lanes.push_back(lane_of(floor, i, i + rows));
        }
        const bool is_across = across.between(0, 99) < shape.diagonal_percent;
        const bool is_falling = across.below(2) == 0;
        if (has_above && has_right && is_across) {
            floor.lanes.push_back(is_falling ? lane_of(floor, i + 1, i + rows)
                                             : lane_of(floor, i, i + rows + 1));
        }
    }
    thin_out(floor, shape, prng.fork("lanes"));
    return floor;
}

}  // namespace tally::sim
