// The one fast question about text on the way into and out of JSON: how much of it needs no care.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tally {

/// True for printable ASCII (blank included) other than quotation mark and backslash.
constexpr bool is_plain(char c) noexcept {
    return c >= 0x20 && c <= 0x7E && c != '"' && c != '\\';
}

/// The high bits of the bytes of a word that are not plain: by the well-known "has a byte less than
/// / equal to" word tests (Anderson, Bit Twiddling Hacks). The lowest that is set is right; above
/// it, a borrow may have set others.
inline std::uint64_t marks_of_not_plain(std::uint64_t word) noexcept {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    constexpr std::uint64_t kHighs = 0x8080808080808080;
    const auto has_zero = [](std::uint64_t of) { return (of - kOnes) & ~of & kHighs; };
    const std::uint64_t control = (word - kOnes * 0x20) & ~word & kHighs;
    const std::uint64_t special = has_zero(word ^ (kOnes * '"')) | has_zero(word ^ (kOnes * '\\')) |
                                  has_zero(word ^ (kOnes * 0x7F));
    return (word & kHighs) | control | special;
}

/// Number of plain characters at the front of `text`. Looks at eight bytes at a time; where the
/// first byte of a word is the lowest, its mark says which it is.
inline std::size_t plain_prefix(std::string_view text) noexcept {
    constexpr bool kFirstIsLowest = std::endian::native == std::endian::little;
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof(word));
        if (const std::uint64_t marks = marks_of_not_plain(word); marks != 0) {
            if constexpr (kFirstIsLowest) {
                return at + static_cast<std::size_t>(std::countr_zero(marks)) / 8;
            }
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
