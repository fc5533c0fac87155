// How a reader is to ask its tags. What is absent stays as the reader is set.
#pragma once

#include <cstdint>
#include <optional>

namespace tally {

/// Sessions are those of EPC Gen2 (6.3.2.2): in S2 and S3, and by some readers' choice of target in
/// S1, a tag that was read keeps silent while it is powered, so it is reported once.
struct RadioSettings {
    std::optional<std::uint8_t> gen2_session;     ///< 0 to 3
    std::uint16_t tag_population = 32;            ///< tags in the field; used with gen2_session
    std::optional<std::uint16_t> tx_power_index;  ///< of the reader's table of power levels
};

}  // namespace tally
