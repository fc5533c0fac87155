// The writing half of reader_config.hpp: parameters of GET_READER_CONFIG_RESPONSE, in the order of
// LLRP 1.1, 17.1.22.
#include "sim/devices/llrp_reader/encode.hpp"
#include "sim/devices/llrp_reader/reader_config.hpp"

namespace tally::sim::llrp {
namespace {

/// Values of RequestedData in GET_READER_CONFIG.
enum class Asked : std::uint8_t {
    all = 0,
    identification = 1,
    antenna_properties = 2,
    antenna_configuration = 3,
    ro_report_spec = 4,
    event_spec = 5,
    access_report_spec = 6,
    state_value = 7,
    keepalive = 8,
    inputs = 9,
    outputs = 10,
    events_and_reports = 11,
};

void write_identification(ByteWriter& out) {
    Tlv id(out, Par::identification);
    out.u8(0);  // by MAC address
    out.u16(8);
    out.u64(0x0200'00FF'FE00'0001);  // EUI-64, locally administered
}

void write_antenna(ByteWriter& out, std::uint16_t number, const AntennaSetting& setting) {
    Tlv antenna(out, Par::antenna_configuration);
    out.u16(number);
    {
        Tlv receiver(out, Par::rf_receiver);
        out.u16(setting.receiver);
    }
    {
        Tlv transmitter(out, Par::rf_transmitter);
        out.u16(setting.hop_table);
        out.u16(setting.channel);
        out.u16(setting.power_index);
    }
    Tlv command(out, Par::c1g2_inventory_command);
    out.u8(0);
    {
        Tlv control(out, Par::c1g2_rf_control);
        out.u16(setting.rf_mode);
        out.u16(setting.tari);
    }
    Tlv singulation(out, Par::c1g2_singulation_control);
    out.u8(static_cast<std::uint8_t>(setting.session << 6));
    out.u16(setting.population);
    out.u32(setting.transit_ms);
}

void write_events(ByteWriter& out, const Config& config) {
    constexpr std::uint16_t kTypes101 = 9;  // type 9 came with 1.1, and no loop spec is done here
    Tlv spec(out, Par::reader_event_notification_spec);
    for (std::uint16_t type = 0; type < kTypes101; ++type) {
        Tlv state(out, Par::event_notification_state);
        out.u16(type);
        flag(out, config.events[type]);
    }
}

void write_report_spec(ByteWriter& out, const ReportSpec& spec) {
    Tlv report(out, Par::ro_report_spec);
    out.u8(spec.trigger);
    out.u16(spec.n);
    Tlv selector(out, Par::tag_report_content_selector);
    out.u16(spec.fields);
    Tlv memory(out, Par::c1g2_epc_memory_selector);
    out.u8(spec.c1g2);
}

void write_antennas(ByteWriter& out, const ConfigQuery& query, const Config& config,
                    const Sensed& sensed) {
    const auto what = static_cast<Asked>(query.what);
    const auto wanted = [&](std::uint16_t i) { return query.antenna == 0 || query.antenna == i; };
    for (std::uint16_t i = 1; i <= kAntennas; ++i) {
        if (wanted(i) && (what == Asked::all || what == Asked::antenna_properties)) {
            Tlv properties(out, Par::antenna_properties);
            flag(out, sensed.antenna_connected[i - 1U]);
            out.u16(i);
            out.u16(0);  // gain, dBi * 100
        }
    }
    for (std::uint16_t i = 1; i <= kAntennas; ++i) {
        if (wanted(i) && (what == Asked::all || what == Asked::antenna_configuration)) {
            write_antenna(out, i, config.antennas[i - 1U]);
        }
    }
}

void write_ports(ByteWriter& out, const ConfigQuery& query, const Config& config,
                 const Sensed& sensed) {
    const auto what = static_cast<Asked>(query.what);
    for (std::uint16_t i = 1; i <= kInputs; ++i) {
        if ((what == Asked::all || what == Asked::inputs) &&
            (query.input == 0 || query.input == i)) {
            Tlv state(out, Par::gpi_port_current_state);
            out.u16(i);
            flag(out, config.inputs_enabled[i - 1U]);
            out.u8(sensed.inputs_high[i - 1U] ? 1 : 0);
        }
    }
    for (std::uint16_t i = 1; i <= kOutputs; ++i) {
        if ((what == Asked::all || what == Asked::outputs) &&
            (query.output == 0 || query.output == i)) {
            Tlv data(out, Par::gpo_write_data);
            out.u16(i);
            flag(out, config.outputs[i - 1U]);
        }
    }
}

}  // namespace

void write_config(ByteWriter& out, const ConfigQuery& query, const Config& config,
                  const Sensed& sensed) {
    const auto what = static_cast<Asked>(query.what);
    const auto asked = [&](Asked part) { return what == Asked::all || what == part; };
    if (asked(Asked::identification)) {
        write_identification(out);
    }
    write_antennas(out, query, config, sensed);
    if (asked(Asked::event_spec)) {
        write_events(out, config);
    }
    if (asked(Asked::ro_report_spec)) {
        write_report_spec(out, config.report);
    }
    if (asked(Asked::access_report_spec)) {
        Tlv access(out, Par::access_report_spec);
        out.u8(config.access_report);
    }
    if (asked(Asked::state_value)) {
        Tlv state(out, Par::configuration_state);
        out.u32(config.state_value);
    }
    if (asked(Asked::keepalive)) {
        Tlv keepalive(out, Par::keepalive_spec);
        out.u8(config.keepalive_trigger);
        out.u32(config.keepalive_ms);
    }
    write_ports(out, query, config, sensed);
    if (asked(Asked::events_and_reports)) {
        Tlv hold(out, Par::events_and_reports);
        flag(out, config.hold);
    }
}

}  // namespace tally::sim::llrp
