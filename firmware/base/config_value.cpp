#include "firmware/base/config_value.hpp"

#include <algorithm>
#include <optional>
#include <utility>

// toml++ 3.3 asserts, and in NDEBUG builds even assumes, that a table header begins with a key
// character, one step before it reports the opposite as an error: "[@]" would stop the process
// (found by tests/fuzz/config_fuzz.cpp). Without its assertions it reaches that report.
#undef NDEBUG
#define TOML_ASSERT(expression) static_cast<void>(0)
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace tally {
namespace {

ConfigPosition position_of(const toml::source_region& source) {
    return {source.begin.line, source.begin.column};
}

/// Finds the first byte outside ASCII that stands outside strings and comments, where TOML allows
/// none. toml++ 3.3 must not see it: its search for exotic blanks there runs into an "unreachable"
/// for letters such as U+03C7 (found by tests/fuzz/config_fuzz.cpp).
class StrayLetterScan {
 public:
    explicit StrayLetterScan(std::string_view text) : text_(text) {}

    /// Nothing if the text has none.
    std::optional<ConfigPosition> run() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (static_cast<unsigned char>(c) >= 0x80) {
                return position();
            }
            if (c == '#') {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if ((c == '"' || c == '\'') && may_begin_string()) {
                skip_string(c);
            } else {
                ++at_;
            }
        }
        return std::nullopt;
    }

 private:
    /// A quote that follows a bare value at once (`1979-05-27"`) is part of it to toml++, and so is
    /// what comes after.
    [[nodiscard]] bool may_begin_string() const {
        return at_ == 0 ||
               std::string_view(" \t\r\n=.,[{").find(text_[at_ - 1]) != std::string_view::npos;
    }

    /// A string ends at its quote or its line's end; one of three quotes spans lines.
    void skip_string(char quote) {
        const std::string three(3, quote);
        const bool spans_lines = text_.substr(at_).starts_with(three);
        const std::string end(spans_lines ? 3 : 1, quote);
        at_ += end.size();
        while (at_ < text_.size() && !text_.substr(at_).starts_with(end)) {
            if (!spans_lines && text_[at_] == '\n') {
                return;
            }
            at_ += quote == '"' && text_[at_] == '\\' ? 2 : 1;
        }
        at_ = std::min(at_ + end.size(), text_.size());
        while (spans_lines && at_ < text_.size() && text_[at_] == quote) {
            ++at_;  // up to two more quotes belong to the text
        }
    }

    [[nodiscard]] ConfigPosition position() const {
        const std::string_view before = text_.substr(0, at_);
        const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
        return {static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1),
                static_cast<std::uint32_t>(at_ - line_start + 1)};
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::string where(std::string_view name, ConfigPosition at) {
    return std::string(name) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) +
           ": ";
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
    static constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text.starts_with(kByteOrderMark)) {
        text.remove_prefix(kByteOrderMark.size());
    }
    if (const std::optional<ConfigPosition> stray = StrayLetterScan(text).run()) {
        return fail(ErrorKind::malformed,
                    where(name, *stray) +
                        "not valid TOML: a character outside ASCII; put quotes around it");
    }
    toml::parse_result parsed = toml::parse(text, name);
    if (!parsed) {
        const toml::parse_error& error = parsed.error();
        return fail(ErrorKind::malformed,
                    where(name, position_of(error.source())) + "not valid TOML: " +
                        std::string(error.description()) + "; correct this line");
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
