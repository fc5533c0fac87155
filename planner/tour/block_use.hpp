// What serving one block costs, for every way in which a tour can use it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "planner/tour/frontier.hpp"

namespace tally::planner {

/// The nodes of one block, from the crossing at the front to the one at the back, both included;
/// all that lie between must be visited. Views into arrays of the caller.
struct BlockNodes {
    const std::int32_t* y_mm = nullptr;
    const std::uint8_t* ends = nullptr;      ///< how many ends of an open tour lie on a node
    const std::uint8_t* passable = nullptr;  ///< whether the segment behind a node can be driven
    std::size_t segments = 1;                ///< one less than nodes
    bool is_plain = true;                    ///< all passable, and no ends inside
};

struct BlockOption {
    BlockUse use = BlockUse::none;
    std::int32_t cost_mm = 0;
};

/// The cheapest way for each use that serves every node inside.
struct BlockOptions {
    std::array<BlockOption, kBlockUses> options;
    std::size_t count = 0;

    void add(BlockUse use, std::int32_t cost_mm) { options[count++] = {use, cost_mm}; }
};

BlockOptions options_of(const BlockNodes& block);

/// Writes how often each segment is driven (0, 1 or 2) under a use that options_of offered.
void lanes_of(const BlockNodes& block, BlockUse use, std::uint8_t* lanes);

}  // namespace tally::planner
