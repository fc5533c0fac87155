// The faults a reader can be told to show. Each comes from a real device or issue (devices.md
// 3.10); docs/devices/llrp-emulator.md names the test that shows each. Faults that happen once
// (reboot, reset, second client, ...) are verbs of LlrpReader instead.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/base/result.hpp"

namespace tally::sim {

/// Zero everywhere is a reader without faults.
struct Faults {
    std::int64_t first_event_delay_ms = 0;  ///< ConnectionAttemptEvent comes late
    std::int64_t no_first_event = 0;        ///< 1: it never comes
    std::int64_t connect_status = 0;        ///< 1, 2 or 3: every connect is refused with it
    std::int64_t only_101 = 0;              ///< 1: knows LLRP 1.0.1 only
    std::int64_t id_clash = 0;  ///< 1: a report with the request's MessageID precedes each reply
    std::int64_t segment_bytes = 0;      ///< n: bytes leave n at a time, 1 ms apart
    std::int64_t merge_ms = 0;           ///< t: what is sent within t ms leaves as one piece
    std::int64_t omit_repeated = 0;      ///< 1: enabled fields equal to the last value are left out
    std::int64_t custom_parameters = 0;  ///< 1: vendor parameters at every extension point
    std::int64_t unknown_tlv = 0;        ///< 1: a TLV of an unassigned type in every tag report
    std::int64_t wrong_tlv_length = 0;   ///< n: in the next n reports a TLV overruns its parent
    std::int64_t wrong_message_length = 0;  ///< n: the next n reports claim 7 bytes too many
    std::int64_t reserved_bits = 0;         ///< 1: reserved bits are ones
    std::int64_t clock_2000 = 0;            ///< 1: UTC restarts at 2000-01-01 with each boot
    std::int64_t uptime_only = 0;           ///< 1: no UTC clock, stamps are microseconds of uptime
    std::int64_t no_keepalive = 0;          ///< 1: KEEPALIVE stops, TCP and reports go on
    std::int64_t report_at_stop = 0;        ///< 1: no tag report before the ROSpec ends
    std::int64_t once_per_session = 0;      ///< t: a tag answers again t ms after it was last heard
    std::int64_t input_bounces = 0;         ///< n: each change of an input comes n times more
    std::int64_t buffer_tags_max = 0;       ///< n: size of the report buffer (0: 20,000)
};

/// One row of the table of faults.
struct FaultInfo {
    std::string_view name;
    std::int64_t Faults::*value;
    std::int64_t max;
    std::string_view meaning;
};

/// Every fault, in the order of the struct.
std::span<const FaultInfo> fault_table();

/// Sets one by name; unknown names suggest the nearest, values are bounded.
Result<void> set_fault(Faults& faults, std::string_view name, std::int64_t value);

}  // namespace tally::sim
