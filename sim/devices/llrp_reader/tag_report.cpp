#include "sim/devices/llrp_reader/tag_report.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/devices/llrp_reader/capabilities.hpp"
#include "sim/devices/llrp_reader/encode.hpp"

namespace tally::sim::llrp {
namespace {

/// Ids that keep two observations apart, where they are enabled.
std::array<std::uint32_t, 6> enabled_ids(const TagEntry& e, std::uint16_t fields) {
    const auto id = [&](Field bit, std::uint32_t value) { return (fields & bit) ? value : 0U; };
    return {id(f_rospec, e.rospec_id),       id(f_spec_index, e.spec_index),
            id(f_inventory, e.inventory_id), id(f_antenna, e.antenna),
            id(f_channel, e.channel),        id(f_access, e.access_id)};
}

void write_epc(ByteWriter& out, const TagCode& code) {
    constexpr std::uint16_t kEpc96Bits = 96;
    if (code.bits == kEpc96Bits) {
        tv(out, Par::epc_96);
        out.raw(code.bytes);
        return;
    }
    Tlv data(out, Par::epc_data);
    out.u16(code.bits);
    out.raw(code.bytes);
}

/// Impinj's PeakRSSI in hundredths of a dBm, a vendor parameter real readers add here.
void write_vendor_rssi(ByteWriter& out, std::int8_t rssi_dbm) {
    constexpr std::uint32_t kPeakRssi = 57;
    Tlv custom(out, Par::custom);
    out.u32(kVendor);
    out.u32(kPeakRssi);
    out.u16(static_cast<std::uint16_t>(rssi_dbm * 100));
}

}  // namespace

bool TagList::add(TagEntry entry, std::uint16_t fields) {
    const Key key{entry.code, entry.results, enabled_ids(entry, fields)};
    const auto [at, fresh] = index_.try_emplace(key, entries_.size());
    if (fresh) {
        entries_.push_back(std::move(entry));
        return true;
    }
    TagEntry& merged = entries_[at->second];
    merged.first_us = std::min(merged.first_us, entry.first_us);
    merged.last_us = std::max(merged.last_us, entry.last_us);
    merged.rssi_dbm = std::max(merged.rssi_dbm, entry.rssi_dbm);
    const unsigned count = unsigned{merged.count} + entry.count;
    merged.count = static_cast<std::uint16_t>(
        std::min<unsigned>(count, std::numeric_limits<std::uint16_t>::max()));
    return false;
}

std::vector<TagEntry> TagList::take() {
    index_.clear();
    return std::exchange(entries_, {});
}

void TagEncoder::field(ByteWriter& out, Par type, Width width, std::uint64_t value) {
    std::optional<std::uint64_t>& last = last_[static_cast<std::size_t>(type)];
    if (faults_.omit_repeated != 0 && last == value) {
        return;
    }
    last = value;
    tv(out, type);
    switch (width) {
        case Width::one:
            out.u8(static_cast<std::uint8_t>(value));
            return;
        case Width::two:
            out.u16(static_cast<std::uint16_t>(value));
            return;
        case Width::four:
            out.u32(static_cast<std::uint32_t>(value));
            return;
        case Width::eight:
            out.u64(value);
            return;
    }
}

void TagEncoder::write(ByteWriter& out, const TagEntry& entry, const ReportSpec& spec) {
    const auto enabled = [&](Field bit) { return (spec.fields & bit) != 0; };
    Tlv data(out, Par::tag_report_data);
    write_epc(out, entry.code);
    if (enabled(f_rospec)) {
        field(out, Par::rospec_id, Width::four, entry.rospec_id);
    }
    if (enabled(f_spec_index)) {
        field(out, Par::spec_index, Width::two, entry.spec_index);
    }
    if (enabled(f_inventory)) {
        field(out, Par::inventory_parameter_spec_id, Width::two, entry.inventory_id);
    }
    if (enabled(f_antenna)) {
        field(out, Par::antenna_id, Width::two, entry.antenna);
    }
    if (enabled(f_rssi)) {
        field(out, Par::peak_rssi, Width::one, static_cast<std::uint8_t>(entry.rssi_dbm));
    }
    if (enabled(f_channel)) {
        field(out, Par::channel_index, Width::two, entry.channel);
    }
    write_stamps(out, entry, spec.fields);
    if (enabled(f_count)) {
        field(out, Par::tag_seen_count, Width::two, entry.count);
    }
    write_c1g2(out, entry, spec);
    if (enabled(f_access)) {
        field(out, Par::access_spec_id, Width::four, entry.access_id);
    }
    out.raw(entry.results);
    if (faults_.unknown_tlv != 0) {
        Tlv unknown(out, static_cast<Par>(600));
        out.u32(0xDEADBEEF);
    }
    if (faults_.custom_parameters != 0) {
        write_vendor_rssi(out, entry.rssi_dbm);
    }
}

void TagEncoder::write_stamps(ByteWriter& out, const TagEntry& entry, std::uint16_t fields) {
    const bool uptime = faults_.uptime_only != 0;
    if ((fields & f_first_seen) != 0) {
        field(out, uptime ? Par::first_seen_uptime : Par::first_seen_utc, Width::eight,
              entry.first_us);
    }
    if ((fields & f_last_seen) != 0) {
        field(out, uptime ? Par::last_seen_uptime : Par::last_seen_utc, Width::eight,
              entry.last_us);
    }
}

void TagEncoder::write_c1g2(ByteWriter& out, const TagEntry& entry, const ReportSpec& spec) {
    constexpr std::uint8_t kCrc = 0x80;
    constexpr std::uint8_t kPc = 0x40;
    if ((spec.c1g2 & kPc) != 0) {
        field(out, Par::c1g2_pc, Width::two, protocol_control(entry.code));
    }
    if ((spec.c1g2 & kCrc) != 0) {
        field(out, Par::c1g2_crc, Width::two, stored_crc(entry.code));
    }
}

std::uint16_t protocol_control(const TagCode& code) {
    const unsigned words = (unsigned{code.bits} + 15) / 16;
    return static_cast<std::uint16_t>((words & 0x1FU) << 11);
}

std::uint16_t stored_crc(const TagCode& code) {
    ByteWriter covered;
    covered.u16(protocol_control(code));
    covered.raw(code.bytes);
    if (covered.size() % 2 != 0) {
        covered.u8(0);
    }
    std::uint16_t crc = 0xFFFF;
    for (const std::uint8_t byte : covered.bytes()) {
        crc = static_cast<std::uint16_t>(crc ^ (unsigned{byte} << 8));
        for (int bit = 0; bit < 8; ++bit) {
            const unsigned shifted = unsigned{crc} << 1;
            crc = static_cast<std::uint16_t>((crc & 0x8000U) != 0 ? shifted ^ 0x1021U : shifted);
        }
    }
    return static_cast<std::uint16_t>(~crc);
}

}  // namespace tally::sim::llrp
