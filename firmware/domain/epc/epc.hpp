// The identity that a tag carries: 0 to 512 bits, as a value. What the bits mean: epc/scheme.hpp.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "firmware/base/bytes.hpp"

namespace tally {

/// Up to 512 bits, most significant bit first; unused bits of the last byte are zero. A plain value
/// of 66 bytes: copying never allocates.
class Epc {
 public:
    static constexpr std::size_t kBitsMax = 512;

    Epc() = default;

    /// From `bit_count` bits at the front of `bytes`; bits beyond are ignored. Nothing if the bytes
    /// are too few or the count is above kBitsMax.
    static std::optional<Epc> from_bits(ByteView bytes, std::size_t bit_count) noexcept;

    /// Becomes these 96 bits, the commonest size. Inline and in place, because decoders of busy
    /// streams call it for every tag.
    void assign_96(std::span<const std::uint8_t, 12> bytes) noexcept {
        bit_count_ = 96;
        bytes_ = {};
        std::memcpy(bytes_.data(), bytes.data(), bytes.size());
    }

    /// From the text form of str(), or from plain hex of either case.
    static std::optional<Epc> parse(std::string_view text);

    [[nodiscard]] std::size_t bit_count() const noexcept { return bit_count_; }
    [[nodiscard]] ByteView bytes() const noexcept {
        return {bytes_.data(), (std::size_t{bit_count_} + 7) / 8};
    }

    /// Upper-case hex of the bytes; "/<bits>" follows where the bits do not fill whole bytes.
    [[nodiscard]] std::string str() const;

    /// Ordered by bit count, then bytewise.
    auto operator<=>(const Epc&) const = default;

    bool operator==(const Epc& other) const noexcept {
        return bit_count_ == other.bit_count_ &&
               std::memcmp(bytes_.data(), other.bytes_.data(), bytes_.size()) == 0;
    }

    /// 64 mixed bits (splitmix64 finaliser of Steele et al. 2014 over the words): good enough for
    /// tables indexed by the low or the high bits. The same in every build on one byte order.
    [[nodiscard]] std::uint64_t hash() const noexcept;

 private:
    static std::uint64_t mix(std::uint64_t x) noexcept {
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
        return x ^ (x >> 31);
    }

    std::uint16_t bit_count_ = 0;
    std::array<std::uint8_t, kBitsMax / 8> bytes_{};
};

inline std::uint64_t Epc::hash() const noexcept {
    std::uint64_t state = bit_count_;
    // Bytes beyond the bit count are zero, so whole words may be read.
    for (std::size_t at = 0; at * 8 < bit_count_; at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes_.data() + at, sizeof word);
        state = mix(state + 0x9e3779b97f4a7c15ULL + word);
    }
    return state;
}

}  // namespace tally

template <>
struct std::hash<tally::Epc> {
    std::size_t operator()(const tally::Epc& epc) const noexcept;
};
