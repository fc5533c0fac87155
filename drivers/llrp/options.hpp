// What a session asks of its reader. Filled from the config by the wiring; nothing here is parsed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/time.hpp"
#include "firmware/ports/stream.hpp"

namespace tally::llrp {

inline constexpr std::uint16_t kDefaultPort = 5084;

struct SessionOptions {
    std::string name;   ///< for logs and texts, e.g. "reader g1"
    Endpoint endpoint;  ///< port 5084 unless the reader is set otherwise

    std::uint32_t rospec_id = 100;        ///< ours on the reader; never 0
    std::vector<std::uint16_t> antennas;  ///< ports to read on; empty: all the reader has
    std::vector<std::uint16_t> inputs;    ///< GPI ports with photo-eyes, switched on by us

    /// Radio settings; what is absent stays as the reader has it. The power is an index into the
    /// reader's table; LLRP demands hop table and channel index beside it.
    std::optional<std::uint16_t> tx_power_index;
    std::uint16_t hop_table_id = 1;
    std::uint16_t channel_index = 0;
    std::optional<std::uint8_t> gen2_session;  ///< 0 to 3
    std::uint16_t tag_population = 32;         ///< used if gen2_session is set
    std::uint32_t tag_transit_ms = 0;          ///< used if gen2_session is set

    std::uint16_t report_every_n_tags = 1;
    std::uint16_t report_content = 0xffc0;  ///< ReportFields (report.hpp): all, by default

    /// Who sets the reading going: a START_ROSPEC of ours, or the reader itself once enabled.
    enum class Start : std::uint8_t { on_command, immediate };
    Start start = Start::on_command;

    std::uint32_t keepalive_ms = 10'000;  ///< 2.5 times this in silence is a dead connection
    Duration connect_timeout = std::chrono::seconds(3);
    Duration first_event_timeout = std::chrono::seconds(10);
    Duration request_timeout = std::chrono::seconds(5);
    Duration reconnect_min = std::chrono::milliseconds(200);
    Duration reconnect_max = std::chrono::seconds(4);
};

}  // namespace tally::llrp
