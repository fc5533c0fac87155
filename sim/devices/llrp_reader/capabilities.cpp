#include "sim/devices/llrp_reader/capabilities.hpp"

#include "sim/devices/llrp_reader/encode.hpp"
#include "sim/devices/llrp_reader/reader_config.hpp"

namespace tally::sim::llrp {
namespace {

/// One row of the RF mode table. Times in ns, rates in bit/s (of the backscatter link), PIE * 1000.
struct RfMode {
    std::uint32_t id;
    std::uint8_t flags;  ///< top bit: divide ratio 64/3, else 8
    std::uint8_t modulation;
    std::uint8_t forward;
    std::uint8_t mask;
    std::uint32_t rate;
    std::uint32_t pie;
    std::uint32_t tari;
};
constexpr RfMode kModes[] = {
    {0, 0x80, 0, 2, 2, 640'000, 1500, 6250},  {1, 0x80, 1, 2, 2, 640'000, 1500, 6250},
    {2, 0x80, 2, 0, 3, 274'000, 2000, 20000}, {3, 0x80, 3, 0, 3, 170'600, 2000, 20000},
    {4, 0x80, 2, 0, 2, 640'000, 1500, 7140},  {1000, 0, 0, 0, 0, 40'000, 1500, 6250},
    {1002, 0, 0, 0, 0, 40'000, 1500, 6250},   {1003, 0, 0, 0, 0, 40'000, 1500, 6250},
    {1004, 0, 0, 0, 0, 40'000, 1500, 6250},   {1005, 0, 0, 0, 0, 40'000, 1500, 6250},
};

void write_general(ByteWriter& out, const CapabilityFacts& facts) {
    Tlv general(out, Par::general_device_capabilities);
    out.u16(kAntennas);
    out.u16(facts.utc_clock ? 0x4000 : 0x0000);
    out.u32(kVendor);
    out.u32(2'001'002);  // model
    counted_text(out, "5.14.0.240");
    for (std::uint16_t i = 1; i <= kSensitivities; ++i) {
        Tlv entry(out, Par::receive_sensitivity_entry);
        out.u16(i);
        out.u16(i == 1 ? 0 : static_cast<std::uint16_t>(i + 8));  // dB above the best
    }
    {
        Tlv ports(out, Par::gpio_capabilities);
        out.u16(kInputs);
        out.u16(kOutputs);
    }
    for (std::uint16_t i = 1; i <= kAntennas; ++i) {
        Tlv protocols(out, Par::per_antenna_air_protocol);
        out.u16(i);
        out.u16(1);
        out.u8(1);  // EPC Class 1 Gen 2
    }
}

void write_llrp(ByteWriter& out, const CapabilityFacts& facts) {
    constexpr std::uint8_t kBufferWarningAndHolding = 0x48;
    Tlv llrp(out, Par::llrp_capabilities);
    out.u8(kBufferWarningAndHolding);
    out.u8(kPriorityMax);
    out.u16(0);  // no client request OpSpec
    out.u32(facts.rospecs_max);
    out.u32(kSpecsPerRospec);
    out.u32(kInventorySpecs);
    out.u32(kAccessSpecs);
    out.u32(kOpSpecs);
}

void write_frequencies(ByteWriter& out) {
    constexpr std::uint32_t kFirstKHz = 902'750;
    constexpr std::uint32_t kStepKHz = 500;
    constexpr std::uint32_t kStride = 21;  // coprime to 50: each channel comes once
    Tlv information(out, Par::frequency_information);
    flag(out, true);  // hopping
    Tlv table(out, Par::frequency_hop_table);
    out.u8(1);
    out.u8(0);
    out.u16(kChannels);
    for (std::uint32_t i = 0; i < kChannels; ++i) {
        out.u32(kFirstKHz + kStepKHz * ((i * kStride) % kChannels));
    }
}

void write_regulatory(ByteWriter& out) {
    Tlv regulatory(out, Par::regulatory_capabilities);
    out.u16(840);  // country, ISO 3166
    out.u16(1);    // US FCC Part 15
    Tlv uhf(out, Par::uhf_band_capabilities);
    for (std::uint16_t i = 1; i <= kPowerLevels; ++i) {
        Tlv level(out, Par::transmit_power_entry);
        out.u16(i);
        out.u16(static_cast<std::uint16_t>(1000 + 25 * (i - 1)));  // dBm * 100
    }
    write_frequencies(out);
    Tlv modes(out, Par::c1g2_rf_mode_table);
    for (const RfMode& mode : kModes) {
        Tlv entry(out, Par::c1g2_rf_mode_entry);
        out.u32(mode.id);
        out.u8(mode.flags);
        out.u8(mode.modulation);
        out.u8(mode.forward);
        out.u8(mode.mask);
        out.u32(mode.rate);
        out.u32(mode.pie);
        out.u32(mode.tari);
        out.u32(mode.tari);
        out.u32(0);
    }
}

void write_air_protocol(ByteWriter& out) {
    constexpr std::uint8_t kBlockWrite = 0x40;
    Tlv c1g2(out, Par::c1g2_llrp_capabilities);
    out.u8(kBlockWrite);
    out.u16(2);  // select filters per query
}

}  // namespace

void write_capabilities(ByteWriter& out, std::uint8_t asked, const CapabilityFacts& facts) {
    if (asked == 0 || asked == 1) {
        write_general(out, facts);
    }
    if (asked == 0 || asked == 2) {
        write_llrp(out, facts);
    }
    if (asked == 0 || asked == 3) {
        write_regulatory(out);
    }
    if (asked == 0 || asked == 4) {
        write_air_protocol(out);
    }
}

}  // namespace tally::sim::llrp
