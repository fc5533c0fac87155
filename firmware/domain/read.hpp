// One tag observation by one antenna, as every kind of reader driver reports it.
#pragma once

#include <cstdint>
#include <type_traits>

#include "firmware/base/time.hpp"
#include "firmware/base/units.hpp"
#include "firmware/domain/epc/epc.hpp"

namespace tally {

/// A plain value without owner. Where a reader left a field out, `has` says so: absence is not 0.
struct TagRead {
    enum Has : std::uint8_t {
        antenna_known = 1,
        rssi_known = 2,
        first_seen_known = 4,
        last_seen_known = 8,
        count_known = 16,
        reader_utc = 32
    };

    Epc epc;
    std::uint8_t has = 0;
    std::uint16_t antenna = 0;  ///< 1-based port of the reader
    CentiDbm peak_rssi;
    std::uint32_t count = 1;  ///< observations merged into this one by the reader
    MonoTime at;              ///< when our box received it: the only time used in rules
    std::int64_t reader_first_seen_us = 0;  ///< the reader's clock: annotation only
    std::int64_t reader_last_seen_us = 0;
};
static_assert(std::is_trivially_copyable_v<TagRead>);

/// A photo-eye or other input of a reader changed.
struct InputChange {
    enum class Level : std::uint8_t { low, high };
    std::uint16_t port = 0;  ///< 1-based GPI port
    Level level = Level::low;
    MonoTime at;
};

}  // namespace tally
