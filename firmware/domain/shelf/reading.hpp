// One measurement of one slot with its quality, and the seam between a shelf driver and the shelf
// service: values only, no protocol.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/base/time.hpp"
#include "firmware/domain/ids.hpp"
#include "firmware/domain/shelf/weight.hpp"

namespace tally {

/// Only a stable weight may be booked. Blind is not empty: there is no weight then.
enum class ReadingQuality : std::uint8_t { stable, moving, blind };

/// Why a slot cannot currently tell what stands on it.
enum class ShelfFault : std::uint8_t {
    none,
    silent,       ///< its unit does not answer
    offline,      ///< its bus cannot be reached
    refused,      ///< its unit answers with an exception
    garbled,      ///< what comes is not an answer to what was asked
    device,       ///< the instrument reports a fault of its own
    implausible,  ///< the weight cannot be: over capacity, or no number
    frozen,       ///< the link lives, but the value does not
};

/// Lower-case name, as it stands in ledger data.
std::string_view to_string(ShelfFault fault) noexcept;

struct ShelfReading {
    ReadingQuality quality = ReadingQuality::blind;
    Weight weight;  ///< net; meaningless while blind
    ShelfFault fault = ShelfFault::none;
    std::string text;  ///< of a fault, for a person: what, why, what to do
    MonoTime at;       ///< when it was measured; of a blind one: last moment the slot could tell
};

/// What a driver tells its owner, on the loop: every good reading, and blindness once as it begins.
class ShelfFeed {
 public:
    virtual ~ShelfFeed() = default;
    virtual void on_reading(const PlaceId& slot, const ShelfReading& reading) = 0;
};

/// What can be told to the instrument of a slot. Customs-relevant: each becomes a ledger event.
enum class ShelfCommand : std::uint8_t { tare, zero };

std::string_view to_string(ShelfCommand command) noexcept;

}  // namespace tally
