// The protocol control word that a Gen2 tag sends before its EPC (EPC Gen2 v2, 6.3.2.1.2.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "firmware/domain/epc/epc.hpp"

namespace tally {

/// 16 bits: length in words (5), user memory and XPC marks, the toggle to ISO numbering, and a byte
/// that is an AFI where the toggle is set.
struct PcWord {
    std::uint16_t value = 0;

    [[nodiscard]] constexpr std::size_t epc_bits() const noexcept {
        return std::size_t{16} * (value >> 11);
    }
    /// Set: the memory holds an ISO 15961 identity (application family afi()), not a GS1 EPC.
    [[nodiscard]] constexpr bool is_iso() const noexcept { return (value & 0x0100) != 0; }
    [[nodiscard]] constexpr std::uint8_t afi() const noexcept {
        return static_cast<std::uint8_t>(value & 0xff);
    }
};

/// What a PC word says against the EPC that came with it.
enum class PcFault : std::uint8_t {
    none,
    iso_identity,     ///< not a GS1 EPC: keep the bits raw, do not decode
    length_mismatch,  ///< cut or padded on the way: not the whole identity
};

constexpr std::string_view to_string(PcFault fault) noexcept {
    switch (fault) {
        case PcFault::none:
            return "no fault";
        case PcFault::iso_identity:
            return "the tag holds an ISO identity, not an EPC";
        case PcFault::length_mismatch:
            return "the tag announces another EPC length";
    }
    return "";
}

constexpr PcFault check_pc(PcWord pc, std::size_t epc_bit_count) noexcept {
    if (pc.is_iso()) {
        return PcFault::iso_identity;
    }
    return pc.epc_bits() == epc_bit_count ? PcFault::none : PcFault::length_mismatch;
}

}  // namespace tally
