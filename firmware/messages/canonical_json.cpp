#include "firmware/messages/canonical_json.hpp"

#include <charconv>

#include "firmware/base/check.hpp"
#include "firmware/base/plain_text.hpp"
#include "firmware/messages/canonical_scan.hpp"

namespace tally {

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";
constexpr std::size_t kShortKeyMax = 28;

void append_ascii_escaped(std::string& out, char c) {
    static constexpr std::string_view kMeant = "\b\f\n\r\t\"\\";
    static constexpr std::string_view kShort = "bfnrt\"\\";
    const std::size_t found = kMeant.find(c);
    if (found != std::string_view::npos) {
        out.push_back('\\');
        out.push_back(kShort[found]);
    } else if (static_cast<unsigned char>(c) < 0x20) {
        out.append("\\u00");
        out.push_back(kHexDigits[c >> 4]);
        out.push_back(kHexDigits[c & 15]);
    } else {
        out.push_back(c);
    }
}

}  // namespace

void append_canonical_text(std::string& out, std::string_view value) {
    out.push_back('"');
    while (!value.empty()) {
        const std::size_t run = plain_prefix(value);
        out.append(value.substr(0, run));
        value.remove_prefix(run);
        if (value.empty()) {
            break;
        }
        if (static_cast<unsigned char>(value.front()) < 0x80) {
            append_ascii_escaped(out, value.front());
            value.remove_prefix(1);
        } else if (const std::size_t size = canonical::utf8_size(value); size > 0) {
            out.append(value.substr(0, size));
            value.remove_prefix(size);
        } else {
            out.append("\xEF\xBF\xBD");  // U+FFFD
            value.remove_prefix(1);
        }
    }
    out.push_back('"');
}

void CanonicalWriter::before_value() {
    if (depth_ == 0) {
        return;
    }
    Level& level = levels_[depth_ - 1];
    if (level.object) {
        TALLY_CHECK(level.key_open, "a value in an object needs its key first");
        level.key_open = false;
        return;
    }
    if (!level.first) {
        out_.push_back(',');
    }
    level.first = false;
}

void CanonicalWriter::open(char bracket) {
    before_value();
    TALLY_CHECK(depth_ < kCanonicalDepthMax, "canonical JSON is nested too deep");
    levels_[depth_++] = Level{.object = bracket == '{'};
    out_.push_back(bracket);
}

void CanonicalWriter::close(char bracket) {
    TALLY_CHECK(depth_ > 0 && levels_[depth_ - 1].object == (bracket == '}') &&
                    !levels_[depth_ - 1].key_open,
                "what is closed must have been opened, and every key needs a value");
    --depth_;
    out_.push_back(bracket);
}

CanonicalWriter& CanonicalWriter::begin_object() {
    open('{');
    return *this;
}

CanonicalWriter& CanonicalWriter::end_object() {
    close('}');
    return *this;
}

CanonicalWriter& CanonicalWriter::begin_array() {
    open('[');
    return *this;
}

CanonicalWriter& CanonicalWriter::end_array() {
    close(']');
    return *this;
}

CanonicalWriter& CanonicalWriter::key(std::string_view name) {
    TALLY_CHECK(depth_ > 0 && levels_[depth_ - 1].object && !levels_[depth_ - 1].key_open,
                "a key belongs into an object, after the value before it");
    Level& level = levels_[depth_ - 1];
    const std::string_view last = std::string_view(out_).substr(level.key_at, level.key_size);
    TALLY_CHECK(level.first || canonical::compare_keys(last, name) < 0,
                "keys must be written in bytewise order, each once");
    TALLY_CHECK(is_plain(name),
                "a key must be printable ASCII without quotation mark or backslash");
    std::array<char, kShortKeyMax + 4> text;  // One append instead of three, for any key of ours.
    std::size_t size = 0;
    if (!level.first) {
        text[size++] = ',';
    }
    text[size++] = '"';
    level.key_at = out_.size() + size;
    level.key_size = name.size();
    level.first = false;
    level.key_open = true;
    if (name.size() > kShortKeyMax) {
        out_.append(text.data(), size).append(name).append("\":");
        return *this;
    }
    size += name.copy(text.data() + size, name.size());
    text[size++] = '"';
    text[size++] = ':';
    out_.append(text.data(), size);
    return *this;
}

CanonicalWriter& CanonicalWriter::text(std::string_view value) {
    before_value();
    append_canonical_text(out_, value);
    return *this;
}

CanonicalWriter& CanonicalWriter::integer(std::int64_t value) {
    TALLY_CHECK(value >= -kCanonicalIntMax && value <= kCanonicalIntMax,
                "a canonical integer stays below 2^53");
    before_value();
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out_.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
    return *this;
}

CanonicalWriter& CanonicalWriter::number(std::uint64_t value) {
    if (value <= static_cast<std::uint64_t>(kCanonicalIntMax)) {
        return integer(static_cast<std::int64_t>(value));
    }
    before_value();
    out_.push_back('"');
    for (int shift = 60; shift >= 0; shift -= 4) {
        out_.push_back(kHexDigits[(value >> shift) & 15]);
    }
    out_.push_back('"');
    return *this;
}

CanonicalWriter& CanonicalWriter::boolean(bool value) {
    before_value();
    out_.append(value ? "true" : "false");
    return *this;
}

CanonicalWriter& CanonicalWriter::verbatim(std::string_view canonical) {
    before_value();
    out_.append(canonical);
    return *this;
}

CanonicalWriter& CanonicalWriter::optional_text(std::string_view name, std::string_view value) {
    return value.empty() ? *this : key(name).text(value);
}

Result<void> check_canonical(std::string_view text) {
    canonical::Cursor cursor(text);
    if (cursor.skip_value() && !cursor.at_end()) {
        cursor.fail("something follows the value");
    }
    if (!cursor.ok()) {
        return fail(ErrorKind::malformed, "not canonical JSON at byte " +
                                              std::to_string(cursor.position()) + ": " +
                                              cursor.problem());
    }
    return {};
}

}  // namespace tally
