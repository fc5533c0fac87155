#include "tools/tally/width.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tally::cli {

namespace {

struct Range {
    std::uint32_t first, last;
};

constexpr std::array kWide = {
    Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},
    Range{0x3400, 0x4DBF},   Range{0x4E00, 0xA4CF},   Range{0xA960, 0xA97F},
    Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE10, 0xFE19},
    Range{0xFE30, 0xFE6F},   Range{0xFF01, 0xFF60},   Range{0xFFE0, 0xFFE6},
    Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF},
    Range{0x20000, 0x3FFFD}};

constexpr std::array kNone = {Range{0x0300, 0x036F}, Range{0x200B, 0x200F}, Range{0x20D0, 0x20FF},
                              Range{0xFE00, 0xFE0F}};

template <typename Ranges>
bool holds(const Ranges& ranges, std::uint32_t point) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
        return point >= range.first && point <= range.last;
    });
}

/// The code point at a byte, and how many bytes it takes; a broken byte is itself.
struct Point {
    std::uint32_t value = 0;
    std::size_t bytes = 1;
};

std::size_t sequence_length(unsigned char lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xC0) {
        return 0;
    }
    return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

Point point_at(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = sequence_length(lead);
    if (length < 2 || at + length > text.size()) {
        return {lead, 1};
    }
    std::uint32_t value = lead & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
        const auto byte = static_cast<unsigned char>(text[at + k]);
        if ((byte & 0xC0U) != 0x80) {
            return {lead, 1};
        }
        value = value << 6U | (byte & 0x3FU);
    }
    return {value, length};
}

}  // namespace

std::size_t display_width(std::string_view text) {
    std::size_t columns = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Point point = point_at(text, at);
        if (!holds(kNone, point.value)) {
            columns += holds(kWide, point.value) ? 2 : 1;
        }
        at += point.bytes;
    }
    return columns;
}

std::string padded(std::string_view text, std::size_t columns, Align align) {
    const std::size_t width = display_width(text);
    const std::string blanks(columns > width ? columns - width : 0, ' ');
    return align == Align::left ? std::string(text) + blanks : blanks + std::string(text);
}

std::string printable(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const Point point = point_at(text, at);
        const bool control = point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0) ||
                             (point.bytes == 1 && point.value >= 0x80);
        out += control ? "?" : std::string(text.substr(at, point.bytes));
        at += point.bytes;
    }
    return out;
}

std::string printable_lines(std::string_view text) {
    std::string out;
    for (;;) {
        const std::size_t end = text.find('\n');
        out += printable(text.substr(0, end));
        if (end == std::string_view::npos) {
            return out;
        }
        out += '\n';
        text.remove_prefix(end + 1);
    }
}

}  // namespace tally::cli
