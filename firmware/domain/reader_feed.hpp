// The seam between a reader driver and the gate service: values only, no protocol.
#pragma once

#include <span>
#include <string>

#include "firmware/domain/read.hpp"

namespace tally {

/// Why a reader, or some of its antennas, cannot currently tell what passes.
enum class BlindCause : std::uint8_t {
    offline,          ///< no connection, or the connection went silent
    not_reading,      ///< connected, but its reading operation is not running
    buffer_overflow,  ///< the reader says that report data was lost
    antenna_lost,     ///< an antenna is disconnected
    refused,          ///< the reader rejects what we ask of it
    overload,         ///< our own bounded queue overflowed
};

/// Lower-case name, as it stands in ledger data.
std::string_view to_string(BlindCause cause) noexcept;

/// Antenna 0 means the whole reader. A blind span begins at `since` (which may lie before the call:
/// the last moment the reader was known to see) and ends with on_sighted of the same antenna.
struct BlindBegan {
    BlindCause cause = BlindCause::offline;
    std::uint16_t antenna = 0;
    MonoTime since;
    std::string text;  ///< one sentence for a person: what, why, what to do
};

/// What a reader driver tells its owner, on the loop. Reads are valid during the call only.
class ReaderFeed {
 public:
    virtual ~ReaderFeed() = default;
    virtual void on_reads(std::span<const TagRead> reads) = 0;
    virtual void on_input(const InputChange& change) = 0;
    virtual void on_blind(const BlindBegan& blind) = 0;
    virtual void on_sighted(std::uint16_t antenna, MonoTime at) = 0;
};

}  // namespace tally
