// Bodies of READER_EVENT_NOTIFICATION; included by the parts of LlrpReader only.
#pragma once

#include "sim/devices/llrp_reader.hpp"
#include "sim/devices/llrp_reader/capabilities.hpp"

namespace tally::sim {

template <typename Body>
Bytes LlrpReader::event_body(const Body& body) const {
    ByteWriter out;
    {
        const llrp::Tlv data(out, llrp::Par::reader_event_notification_data);
        {
            const bool uptime = faults_.uptime_only != 0;
            const llrp::Tlv stamp(out, uptime ? llrp::Par::uptime : llrp::Par::utc_timestamp);
            out.u64(clock_.stamp_us());
        }
        body(out);
        if (faults_.custom_parameters != 0) {
            const llrp::Tlv custom(out, llrp::Par::custom);
            out.u32(llrp::kUnassignedVendor);
            out.u32(1);
        }
    }
    return out.take();
}

template <typename Body>
void LlrpReader::event(llrp::EventType type, const Body& body) {
    if (!config_.enabled(type)) {
        return;
    }
    Outgoing outgoing;
    outgoing.event = event_body(body);
    emit(std::move(outgoing));
}

}  // namespace tally::sim
