// Compiled LLRP layouts: what fields and sub-parameters each message and parameter has.
// Built once from layout_rows.hpp at first use, immutable afterwards.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tally::llrp {

enum class FieldKind : std::uint8_t {
    bits,          ///< 1 to 7 bits, packed
    reserved,      ///< so many bits of no meaning
    unsigned_int,  ///< 8, 16, 32 or 64 bits
    signed_int,    ///< 8 or 16 bits
    fixed_bytes,   ///< 96 bits
    bit_list,      ///< u16 count of bits, then the bytes that hold them
    byte_list,     ///< u16 count, bytes
    number_list,   ///< u16 count, then 16 or 32 bit numbers
    text,          ///< u16 byte count, UTF-8
    bytes_to_end,  ///< all that is left
};

struct FieldLayout {
    FieldKind kind;
    std::uint8_t bits = 0;         ///< width of one number; 0 where it means nothing
    std::string_view name;         ///< empty for reserved bits
    std::string_view enumeration;  ///< empty if the values have no names
    bool in_toolkit = true;        ///< part of the toolkit's 1.0.1 definition
};

/// A place for sub-parameters: any of `types`, `at_least` to `at_most` of them together.
struct SlotLayout {
    std::string_view name;
    std::vector<std::uint16_t> types;
    std::uint32_t at_least = 0;
    std::uint32_t at_most = 0;
    bool in_toolkit = true;
};

struct Layout {
    std::uint16_t type = 0;
    std::string_view name;
    std::vector<FieldLayout> fields;
    std::vector<SlotLayout> slots;

    /// The slot a sub-parameter of this type may stand in, or nothing.
    [[nodiscard]] const SlotLayout* slot_of(std::uint16_t parameter_type) const;
};

inline constexpr std::uint32_t kUnbounded = 0xffff'ffff;
inline constexpr std::uint16_t kCustomParameter = 1023;

/// Parameters 1 to 127 are type-value encoded: no length on the wire.
inline constexpr bool is_type_value(std::uint16_t parameter_type) {
    return parameter_type < 128;
}

/// The layout of a message or parameter type, or nullptr if LLRP 1.1 has none of that number.
const Layout* message_layout(std::uint16_t type);
const Layout* parameter_layout(std::uint16_t type);

/// By the name the standard gives it, e.g. "ROSpec".
const Layout* message_layout(std::string_view name);
const Layout* parameter_layout(std::string_view name);

/// Bytes after the type byte of a type-value parameter, or nothing for an unknown one.
std::optional<std::size_t> type_value_length(std::uint16_t type);

/// The standard's name of an enumerated value, e.g. ("StatusCode", 101) is "M_FieldError"; empty if
/// it has none.
std::string_view enumeration_name(std::string_view enumeration, std::uint64_t value);

}  // namespace tally::llrp
