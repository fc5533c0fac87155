// The identity that a tag carries: 0 to 512 bits, as a value. What the bits mean: epc/scheme.hpp.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
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

    /// From the text form of str(), or from plain hex of either case.
    static std::optional<Epc> parse(std::string_view text);

    [[nodiscard]] std::size_t bit_count() const noexcept { return bit_count_; }
    [[nodiscard]] ByteView bytes() const noexcept {
        return {bytes_.data(), (std::size_t{bit_count_} + 7) / 8};
    }

    /// Upper-case hex of the bytes; "/<bits>" follows where the bits do not fill whole bytes.
    [[nodiscard]] std::string str() const;

    auto operator<=>(const Epc&) const = default;

 private:
    std::uint16_t bit_count_ = 0;
    std::array<std::uint8_t, kBitsMax / 8> bytes_{};
};

}  // namespace tally

template <>
struct std::hash<tally::Epc> {
    std::size_t operator()(const tally::Epc& epc) const noexcept;
};
