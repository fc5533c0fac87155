// The partition tables of TDS 2.3 section 14 as numbers. Private to epc/: others use scheme.hpp.
#pragma once

#include <array>
#include <cstdint>

#include "firmware/domain/epc/scheme.hpp"

namespace tally::epc_tables {

inline constexpr unsigned kPartitions = 7;
inline constexpr std::uint8_t kFirstHeader = 0x30;  ///< the five headers follow each other

inline constexpr std::array<std::uint8_t, kPartitions> kPrefixBits = {40, 37, 34, 30, 27, 24, 20};

/// Widths of one scheme's fields after header (8 bits), filter (3), partition (3) and prefix.
struct Layout {
    std::array<std::uint8_t, kPartitions> reference_bits;
    std::array<std::uint8_t, kPartitions> reference_digits;
    std::uint8_t tail_bits;  ///< serial, extension, or the zeros of an SSCC
};

inline constexpr std::array<Layout, 5> kLayouts = {{
    {{4, 7, 10, 14, 17, 20, 24}, {1, 2, 3, 4, 5, 6, 7}, 38},          // SGTIN-96
    {{18, 21, 24, 28, 31, 34, 38}, {5, 6, 7, 8, 9, 10, 11}, 24},      // SSCC-96
    {{1, 4, 7, 11, 14, 17, 21}, {0, 1, 2, 3, 4, 5, 6}, 41},           // SGLN-96
    {{4, 7, 10, 14, 17, 20, 24}, {0, 1, 2, 3, 4, 5, 6}, 38},          // GRAI-96
    {{42, 45, 48, 52, 55, 58, 62}, {13, 14, 15, 16, 17, 18, 19}, 0},  // GIAI-96
}};

inline constexpr const Layout& layout(EpcScheme scheme) noexcept {
    return kLayouts[static_cast<std::size_t>(scheme)];
}

/// 10 to the power of its index, as far as 64 bits reach.
inline constexpr std::array<std::uint64_t, 20> kPowersOfTen = [] {
    std::array<std::uint64_t, 20> powers{};
    std::uint64_t power = 1;
    for (std::uint64_t& entry : powers) {
        entry = power;
        power *= 10;
    }
    return powers;
}();

}  // namespace tally::epc_tables
