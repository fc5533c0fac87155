#include "planner/tour/block_use.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "firmware/base/check.hpp"

namespace tally::planner {

namespace {

constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::max() / 2;

/// Segment with the longest way between two inner nodes; needs at least two of them.
std::size_t widest_gap(const BlockNodes& block) {
    std::size_t widest = 1;
    for (std::size_t i = 2; i + 1 < block.segments; ++i) {
        if (block.y_mm[i + 1] - block.y_mm[i] > block.y_mm[widest + 1] - block.y_mm[widest]) {
            widest = i;
        }
    }
    return widest;
}

BlockOptions plain_options(const BlockNodes& block) {
    const std::int32_t* y = block.y_mm;
    const std::size_t last = block.segments;
    const std::int32_t length = y[last] - y[0];
    BlockOptions options;
    options.add(BlockUse::through, length);
    options.add(BlockUse::twice, 2 * length);
    if (last == 1) {
        options.add(BlockUse::none, 0);
        return options;
    }
    options.add(BlockUse::front, 2 * (y[last - 1] - y[0]));
    options.add(BlockUse::back, 2 * (y[last] - y[1]));
    if (last > 2) {
        const std::size_t gap = widest_gap(block);
        options.add(BlockUse::gap, 2 * (length - (y[gap + 1] - y[gap])));
    }
    return options;
}

/// Position in the table of partial costs: lanes on the first and on the last segment so far, and
/// whether a segment without lanes lies between.
constexpr std::size_t cell(std::size_t first, std::size_t last, std::size_t is_cut) {
    return (first * 3 + last) * 2 + is_cut;
}
constexpr std::size_t kCells = 18;
using Cells = std::array<std::int32_t, kCells>;

BlockUse use_of(std::size_t first, std::size_t last, std::size_t is_cut) {
    for (std::size_t use = 0; use < kBlockUses; ++use) {
        const BlockUseShape shape = shape_of(static_cast<BlockUse>(use));
        if (shape.front_degree == first && shape.back_degree == last &&
            (first + last == 0 || shape.is_linked != is_cut)) {
            return static_cast<BlockUse>(use);
        }
    }
    check_failed("use_of", __FILE__, __LINE__, "every cell of the table is a use");
}

/// Costs of the first `segment + 1` segments, from those of the segments before.
Cells next_cells(const BlockNodes& block, std::size_t segment, const Cells& before) {
    Cells after;
    after.fill(kNever);
    const std::int32_t length = block.y_mm[segment + 1] - block.y_mm[segment];
    const std::size_t most = block.passable[segment] != 0 ? 2 : 0;
    for (std::size_t first = 0; first < 3; ++first) {
        for (std::size_t last = 0; last < 3; ++last) {
            for (std::size_t is_cut = 0; is_cut < 2; ++is_cut) {
                const std::int32_t cost = before[cell(first, last, is_cut)];
                if (cost >= kNever) {
                    continue;
                }
                for (std::size_t lanes = 0; lanes <= most; ++lanes) {
                    const bool is_even = (last + lanes + block.ends[segment]) % 2 == 0;
                    if (!is_even || last + lanes == 0 || (lanes == 0 && is_cut == 1)) {
                        continue;
                    }
                    std::int32_t& to = after[cell(first, lanes, lanes == 0 ? 1 : is_cut)];
                    to = std::min(to, cost + static_cast<std::int32_t>(lanes) * length);
                }
            }
        }
    }
    return after;
}

std::vector<Cells> all_cells(const BlockNodes& block) {
    std::vector<Cells> table(block.segments);
    table[0].fill(kNever);
    const std::int32_t length = block.y_mm[1] - block.y_mm[0];
    for (std::size_t lanes = 0; lanes <= (block.passable[0] != 0 ? 2U : 0U); ++lanes) {
        table[0][cell(lanes, lanes, lanes == 0 ? 1 : 0)] =
            static_cast<std::int32_t>(lanes) * length;
    }
    for (std::size_t i = 1; i < block.segments; ++i) {
        table[i] = next_cells(block, i, table[i - 1]);
    }
    return table;
}

void plain_lanes(const BlockNodes& block, BlockUse use, std::uint8_t* lanes) {
    const std::size_t last = block.segments;
    const BlockUseShape shape = shape_of(use);
    std::fill_n(lanes, last, shape.front_degree);
    if (use == BlockUse::front) {
        lanes[last - 1] = 0;
    } else if (use == BlockUse::back) {
        std::fill_n(lanes + 1, last - 1, std::uint8_t{2});
    } else if (use == BlockUse::gap) {
        lanes[widest_gap(block)] = 0;
    }
}

/// Goes back through the table from the cell of the use.
void traced_lanes(const BlockNodes& block, BlockUse use, std::uint8_t* lanes) {
    const std::vector<Cells> table = all_cells(block);
    const BlockUseShape shape = shape_of(use);
    const std::size_t first = shape.front_degree;
    std::size_t last = shape.back_degree;
    std::size_t is_cut = shape.is_linked != 0 ? 0 : 1;
    for (std::size_t i = block.segments - 1; i > 0; --i) {
        lanes[i] = static_cast<std::uint8_t>(last);
        const std::int32_t cost = table[i][cell(first, last, is_cut)];
        bool is_found = false;
        for (std::size_t before = 0; before < 3 && !is_found; ++before) {
            for (std::size_t was_cut = 0; was_cut < 2 && !is_found; ++was_cut) {
                Cells single;
                single.fill(kNever);
                single[cell(first, before, was_cut)] = table[i - 1][cell(first, before, was_cut)];
                if (next_cells(block, i, single)[cell(first, last, is_cut)] == cost) {
                    last = before;
                    is_cut = was_cut;
                    is_found = true;
                }
            }
        }
        TALLY_CHECK(is_found, "every cost of the table came from one before");
    }
    lanes[0] = static_cast<std::uint8_t>(first);
}

}  // namespace

BlockOptions options_of(const BlockNodes& block) {
    if (block.is_plain) {
        return plain_options(block);
    }
    const Cells cells = all_cells(block).back();
    BlockOptions options;
    for (std::size_t first = 0; first < 3; ++first) {
        for (std::size_t last = 0; last < 3; ++last) {
            for (std::size_t is_cut = 0; is_cut < 2; ++is_cut) {
                const std::int32_t cost = cells[cell(first, last, is_cut)];
                if (cost < kNever) {
                    options.add(use_of(first, last, is_cut), cost);
                }
            }
        }
    }
    return options;
}

void lanes_of(const BlockNodes& block, BlockUse use, std::uint8_t* lanes) {
    if (block.is_plain) {
        plain_lanes(block, use, lanes);
    } else {
        traced_lanes(block, use, lanes);
    }
}

}  // namespace tally::planner
