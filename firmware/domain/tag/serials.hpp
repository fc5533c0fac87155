// Serial numbers of SGTIN-96 tags (38 bits), given out by edges so that none is given out twice,
// whatever is restored or copied (docs/adr/0008-serials.md): number of the edge in the company (8
// bits), epoch of its ledger (8), block in the epoch (14), place in the block (8).
#pragma once

#include <cstdint>
#include <optional>

namespace tally {

inline constexpr std::uint64_t kSerialBlockSize = 256;
inline constexpr std::uint64_t kSerialRangeMax = 255;  ///< number of an edge
inline constexpr std::uint64_t kSerialEpochMax = 255;
inline constexpr std::uint64_t kSerialBlockMax = 16'383;

/// A block of serials. Only the life of a box that reserved it uses it, after the bridge has the
/// reservation.
struct SerialBlock {
    std::uint64_t epoch = 0;
    std::uint64_t block = 0;

    bool operator==(const SerialBlock&) const = default;
};

/// Nothing where a part is too large for its bits: the edge needs another number.
constexpr std::optional<std::uint64_t> serial_of(std::uint64_t range, const SerialBlock& block,
                                                 std::uint64_t place) {
    if (range > kSerialRangeMax || block.epoch > kSerialEpochMax || block.block > kSerialBlockMax ||
        place >= kSerialBlockSize) {
        return std::nullopt;
    }
    return range << 30U | block.epoch << 22U | block.block << 8U | place;
}

}  // namespace tally
