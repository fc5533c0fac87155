#include "planner/tour/directed_bound.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "planner/tour/block_use.hpp"

namespace tally::planner {

DirectedBound::DirectedBound(const AisleFloor& floor, const AisleNodes& nodes)
    : crosses_(nodes.crosses), spacing_mm_(floor.spacing_mm), slack_(nodes.is_open_tour ? 1 : 0) {
    length_mm_.assign(floor.blocks_mm.begin(), floor.blocks_mm.end());
    const std::size_t blocks = length_mm_.size();
    rows_.assign(nodes.columns() * blocks, {});
    own_mm_.assign(nodes.columns() * (blocks + 1), 0);
    behind_mm_.assign(nodes.columns(), 0);
    between_.assign(nodes.columns(), 0);
    for (std::size_t column = nodes.columns(); column > 0; --column) {
        add_column(floor, nodes, column - 1);
    }
}

/// Counts a column's blocks, and what lies between it and the column before.
void DirectedBound::add_column(const AisleFloor& floor, const AisleNodes& nodes,
                               std::size_t column) {
    const std::size_t blocks = length_mm_.size();
    const auto aisle = static_cast<std::size_t>(nodes.first_aisle) + column;
    const AisleDirection way =
        floor.directions.empty() ? AisleDirection::both : floor.directions[aisle];
    std::vector<Row> rows(rows_.begin() + static_cast<std::ptrdiff_t>(column * blocks),
                          rows_.begin() + static_cast<std::ptrdiff_t>((column + 1) * blocks));
    for (std::size_t block = blocks; block > 0; --block) {
        const BlockOptions options = options_of(nodes.block(column, block - 1));
        std::int64_t cheapest_mm = std::numeric_limits<std::int64_t>::max();
        for (std::size_t i = 0; i < options.count; ++i) {
            const auto [use, cost_mm] = options.options[i];
            if (way == AisleDirection::both || use == BlockUse::none || use == BlockUse::through) {
                cheapest_mm = std::min<std::int64_t>(cheapest_mm, cost_mm);
            }
        }
        const bool is_idle = cheapest_mm == std::numeric_limits<std::int64_t>::max();
        cheapest_mm = is_idle ? 0 : cheapest_mm;
        Row& row = rows[block - 1];
        const int forced = way != AisleDirection::both && cheapest_mm > 0 ? 1 : 0;
        row.to_back += way == AisleDirection::to_back ? forced : 0;
        row.to_front += way == AisleDirection::to_front ? forced : 0;
        row.both_mm += way == AisleDirection::both ? cheapest_mm : 0;
        own_mm_[column * (blocks + 1) + block - 1] =
            own_mm_[column * (blocks + 1) + block] + cheapest_mm;
    }
    if (column == 0) {
        return;
    }
    std::copy(rows.begin(), rows.end(),
              rows_.begin() + static_cast<std::ptrdiff_t>((column - 1) * blocks));
    const bool is_between = column > nodes.first_required && column <= nodes.last_required;
    between_[column - 1] = is_between ? 2 - slack_ : 0;
    behind_mm_[column - 1] =
        behind_mm_[column] + own_mm_[column * (blocks + 1)] + between_[column - 1] * spacing_mm_;
}

void DirectedBound::look_at(Stage stage, std::size_t index, std::size_t column) {
    if (crosses_ == 0) {
        return;
    }
    const std::size_t blocks = length_mm_.size();
    stage_ = stage;
    index_ = index;
    if (stage == Stage::begin) {
        least_mm_ = 0;
        return;
    }
    const std::size_t planned = stage == Stage::along  ? 0
                                : stage == Stage::mark ? std::min(index, blocks)
                                                       : std::min(index + 1, blocks);
    least_mm_ = behind_mm_[column] + own_mm_[column * (blocks + 1) + planned];
    counted_ = between_[column];
    rows_at_ = (stage == Stage::along ? column - 1 : column) * blocks;
}

/// How much more a row costs than its cheapest uses, if `net` lanes more have to lead to the back
/// there than to the front. A lane more may serve the picks of an aisle of both ways.
std::int64_t DirectedBound::extra_mm(std::size_t block, std::int64_t net) const {
    const Row& row = rows_[rows_at_ + block];
    const std::int64_t more =
        std::max(row.to_front + net - row.to_back, row.to_back - net - row.to_front) - slack_;
    return std::max<std::int64_t>(0, more * length_mm_[block] - row.both_mm);
}

std::int64_t DirectedBound::least_mm(std::span<const std::int8_t> balance) const {
    if (crosses_ == 0 || stage_ == Stage::begin) {
        return 0;
    }
    std::int64_t least_mm = least_mm_;
    if (stage_ == Stage::along) {  // The lanes along later cross aisles are to come.
        std::int64_t net = 0;
        for (std::size_t cross = 0; cross < crosses_; ++cross) {
            least_mm += cross > index_ ? std::abs(balance[cross]) * spacing_mm_ : 0;
            net += balance[cross];
            least_mm += cross < length_mm_.size() ? extra_mm(cross, net) : 0;
        }
        return least_mm;
    }
    // Crossings done with go on as they are; those to come only balance among themselves.
    const std::size_t done = index_ + (stage_ == Stage::mark ? 0 : 1);
    std::int64_t lanes = 0;
    std::int64_t net = 0;
    for (std::size_t cross = 0; cross < done; ++cross) {
        const bool is_turning = stage_ == Stage::block && cross == index_;
        const std::int64_t here = balance[cross] + (is_turning ? balance[crosses_] : 0);
        lanes += std::abs(here);
        net += here;
        least_mm += cross < length_mm_.size() ? extra_mm(cross, net) : 0;
    }
    lanes += std::max<std::int64_t>(0, std::abs(net) - slack_);
    return least_mm + std::max<std::int64_t>(0, lanes - counted_) * spacing_mm_;
}

}  // namespace tally::planner
