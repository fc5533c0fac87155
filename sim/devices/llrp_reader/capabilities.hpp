// GET_READER_CAPABILITIES_RESPONSE of the emulated reader: the facts of an Impinj R420, firmware
// 5.14 (devices.md 3.8), with a hop order of our own.
#pragma once

#include "firmware/base/bytes.hpp"

namespace tally::sim::llrp {

inline constexpr std::uint32_t kSpecsPerRospec = 32;
inline constexpr std::uint32_t kAccessSpecs = 1508;
inline constexpr std::uint32_t kOpSpecs = 8;
inline constexpr std::uint32_t kInventorySpecs = 1;
inline constexpr std::uint8_t kPriorityMax = 1;
inline constexpr std::uint32_t kVendor = 25882;             ///< Impinj's enterprise number
inline constexpr std::uint32_t kUnassignedVendor = 65'432;  ///< whose parameters nobody knows
inline constexpr std::uint32_t kCapabilitiesAskedMax = 4;

struct CapabilityFacts {
    bool utc_clock = true;
    std::uint32_t rospecs_max = 1;
};

/// Writes the parameters after LLRPStatus. `asked`: 0 all, 1 general, 2 LLRP, 3 regulatory,
/// 4 air protocol.
void write_capabilities(ByteWriter& out, std::uint8_t asked, const CapabilityFacts& facts);

}  // namespace tally::sim::llrp
