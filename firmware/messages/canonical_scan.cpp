#include "firmware/messages/canonical_scan.hpp"

#include "firmware/base/plain_text.hpp"
#include "firmware/messages/canonical_json.hpp"

namespace tally::canonical {

namespace {

constexpr bool digit(char c) {
    return c >= '0' && c <= '9';
}

int lower_hex(char c) {
    if (digit(c)) {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

std::size_t utf8_size(std::string_view text) noexcept {
    const auto byte = [text](std::size_t i) -> unsigned {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const unsigned lead = byte(0);
    unsigned low = 0x80;
    unsigned high = 0xBF;
    std::size_t size = 0;
    if (lead >= 0xC2 && lead <= 0xDF) {
        size = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        size = 3;
        low = lead == 0xE0 ? 0xA0 : low;
        high = lead == 0xED ? 0x9F : high;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        size = 4;
        low = lead == 0xF0 ? 0x90 : low;
        high = lead == 0xF4 ? 0x8F : high;
    }
    bool good = size > 0 && byte(1) >= low && byte(1) <= high;
    for (std::size_t i = 2; i < size; ++i) {
        good = good && byte(i) >= 0x80 && byte(i) <= 0xBF;
    }
    return good ? size : 0;
}

bool Cursor::fail(const char* problem) noexcept {
    if (problem_ == nullptr) {
        problem_ = problem;
    }
    return false;
}

bool Cursor::literal(std::string_view word) {
    if (!ok() || text_.compare(at_, word.size(), word) != 0) {
        return fail("a value was expected");
    }
    at_ += word.size();
    return true;
}

bool Cursor::boolean(bool& value) {
    value = peek() == 't';
    return literal(value ? "true" : "false") || fail("true or false was expected");
}

bool Cursor::integer(std::int64_t& value) {
    const bool negative = ok() && peek() == '-';
    at_ += negative ? 1 : 0;
    const std::size_t start = at_;
    std::int64_t magnitude = 0;
    while (digit(peek()) && at_ - start < 17) {
        magnitude = magnitude * 10 + (text_[at_++] - '0');
    }
    const std::size_t digits = at_ - start;
    const bool leading_zero = digits > 0 && text_[start] == '0' && (digits > 1 || negative);
    if (!ok() || digits == 0 || leading_zero || magnitude > kCanonicalIntMax) {
        return fail("an integer below 2^53 without leading zero was expected");
    }
    value = negative ? -magnitude : magnitude;
    return true;
}

bool Cursor::number(std::uint64_t& value) {
    if (peek() != '"') {
        std::int64_t small = 0;
        if (!integer(small) || small < 0) {
            return fail("a number that is not negative was expected");
        }
        value = static_cast<std::uint64_t>(small);
        return true;
    }
    std::string_view hex;
    bool good = plain_text(hex) && hex.size() == 16;
    value = 0;
    for (std::size_t i = 0; good && i < hex.size(); ++i) {
        const int nibble = lower_hex(hex[i]);
        good = nibble >= 0;
        value = (value << 4) | static_cast<std::uint64_t>(nibble & 15);
    }
    if (!good || value <= static_cast<std::uint64_t>(kCanonicalIntMax)) {
        return fail("16 hex digits of a value from 2^53 on were expected");
    }
    return true;
}

bool Cursor::skip_escape() {
    const char kind = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    switch (kind) {
        case '"':
        case '\\':
        case 'b':
        case 'f':
        case 'n':
        case 'r':
        case 't':
            at_ += 2;
            return true;
        case 'u': {
            // Only control characters that have no short escape are written this way.
            const std::string_view digits = text_.substr(at_ + 2, 4);
            const bool low = digits.size() == 4 && digits.substr(0, 2) == "00" &&
                             (digits[2] == '0' || digits[2] == '1') && lower_hex(digits[3]) >= 0;
            const char value =
                low ? static_cast<char>((digits[2] - '0') * 16 + lower_hex(digits[3])) : '\0';
            const bool has_short =
                value == '\b' || value == '\f' || value == '\n' || value == '\r' || value == '\t';
            if (!low || has_short) {
                return fail("an escape is not the shortest one");
            }
            at_ += 6;
            return true;
        }
        default:
            return fail("an escape is not the shortest one");
    }
}

bool Cursor::skip_utf8() {
    const std::size_t size = utf8_size(text_.substr(at_));
    at_ += size;
    return size > 0 || fail("a string is not valid UTF-8");
}

bool Cursor::skip_text(bool& escaped) {
    escaped = false;
    if (!take('"', "a string was expected")) {
        return false;
    }
    while (at_ < text_.size()) {
        at_ += plain_prefix(text_.substr(at_));
        const auto c = static_cast<unsigned char>(peek());
        if (c == '"') {
            ++at_;
            return true;
        } else if (c == '\\') {
            escaped = true;
            if (!skip_escape()) {
                return false;
            }
        } else if (c == 0x7F) {
            ++at_;
        } else if (c < 0x20) {
            return fail(at_end() ? "a string has no end"
                                 : "a control character stands in a string without its escape");
        } else if (!skip_utf8()) {
            return false;
        }
    }
    return fail("a string has no end");
}

bool Cursor::plain_text(std::string_view& value) {
    const std::size_t start = at_;
    bool escaped = false;
    if (!skip_text(escaped) || escaped) {
        return fail("a string without escapes was expected");
    }
    value = text_.substr(start + 1, at_ - start - 2);
    return true;
}

bool Cursor::text(std::string& value) {
    const std::size_t start = at_;
    bool escaped = false;
    if (!skip_text(escaped)) {
        return false;
    }
    const std::string_view body = text_.substr(start + 1, at_ - start - 2);
    value.assign(body);
    if (!escaped) {
        return true;
    }
    value.clear();
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (body[i] != '\\') {
            value.push_back(body[i]);
            continue;
        }
        static constexpr std::string_view kShort = "bfnrt";
        static constexpr std::string_view kMeant = "\b\f\n\r\t";
        const char kind = body[++i];
        const std::size_t found = kShort.find(kind);
        if (kind == 'u') {
            value.push_back(static_cast<char>((body[i + 3] - '0') * 16 + lower_hex(body[i + 4])));
            i += 4;
        } else {
            value.push_back(found == std::string_view::npos ? kind : kMeant[found]);
        }
    }
    return true;
}

bool Cursor::key(std::string_view& name) {
    if (!take('"', "a key was expected")) {
        return false;
    }
    const std::size_t start = at_;
    at_ += plain_prefix(text_.substr(at_));
    name = since(start);
    return take('"', "a key must be printable ASCII without quotation mark or backslash") &&
           take(':', "a colon was expected after the key");
}

bool Cursor::skip_members(std::size_t depth) {
    std::string_view last;
    bool first = true;
    do {
        std::string_view name;
        if (!key(name)) {
            return false;
        }
        if (!first && compare_keys(name, last) <= 0) {
            return fail("keys must be in bytewise order, each once");
        }
        first = false;
        last = name;
        if (!skip_nested(depth)) {
            return false;
        }
        if (peek() != ',') {
            return take('}', "a comma or a closing brace was expected");
        }
        ++at_;
    } while (true);
}

bool Cursor::skip_elements(std::size_t depth) {
    do {
        if (!skip_nested(depth)) {
            return false;
        }
        if (peek() != ',') {
            return take(']', "a comma or a closing bracket was expected");
        }
        ++at_;
    } while (true);
}

bool Cursor::skip_nested(std::size_t depth) {
    bool escaped = false;
    bool flag = false;
    std::int64_t value = 0;
    switch (peek()) {
        case '"':
            return skip_text(escaped);
        case 't':
        case 'f':
            return boolean(flag);
        case '{':
        case '[':
            break;
        default:
            return (peek() == '-' || digit(peek())) ? integer(value) : fail("a value was expected");
    }
    if (depth == kCanonicalDepthMax) {
        return fail("objects and arrays are nested too deep");
    }
    const bool object = text_[at_++] == '{';
    if (peek() == (object ? '}' : ']')) {
        ++at_;
        return ok();
    }
    return object ? skip_members(depth + 1) : skip_elements(depth + 1);
}

bool Cursor::skip_value() {
    return ok() && skip_nested(0);
}

}  // namespace tally::canonical
