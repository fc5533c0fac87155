#include "drivers/llrp/report.hpp"

#include <array>
#include <span>

#include <fmt/format.h>

#include "drivers/llrp/big_endian.hpp"

namespace tally::llrp {
namespace {

constexpr std::uint16_t kTagReportData = 240;
constexpr std::uint16_t kEpcData = 241;
constexpr std::uint16_t kCustom = 1023;
constexpr std::uint32_t kImpinj = 25882;
constexpr std::uint32_t kImpinjPeakRssi = 57;
constexpr std::size_t kTlvHeaderBytes = 4;
constexpr std::size_t kImpinjPeakRssiBytes = 10;

/// Whole length of a type-value parameter by its first byte; 0 if it is none that is known.
constexpr std::array<std::uint8_t, 256> type_value_bytes() {
    constexpr std::array<std::uint8_t, 21> kByType = {0, 3, 9,  9, 9, 9, 2, 3, 3, 5, 3,
                                                      3, 3, 13, 3, 3, 5, 3, 5, 3, 3};
    std::array<std::uint8_t, 256> lengths{};
    for (std::size_t type = 0; type < kByType.size(); ++type) {
        lengths[0x80 + type] = kByType[type];
    }
    return lengths;
}
constexpr std::array<std::uint8_t, 256> kTypeValueBytes = type_value_bytes();

/// The longest of them: EPC-96.
constexpr std::size_t kTypeValueBytesMax = 13;

struct Tlv {
    std::uint16_t type;
    std::size_t length;  ///< with its header; 0 if there is none or it does not fit
};

Tlv tlv_at(const std::uint8_t* at, std::size_t remaining) {
    if (remaining < kTlvHeaderBytes || (at[0] & 0x80) != 0) {
        return {0, 0};
    }
    const std::size_t length = u16_at(at + 2);
    const bool fits = length >= kTlvHeaderBytes && length <= remaining;
    return {static_cast<std::uint16_t>(u16_at(at) & 0x3ff), fits ? length : 0};
}

/// What one tag report said; small enough to stay in registers until it is known to be good.
struct TagFields {
    const std::uint8_t* epc = nullptr;
    std::uint16_t epc_bits = 0;
    std::uint8_t has = 0;
    bool vendor_rssi = false;
    std::uint16_t antenna = 0;
    std::uint16_t count = 1;
    std::int32_t rssi_cdbm = 0;
    std::int64_t first_seen_us = 0;
    std::int64_t last_seen_us = 0;
};

bool take_epc(const std::uint8_t* at, std::size_t bits, TagFields& tag) {
    if (tag.epc != nullptr || bits > Epc::kBitsMax) {
        return false;
    }
    tag.epc = at;
    tag.epc_bits = static_cast<std::uint16_t>(bits);
    return true;
}

/// Takes the type-value parameter at the front and gives its whole length (LLRP 1.1 section 17.2);
/// 0 if there is none that is known. The lengths are constants of the branches, not a table: so the
/// processor runs ahead to the next parameter instead of waiting for a load.
inline std::size_t take_type_value(const std::uint8_t* at, TagFields& tag) {
    switch (*at) {
        case 0x80 + 1:
            tag.antenna = u16_at(at + 1);
            tag.has |= TagRead::antenna_known;
            return 3;
        case 0x80 + 2:
        case 0x80 + 3:
            tag.first_seen_us = static_cast<std::int64_t>(u64_at(at + 1));
            tag.has |= TagRead::first_seen_known | ((*at & 1) != 0 ? 0 : TagRead::reader_utc);
            return 9;
        case 0x80 + 4:
        case 0x80 + 5:
            tag.last_seen_us = static_cast<std::int64_t>(u64_at(at + 1));
            tag.has |= TagRead::last_seen_known | ((*at & 1) != 0 ? 0 : TagRead::reader_utc);
            return 9;
        case 0x80 + 6:
            if (!tag.vendor_rssi) {
                tag.rssi_cdbm = std::int32_t{static_cast<std::int8_t>(at[1])} * 100;
                tag.has |= TagRead::rssi_known;
            }
            return 2;
        case 0x80 + 8:
            tag.count = u16_at(at + 1);
            tag.has |= TagRead::count_known;
            return 3;
        case 0x80 + 13:
            return take_epc(at + 1, 96, tag) ? 13 : 0;
        case 0x80 + 9:   // ROSpecID
        case 0x80 + 16:  // AccessSpecID
        case 0x80 + 18:  // C1G2SingulationDetails
            return 5;
        case 0x80 + 7:   // ChannelIndex
        case 0x80 + 10:  // InventoryParameterSpecID
        case 0x80 + 11:  // C1G2_CRC
        case 0x80 + 12:  // C1G2_PC
        case 0x80 + 14:  // SpecIndex
        case 0x80 + 15:  // ClientRequestOpSpecResult
        case 0x80 + 17:  // OpSpecID
        case 0x80 + 19:  // C1G2_XPCW1
        case 0x80 + 20:  // C1G2_XPCW2
            return 3;
        default:
            return 0;
    }
}

bool take_tlv(std::uint16_t type, ByteView body, TagFields& tag) {
    if (type == kEpcData) {
        const std::size_t bits = body.size() < 2 ? 0 : u16_at(body.data());
        return body.size() == 2 + (bits + 7) / 8 && take_epc(body.data() + 2, bits, tag);
    }
    if (type == kCustom && body.size() >= kImpinjPeakRssiBytes && u32_at(body.data()) == kImpinj &&
        u32_at(body.data() + 4) == kImpinjPeakRssi) {
        tag.rssi_cdbm = static_cast<std::int16_t>(u16_at(body.data() + 8));
        tag.has |= TagRead::rssi_known;
        tag.vendor_rssi = true;
    }
    return type >= 128;
}

/// Takes the TLV at the front and gives its whole length; 0 if there is none that fits.
inline std::size_t take_any_tlv(const std::uint8_t* at, std::size_t remaining, TagFields& tag) {
    const Tlv tlv = tlv_at(at, remaining);
    const bool good = tlv.length != 0 &&
                      take_tlv(tlv.type, {at + kTlvHeaderBytes, tlv.length - kTlvHeaderBytes}, tag);
    return good ? tlv.length : 0;
}

/// Reads the sub-parameters of one TagReportData; false if they break their format.
bool take_tag(ByteView body, TagFields& tag) {
    const std::uint8_t* at = body.data();
    const std::uint8_t* const end = at + body.size();
    while (at < end) {
        const auto remaining = static_cast<std::size_t>(end - at);
        if (remaining < kTypeValueBytesMax && kTypeValueBytes[*at] > remaining) {
            return false;
        }
        std::size_t length = take_type_value(at, tag);
        if (length == 0) {
            length = take_any_tlv(at, remaining, tag);
        }
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return tag.epc != nullptr;
}

/// Rule 14.2.3 (ii) for one field: remembers what was reported, or repeats what was before.
template <typename T>
inline void carry(std::uint8_t known, bool enabled, std::uint8_t& has, T& value,
                  std::uint8_t& last_has, T& last) {
    if ((has & known) != 0) {
        last = value;
        last_has |= known;
    } else if (enabled && (last_has & known) != 0) {
        value = last;
        has |= known;
    }
}

}  // namespace

Result<void> ReportDecoder::decode(ByteView body, MonoTime at, std::vector<TagRead>& reads) {
    const std::size_t count_before = reads.size();
    const LastValues last_before = last_;
    std::size_t position = 0;
    while (position < body.size()) {
        const Tlv tlv = tlv_at(body.data() + position, body.size() - position);
        const bool good =
            tlv.length != 0 &&
            (tlv.type != kTagReportData ||
             append({body.data() + position + kTlvHeaderBytes, tlv.length - kTlvHeaderBytes}, at,
                    reads));
        if (!good) {
            reads.resize(count_before);
            last_ = last_before;
            return fail(ErrorKind::malformed,
                        fmt::format("tag report malformed at byte {} of {}: the report is "
                                    "discarded; if this repeats, check the reader's firmware",
                                    position, body.size()));
        }
        position += tlv.length;
    }
    return {};
}

bool ReportDecoder::append(ByteView body, MonoTime at, std::vector<TagRead>& reads) {
    TagFields tag;
    if (!take_tag(body, tag)) {
        return false;
    }
    constexpr std::uint8_t kTimes = TagRead::first_seen_known | TagRead::last_seen_known;
    if ((tag.has & kTimes) != 0) {
        last_.utc = tag.has & TagRead::reader_utc;
    }
    const auto enabled = [&](ReportField field) { return (enabled_ & field) != 0; };
    carry(TagRead::antenna_known, enabled(report_antenna), tag.has, tag.antenna, last_.has,
          last_.antenna);
    carry(TagRead::rssi_known, enabled(report_rssi), tag.has, tag.rssi_cdbm, last_.has,
          last_.rssi_cdbm);
    carry(TagRead::first_seen_known, enabled(report_first_seen), tag.has, tag.first_seen_us,
          last_.has, last_.first_seen_us);
    carry(TagRead::last_seen_known, enabled(report_last_seen), tag.has, tag.last_seen_us, last_.has,
          last_.last_seen_us);
    carry(TagRead::count_known, enabled(report_seen_count), tag.has, tag.count, last_.has,
          last_.count);

    TagRead& read = reads.emplace_back();
    if (tag.epc_bits == 96) {
        read.epc.assign_96(std::span<const std::uint8_t, 12>(tag.epc, 12));
    } else {
        read.epc = *Epc::from_bits({tag.epc, (std::size_t{tag.epc_bits} + 7) / 8}, tag.epc_bits);
    }
    read.has = (tag.has & kTimes) != 0 ? tag.has | last_.utc : tag.has;
    read.antenna = tag.antenna;
    read.peak_rssi.value = tag.rssi_cdbm;
    read.count = tag.count;
    read.at = at;
    read.reader_first_seen_us = tag.first_seen_us;
    read.reader_last_seen_us = tag.last_seen_us;
    return true;
}

}  // namespace tally::llrp
