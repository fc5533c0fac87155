// Big-endian loads without bounds checks, for decoders that have checked a whole part before.
#pragma once

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

}  // namespace tally::llrp
