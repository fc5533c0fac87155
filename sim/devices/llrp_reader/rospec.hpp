// A reader operation spec as a value: what ADD_ROSPEC said, checked (LLRP 1.1, 17.2.4).
#pragma once

#include <optional>
#include <vector>

#include "sim/devices/llrp_reader/reader_config.hpp"

namespace tally::sim::llrp {

struct GpiTrigger {
    std::uint16_t port = 0;
    bool high = false;
    std::uint32_t timeout_ms = 0;  ///< 0: none
};

/// When an AISpec of stop type 3 ends.
struct TagObservation {
    std::uint8_t type = 0;  ///< 0 N tags, 1 no new tag for T ms, 2 N attempts, 3 and 4 unique (1.1)
    std::uint16_t tags = 0;
    std::uint16_t attempts = 0;
    std::uint16_t quiet_ms = 0;
    std::uint32_t timeout_ms = 0;
};

/// One antenna inventory. Only its first InventoryParameterSpec is used (capabilities say 1).
struct AiSpec {
    enum class Stop : std::uint8_t { none, duration, input, tags };
    std::vector<std::uint16_t> antennas;  ///< 0 among them: all
    Stop stop = Stop::none;
    std::uint32_t duration_ms = 0;
    GpiTrigger input;
    TagObservation observation;
    std::uint16_t inventory_id = 0;

    [[nodiscard]] bool covers(std::uint16_t antenna) const;
};

struct RoSpec {
    enum class State : std::uint8_t { disabled = 0, inactive = 1, active = 2 };
    enum class Start : std::uint8_t { none, immediate, periodic, input };
    enum class Stop : std::uint8_t { none, duration, input };

    std::uint32_t id = 0;
    std::uint8_t priority = 0;  ///< 0 is the most urgent
    State state = State::disabled;
    Start start = Start::none;
    std::uint32_t offset_ms = 0;
    std::uint32_t period_ms = 0;  ///< 0: once
    GpiTrigger start_input;
    Stop stop = Stop::none;
    std::uint32_t stop_ms = 0;
    GpiTrigger stop_input;
    std::vector<AiSpec> specs;
    std::optional<ReportSpec> report;  ///< none: the reader's default
    Bytes raw;                         ///< the parameter as it was sent, for GET_ROSPECS
};

/// Reads the ROSpec parameter `node`; `raw` is the whole parameter. A problem names what is wrong.
std::optional<Problem> read_rospec(const Node& node, ByteView raw, std::uint8_t version,
                                   RoSpec& spec);

/// Writes the parameter as it was sent, with its present state.
void write_rospec(ByteWriter& out, const RoSpec& spec);

}  // namespace tally::sim::llrp
