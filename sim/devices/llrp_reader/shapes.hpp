// The table behind grammar.cpp: what each message and parameter toward a reader consists of.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "firmware/base/bytes.hpp"
#include "sim/devices/llrp_reader/numbers.hpp"

namespace tally::sim::llrp {

inline constexpr std::uint8_t kAny = 255;

/// How often a sub-parameter may stand in its parent.
struct Child {
    Par type;
    std::uint8_t min;
    std::uint8_t max;  ///< kAny: no bound
};

/// Bits of a fixed byte that must be zero.
struct Reserved {
    std::uint8_t at;
    std::uint8_t mask;
};

/// What follows the fixed bytes before the sub-parameters, counted by the last fixed u16.
enum class Tail : std::uint8_t { none, u16_items, bits, bits_twice };

struct Shape {
    std::uint16_t fixed = 0;  ///< bytes
    Tail tail = Tail::none;
    std::vector<Reserved> reserved;
    std::vector<Child> children;
};

/// nullptr: not a message that a reader takes.
const Shape* find_message_shape(Msg type);

/// nullptr: not a parameter that a client may send.
const Shape* find_shape(Par type);

/// Parameters of the standard that only readers send.
bool is_report_parameter(Par type) noexcept;

/// Parameters of the standard that this reader says it cannot do (its capabilities say the same).
bool is_unsupported(Par type) noexcept;

/// Length of the fields before the sub-parameters; nothing if `content` ends inside a count.
std::optional<std::size_t> fixed_bytes(const Shape& shape, ByteView content);

}  // namespace tally::sim::llrp
