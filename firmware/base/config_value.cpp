#include "firmware/base/config_value.hpp"

#include <algorithm>
#include <utility>

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace tally {
namespace {

ConfigPosition position_of(const toml::source_region& source) {
    return {source.begin.line, source.begin.column};
}

ConfigValue converted(const toml::node& node) {
    using Kind = ConfigValue::Kind;
    ConfigValue value;
    value.position = position_of(node.source());
    if (const auto* table = node.as_table()) {
        value.kind = Kind::table;
        for (const auto& [key, child] : *table) {
            value.entries.push_back(
                {std::string(key.str()), position_of(key.source()), converted(child)});
        }
    } else if (const auto* array = node.as_array()) {
        value.kind = Kind::array;
        for (const toml::node& item : *array) {
            value.items.push_back(converted(item));
        }
    } else if (const auto* text = node.as_string()) {
        value.kind = Kind::text;
        value.text = text->get();
    } else if (const auto* integer = node.as_integer()) {
        value.kind = Kind::integer;
        value.integer = integer->get();
    } else if (const auto* flag = node.as_boolean()) {
        value.kind = Kind::flag;
        value.flag = flag->get();
    }
    return value;
}

}  // namespace

const ConfigEntry* ConfigValue::find(std::string_view key) const {
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const ConfigEntry& entry) { return entry.key == key; });
    return found == entries.end() ? nullptr : &*found;
}

std::string_view described(ConfigValue::Kind kind) noexcept {
    switch (kind) {
        case ConfigValue::Kind::table:
            return "a table";
        case ConfigValue::Kind::array:
            return "a list";
        case ConfigValue::Kind::text:
            return "a text";
        case ConfigValue::Kind::integer:
            return "a whole number";
        case ConfigValue::Kind::flag:
            return "true or false";
        case ConfigValue::Kind::unsupported:
            return "a fraction or a date";
    }
    return "unsupported";
}

Result<ConfigValue> parse_toml(std::string_view text, std::string_view name) {
    toml::parse_result parsed = toml::parse(text, name);
    if (!parsed) {
        const toml::parse_error& error = parsed.error();
        const ConfigPosition at = position_of(error.source());
        return fail(
            ErrorKind::malformed,
            std::string(name) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) +
                ": not valid TOML: " + std::string(error.description()) + "; correct this line");
    }
    return converted(std::as_const(parsed).table());
}

std::string quoted_toml(std::string_view text) {
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string quoted = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            quoted += '\\';
            quoted += c;
        } else if (c == '\n') {
            quoted += "\\n";
        } else if (c == '\t') {
            quoted += "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            quoted += "\\u00";
            quoted += kHex[byte >> 4U];
            quoted += kHex[byte & 15U];
        } else {
            quoted += c;
        }
    }
    return quoted + "\"";
}

}  // namespace tally
