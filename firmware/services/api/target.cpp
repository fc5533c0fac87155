#include "firmware/services/api/target.hpp"

#include <cstdint>

namespace tally {

namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

enum class Plus { literal, blank };

Result<std::string> decode(std::string_view text, Plus plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return fail(ErrorKind::malformed, "an escape is not '%' and two hex digits");
            }
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus == Plus::blank) {
            c = ' ';
        }
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) {
            return fail(ErrorKind::malformed, "a control character stands in the target");
        }
        out += c;
    }
    if (!is_utf8(out)) {
        return fail(ErrorKind::malformed, "the target is not UTF-8");
    }
    return out;
}

Result<void> split_path(std::string_view path, ApiTarget& into) {
    if (path.empty() || path.front() != '/') {
        return fail(ErrorKind::malformed, "the target does not begin with '/'");
    }
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto end = path.find('/');
        TALLY_TRY_ASSIGN(std::string segment, decode(path.substr(0, end), Plus::literal));
        if (segment.empty() || segment == "." || segment == ".." ||
            segment.find('/') != std::string::npos || segment.find('\\') != std::string::npos) {
            return fail(ErrorKind::malformed, "a path segment is empty, dots or a hidden path");
        }
        into.path.push_back(std::move(segment));
        if (into.path.size() > kTargetPartsMax) {
            return fail(ErrorKind::malformed, "the path has too many segments");
        }
        path = end == std::string_view::npos ? std::string_view() : path.substr(end);
    }
    return {};
}

Result<void> split_query(std::string_view query, ApiTarget& into) {
    while (!query.empty()) {
        const auto end = query.find('&');
        const std::string_view part = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        if (part.empty()) {
            continue;
        }
        const auto equals = part.find('=');
        TALLY_TRY_ASSIGN(std::string name, decode(part.substr(0, equals), Plus::blank));
        std::string value;
        if (equals != std::string_view::npos) {
            TALLY_TRY_ASSIGN(value, decode(part.substr(equals + 1), Plus::blank));
        }
        if (!into.query.emplace(name, std::move(value)).second) {
            return fail(ErrorKind::malformed, "the parameter '" + name + "' is given twice");
        }
        if (into.query.size() > kTargetPartsMax) {
            return fail(ErrorKind::malformed, "there are too many parameters");
        }
    }
    return {};
}

/// Length of the sequence that starts with `lead`, its smallest code point; 0: no lead byte.
struct Utf8Lead {
    std::size_t length = 0;
    std::uint32_t bits = 0;
    std::uint32_t smallest = 0;
};

Utf8Lead lead_of(unsigned char byte) {
    if (byte < 0x80) {
        return {1, byte, 0};
    }
    if ((byte & 0xE0U) == 0xC0) {
        return {2, byte & 0x1FU, 0x80};
    }
    if ((byte & 0xF0U) == 0xE0) {
        return {3, byte & 0x0FU, 0x800};
    }
    if ((byte & 0xF8U) == 0xF0) {
        return {4, byte & 0x07U, 0x10000};
    }
    return {};
}

}  // namespace

std::string ApiTarget::text(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string() : found->second;
}

bool is_utf8(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size();) {
        const Utf8Lead lead = lead_of(static_cast<unsigned char>(text[i]));
        if (lead.length == 0 || text.size() - i < lead.length) {
            return false;
        }
        std::uint32_t point = lead.bits;
        for (std::size_t k = 1; k < lead.length; ++k) {
            const auto byte = static_cast<unsigned char>(text[i + k]);
            if ((byte & 0xC0U) != 0x80) {
                return false;
            }
            point = (point << 6U) | (byte & 0x3FU);
        }
        const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
        if (point < lead.smallest || surrogate || point > 0x10FFFF) {
            return false;
        }
        i += lead.length;
    }
    return true;
}

Result<ApiTarget> parse_target(std::string_view target) {
    if (target.size() > kTargetBytesMax) {
        return fail(ErrorKind::malformed, "the target is longer than 2048 bytes");
    }
    ApiTarget parsed;
    const auto mark = target.find('?');
    TALLY_TRY(split_path(target.substr(0, mark), parsed));
    if (mark != std::string_view::npos) {
        TALLY_TRY(split_query(target.substr(mark + 1), parsed));
    }
    return parsed;
}

}  // namespace tally
