// The messages a session sends, built from its options (LLRP 1.1 chapters 8 to 11).
#pragma once

#include <cstdint>

#include "drivers/llrp/message.hpp"
#include "drivers/llrp/options.hpp"

namespace tally::llrp {

/// Message types a session sends or waits for.
enum class MessageType : std::uint16_t {
    get_reader_capabilities = 1,
    get_reader_config = 2,
    set_reader_config = 3,
    close_connection = 14,
    ro_access_report = 61,
    keepalive = 62,
    reader_event_notification = 63,
    enable_events_and_reports = 64,
    keepalive_ack = 72,
    error_message = 100,
};

/// What a session has to know of a reader before it configures it.
struct ReaderLimits {
    std::uint32_t rospecs_max = 0;    ///< 0: no limit known
    bool can_hold_reports = false;    ///< while no client is connected
    bool can_warn_of_buffer = false;  ///< before its report buffer overflows
};

/// Keepalive, event notifications, inputs and, where the reader can, holding of events and reports
/// while we are away. Leaves everything else, AccessSpecs included, as it is.
Message set_reader_config(const SessionOptions& options, const ReaderLimits& limits);

/// Our ROSpec: all configured antennas, EPC Gen2, reports after every n tags, for ever.
Message add_rospec(const SessionOptions& options);

/// GET_READER_CONFIG for which antennas are connected.
Message get_antenna_properties();

/// One of START_ROSPEC, ENABLE_ROSPEC, DELETE_ROSPEC; id 0 means all where LLRP allows it.
Message rospec_command(std::string_view message_name, std::uint32_t rospec_id);

}  // namespace tally::llrp
