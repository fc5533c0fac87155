// What a TOML file holds, as plain values with their place in the file. Internal to the config
// reader: everybody else asks a ConfigTable (config_reader.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally {

/// 1-based; line 0 means "not in a file".
struct ConfigPosition {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

struct ConfigEntry;

/// One TOML value. Only the members of its kind mean anything.
struct ConfigValue {
    enum class Kind : std::uint8_t { table, array, text, integer, flag, unsupported };
    Kind kind = Kind::unsupported;
    ConfigPosition position;
    std::vector<ConfigEntry> entries;  ///< of a table, sorted by key
    std::vector<ConfigValue> items;    ///< of an array
    std::string text;
    std::int64_t integer = 0;
    bool flag = false;

    /// Null if this is no table or has no such key.
    [[nodiscard]] const ConfigEntry* find(std::string_view key) const;
};

struct ConfigEntry {
    std::string key;
    ConfigPosition position;  ///< of the key
    ConfigValue value;
};

/// "an integer", "a text": how a kind is called in a message.
std::string_view described(ConfigValue::Kind kind) noexcept;

/// Reads TOML 1.0. `name` stands in front of the error of a file that is not.
Result<ConfigValue> parse_toml(std::string_view text, std::string_view name);

/// A text as a TOML basic string, quoted and escaped.
std::string quoted_toml(std::string_view text);

}  // namespace tally
