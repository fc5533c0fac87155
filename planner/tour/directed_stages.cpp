// What each stage of a column adds to the states before it.
#include <cstdlib>

#include "planner/tour/directed_tour.hpp"

namespace tally::planner {

void DirectedTourPlanner::run_along(const Stage& stage, std::size_t first, std::size_t last) {
    const std::size_t cross = stage.index;
    const std::size_t column = stage.column;
    const bool is_open = nodes_.is_open_along(column, cross);
    for (std::size_t i = first; i < last; ++i) {
        const Entry entry = entries_[i];
        Shape shape = Shape::of(entry.code);
        const int net = shape.balance[cross];
        const bool is_visited = shape.label[cross] != 0;
        if (!is_visited) {
            offer(shape, entry.length_mm, i, 0);
            continue;
        }
        if (is_open) {
            const std::int64_t lanes = net != 0 ? std::abs(net) : 2;
            offer(shape, entry.length_mm + lanes * floor_.spacing_mm, i, 1);
        }
        if (net == 0 && shape.has_company(cross)) {
            shape.leave(cross);
            offer(shape, entry.length_mm, i, 0);
        }
    }
}

/// A crossing that must be visited, or where the tour starts or ends: in either half.
void DirectedTourPlanner::run_mark(const Stage& stage, std::size_t first, std::size_t last) {
    const std::size_t cross = stage.index;
    const std::size_t column = stage.column;
    const std::uint32_t node = nodes_.crossing(column, cross);
    const int net = nodes_.ends[node] == 0 ? 0 : node == nodes_.start_node ? 1 : -1;
    for (std::size_t i = first; i < last; ++i) {
        const Entry entry = entries_[i];
        for (const std::size_t half : {nodes_.crosses, cross}) {
            Shape shape = Shape::of(entry.code);
            shape.touch(half, net);
            offer(shape, entry.length_mm, i, half == cross ? 1 : 0);
        }
    }
}

AisleDirection DirectedTourPlanner::way_of(std::size_t column) const {
    return floor_.directions.empty()
               ? AisleDirection::both
               : floor_.directions[static_cast<std::size_t>(nodes_.first_aisle) + column];
}

/// More lanes side by side than are tried: what that would cost at least.
void DirectedTourPlanner::note_dropped(std::int64_t length_mm) {
    if (may_cut_ && length_mm <= upper_mm_) {
        least_dropped_mm_ = std::min(least_dropped_mm_, static_cast<std::int32_t>(length_mm));
    }
}

void DirectedTourPlanner::offer_through(const BlockNodes& block, AisleDirection way,
                                        const Entry& entry, std::size_t before, std::size_t from) {
    const std::int32_t length_mm = block.y_mm[block.segments] - block.y_mm[0];
    for (int lanes = -lanes_max_; lanes <= lanes_max_; ++lanes) {
        if (lanes == 0 || (lanes < 0 && way == AisleDirection::to_back) ||
            (lanes > 0 && way == AisleDirection::to_front)) {
            continue;
        }
        Shape shape = Shape::of(entry.code);
        shape.touch(from, -lanes);
        shape.touch(from + 1, lanes);
        shape.link(from, from + 1);
        offer(shape, entry.length_mm + std::int64_t{std::abs(lanes)} * length_mm, before, lanes);
    }
    note_dropped(entry.length_mm + std::int64_t{lanes_max_ + 1} * length_mm + bound_.least_mm());
}

void DirectedTourPlanner::run_block(const Stage& stage, std::size_t first, std::size_t last) {
    const std::size_t block = stage.index;
    const std::size_t column = stage.column;
    const AisleDirection way = way_of(column);
    const BlockNodes nodes = nodes_.block(column, block);
    const BlockOptions options = options_of(nodes);
    const std::size_t from = nodes_.crosses;
    for (std::size_t i = first; i < last; ++i) {
        const Entry entry = entries_[i];
        for (std::size_t k = 0; k < options.count; ++k) {
            const auto [use, cost_mm] = options.options[k];
            if (use == BlockUse::through) {
                offer_through(nodes, way, entry, i, from);
                continue;
            }
            if (use != BlockUse::none && way != AisleDirection::both) {
                continue;
            }
            const BlockUseShape ends = shape_of(use);
            Shape shape = Shape::of(entry.code);
            if (ends.front_degree != 0) {
                shape.touch(from, 0);
            }
            if (ends.back_degree != 0) {
                shape.touch(from + 1, 0);
            }
            if (ends.is_linked != 0) {
                shape.link(from, from + 1);
            }
            const int choice = use == BlockUse::none    ? kNone
                               : use == BlockUse::twice ? kTwice
                               : use == BlockUse::front ? kFront
                               : use == BlockUse::back  ? kBack
                                                        : kGap;
            offer(shape, std::int64_t{entry.length_mm} + cost_mm, i, choice);
        }
    }
}

/// Closes the aisle half of a crossing: what is out of balance turns into the cross aisle.
void DirectedTourPlanner::run_turn(const Stage& stage, std::size_t first, std::size_t last) {
    const std::size_t cross = stage.index;
    const std::size_t column = stage.column;
    const std::size_t half = nodes_.crosses;
    const std::uint32_t node = nodes_.crossing(column, cross);
    const std::int64_t turn_mm = nodes_.is_required[node] != 0 ? 0 : floor_.turn_mm;
    const auto go_on = [&](Shape shape, std::int64_t length_mm, std::size_t from, int choice) {
        shape.leave(half);
        std::swap(shape.label[half], shape.label[half + 1]);
        std::swap(shape.balance[half], shape.balance[half + 1]);
        offer(shape, length_mm, from, choice);
    };
    for (std::size_t i = first; i < last; ++i) {
        const Entry entry = entries_[i];
        const Shape shape = Shape::of(entry.code);
        const int net = shape.balance[half];
        if (shape.label[half] == 0) {
            go_on(shape, entry.length_mm, i, 0);
            continue;
        }
        Shape joined = shape;
        joined.touch(cross, net);
        joined.link(cross, half);
        go_on(joined, entry.length_mm + turn_mm * (net != 0 ? std::abs(net) : 2), i, 1);
        if (net == 0 && shape.has_company(half)) {
            go_on(shape, entry.length_mm, i, 0);
        }
    }
}

}  // namespace tally::planner
