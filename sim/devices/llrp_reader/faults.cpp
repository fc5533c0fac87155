#include "sim/devices/llrp_reader/faults.hpp"

#include <vector>

#include <fmt/format.h>

#include "firmware/base/near_name.hpp"

namespace tally::sim {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

constexpr FaultInfo kTable[] = {
    {"first_event_delay_ms", &Faults::first_event_delay_ms, kHourMs, "first event comes late"},
    {"no_first_event", &Faults::no_first_event, 1, "first event never comes"},
    {"connect_status", &Faults::connect_status, 3, "refuse every connect with status 1, 2 or 3"},
    {"only_101", &Faults::only_101, 1, "knows LLRP 1.0.1 only"},
    {"id_clash", &Faults::id_clash, 1, "a report with the request's MessageID before each reply"},
    {"segment_bytes", &Faults::segment_bytes, 65'536, "send so many bytes at a time"},
    {"merge_ms", &Faults::merge_ms, kHourMs, "send what gathers in so many ms as one piece"},
    {"omit_repeated", &Faults::omit_repeated, 1, "leave out enabled fields that did not change"},
    {"custom_parameters", &Faults::custom_parameters, 1, "vendor parameters everywhere"},
    {"unknown_tlv", &Faults::unknown_tlv, 1, "a TLV of an unassigned type in tag reports"},
    {"wrong_tlv_length", &Faults::wrong_tlv_length, 1'000'000, "break a TLV length in n reports"},
    {"wrong_message_length", &Faults::wrong_message_length, 1'000'000,
     "break the message length of n reports"},
    {"reserved_bits", &Faults::reserved_bits, 1, "reserved bits are ones"},
    {"clock_2000", &Faults::clock_2000, 1, "UTC starts at 2000-01-01 with each boot"},
    {"uptime_only", &Faults::uptime_only, 1, "no UTC clock"},
    {"no_keepalive", &Faults::no_keepalive, 1, "KEEPALIVE stops, the rest goes on"},
    {"report_at_stop", &Faults::report_at_stop, 1, "no tag report before the ROSpec ends"},
    {"once_per_session", &Faults::once_per_session, kHourMs, "a tag stays quiet for so many ms"},
    {"input_bounces", &Faults::input_bounces, 100, "inputs bounce so often, 2 ms apart"},
    {"buffer_tags_max", &Faults::buffer_tags_max, 1'000'000, "size of the report buffer, tags"},
};

}  // namespace

std::span<const FaultInfo> fault_table() {
    return kTable;
}

Result<void> set_fault(Faults& faults, std::string_view name, std::int64_t value) {
    std::vector<std::string> names;
    for (const FaultInfo& fault : kTable) {
        if (fault.name == name) {
            if (value < 0 || value > fault.max) {
                return fail(ErrorKind::malformed,
                            fmt::format("fault {}: {} is not in 0..{}", name, value, fault.max));
            }
            faults.*fault.value = value;
            return {};
        }
        names.emplace_back(fault.name);
    }
    const std::string near = near_name(name, names);
    return fail(ErrorKind::malformed,
                near.empty()
                    ? fmt::format("there is no fault '{}'; tally-emul --list-faults", name)
                    : fmt::format("there is no fault '{}'; did you mean '{}'?", name, near));
}

}  // namespace tally::sim
