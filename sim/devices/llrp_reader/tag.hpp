// What the scene says a reader's antenna could hear, and what the reader makes of it.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/bytes.hpp"

namespace tally::sim {

/// The identity bits of a tag, 0 to 512 of them, most significant first. The emulator's own type,
/// so that a fault in the domain's Epc cannot hide itself.
struct TagCode {
    Bytes bytes;
    std::uint16_t bits = 0;

    auto operator<=>(const TagCode&) const = default;

    static constexpr std::uint16_t kBitsMax = 512;

    /// "3034F8..." or "FF80/9" (hex digits for all bytes, then the bit count).
    static std::optional<TagCode> parse(std::string_view text);

    /// Upper-case hex; "/<bits>" follows where the bits do not fill whole bytes.
    [[nodiscard]] std::string str() const;
};

/// One answer of one tag to one antenna.
struct TagSight {
    TagCode code;
    std::uint16_t antenna = 1;       ///< 1-based
    std::int8_t rssi_dbm = -60;      ///< at the reader's port
    std::uint16_t channel = 1;       ///< 1-based index into the hop table
    std::vector<std::uint16_t> tid;  ///< words of the tag's TID memory; empty: cannot be read
};

/// What became of a sight. Only `counted` will ever be reported.
enum class Heard : std::uint8_t {
    counted,
    reader_down,   ///< rebooting
    not_reading,   ///< no active ROSpec covers this antenna
    antenna_off,   ///< the antenna is disconnected
    already_seen,  ///< its inventoried flag is set (session S2 or S3)
    overflow,      ///< the reader's report buffer is full: data lost
};

std::string_view to_string(Heard heard) noexcept;

}  // namespace tally::sim
