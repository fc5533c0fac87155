// An LLRP message as a tree of named fields and sub-parameters: what the codec decodes to and
// encodes from. The names are the standard's (layout_rows.hpp). Plain values, no protocol state.
#pragma once

#include <compare>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "firmware/base/bytes.hpp"

namespace tally::llrp {

/// The Ver field of a message header.
enum class Version : std::uint8_t { v1_0_1 = 1, v1_1 = 2 };

/// `count` bits, most significant first, in as few bytes as hold them.
struct BitList {
    std::uint16_t count = 0;
    Bytes bytes;

    bool operator==(const BitList&) const = default;
};

using NumberList = std::vector<std::uint32_t>;

/// What a field holds; which alternative is fixed by its kind in the layout: unsigned numbers and
/// bits, signed numbers, text, bytes (96-bit, u8v, to the end), bit lists, number lists.
using Value = std::variant<std::uint64_t, std::int64_t, std::string, Bytes, BitList, NumberList>;

/// `name` views text that lives as long as the program: a layout row or a literal.
struct Field {
    std::string_view name;
    Value value;

    bool operator==(const Field&) const = default;
};

/// The name of the one field that holds the body of a parameter with no known layout.
inline constexpr std::string_view kRawField = "Raw";

struct Parameter {
    std::uint16_t type = 0;
    std::vector<Field> fields;
    std::vector<Parameter> parameters;

    /// A numeric field, 0 if there is none of that name.
    [[nodiscard]] std::uint64_t number(std::string_view field) const;

    /// A text field, empty if there is none of that name.
    [[nodiscard]] std::string_view text(std::string_view field) const;

    /// The first sub-parameter of that standard name, or nullptr.
    [[nodiscard]] const Parameter* child(std::string_view name) const;

    bool operator==(const Parameter&) const = default;
};

struct Message {
    Version version = Version::v1_0_1;
    std::uint16_t type = 0;
    std::uint32_t id = 0;
    std::vector<Field> fields;
    std::vector<Parameter> parameters;

    [[nodiscard]] std::uint64_t number(std::string_view field) const;
    [[nodiscard]] const Parameter* child(std::string_view name) const;

    bool operator==(const Message&) const = default;
};

/// Builds a parameter by its standard name, e.g. parameter("RFReceiver",
/// {{"ReceiverSensitivity", 1}}). Fields that are not given are 0 or empty when encoded. An unknown
/// name is a programmer error.
Parameter parameter(std::string_view name, std::vector<Field> fields = {},
                    std::vector<Parameter> parameters = {});

/// The same for a message, version 1.0.1 and id 0.
Message message(std::string_view name, std::vector<Field> fields = {},
                std::vector<Parameter> parameters = {});

/// A numeric field value.
inline Field number(std::string_view name, std::uint64_t value) {
    return {name, value};
}

}  // namespace tally::llrp
