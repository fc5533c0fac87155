// From one block of registers to one slot's sample: pure, no state. The map says where what is.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "firmware/domain/shelf/register_map.hpp"
#include "firmware/domain/shelf/weight.hpp"

namespace tally::smart_shelf {

/// Registers as read in one request, the first of them at `address`.
struct Block {
    std::uint16_t address = 0;
    std::span<const std::uint16_t> values;
};

/// The registers that a slot needs, all of them to be read in one request.
struct Span {
    std::uint16_t address = 0;
    std::uint16_t count = 0;
};
Span span_of(const RegisterMap& map, std::uint16_t channel);

/// How a slot's counts become a weight.
struct Scale {
    std::uint16_t channel = 0;
    std::int64_t offset = 0;  ///< counts of the empty slot
    Weight capacity;          ///< beyond this either way is no weight
};

/// What one block says of a slot. With a fault the weight means nothing.
struct Sample {
    Weight weight;
    std::optional<bool> stable;         ///< nothing: the instrument does not say
    std::optional<std::uint32_t> life;  ///< bits of the value that must not stand still
    std::string fault;                  ///< what the instrument reports, or empty
    bool implausible = false;           ///< the number cannot be a weight
};

/// The block must hold span_of().
Sample decode(const RegisterMap& map, const Scale& scale, const Block& block);

}  // namespace tally::smart_shelf
