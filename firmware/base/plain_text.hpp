// The one fast question about text on the way into and out of JSON: how much of it needs no care.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace tally {

/// True for printable ASCII (blank included) other than quotation mark and backslash.
constexpr bool is_plain(char c) noexcept {
    return c >= 0x20 && c <= 0x7E && c != '"' && c != '\\';
}

/// Number of plain characters at the front of `text`. Looks at eight bytes at a time by the
/// well-known "has a byte less than / equal to" word tests (Anderson, Bit Twiddling Hacks).
inline std::size_t plain_prefix(std::string_view text) noexcept {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    constexpr std::uint64_t kHighs = 0x8080808080808080;
    const auto has_zero = [](std::uint64_t word) { return (word - kOnes) & ~word & kHighs; };
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof(word));
        const std::uint64_t control = (word - kOnes * 0x20) & ~word & kHighs;
        const std::uint64_t special = has_zero(word ^ (kOnes * '"')) |
                                      has_zero(word ^ (kOnes * '\\')) |
                                      has_zero(word ^ (kOnes * 0x7F));
        if (((word & kHighs) | control | special) != 0) {
            break;
        }
    }
    while (at < text.size() && is_plain(text[at])) {
        ++at;
    }
    return at;
}

inline bool is_plain(std::string_view text) noexcept {
    return plain_prefix(text) == text.size();
}

}  // namespace tally
