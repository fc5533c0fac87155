// Big-endian loads without bounds checks, for decoders that have checked a whole part before, and
// the header that all TLV parameters share.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tally::llrp {

inline std::uint16_t u16_at(const std::uint8_t* at) {
    return static_cast<std::uint16_t>((at[0] << 8) | at[1]);
}

inline std::uint32_t u32_at(const std::uint8_t* at) {
    return (std::uint32_t{u16_at(at)} << 16) | u16_at(at + 2);
}

inline std::uint64_t u64_at(const std::uint8_t* at) {
    return (std::uint64_t{u32_at(at)} << 32) | u32_at(at + 4);
}

inline constexpr std::size_t kTlvHeaderBytes = 4;

struct Tlv {
    std::uint16_t type;
    std::size_t length;  ///< with its header; 0 if there is none or it does not fit
};

/// The TLV parameter at the front of so many bytes (LLRP 1.1 section 17.2.1.1).
inline Tlv tlv_at(const std::uint8_t* at, std::size_t remaining) {
    if (remaining < kTlvHeaderBytes || (at[0] & 0x80) != 0) {
        return {0, 0};
    }
    const std::size_t length = u16_at(at + 2);
    const bool fits = length >= kTlvHeaderBytes && length <= remaining;
    return {static_cast<std::uint16_t>(u16_at(at) & 0x3ff), fits ? length : 0};
}

}  // namespace tally::llrp
