#include "drivers/llrp/report.hpp"

#include <span>

#include <fmt/format.h>

#include "drivers/llrp/big_endian.hpp"

namespace tally::llrp {
namespace {

constexpr std::uint16_t kTagReportData = 240;

/// Rule 14.2.3 (ii) for one field: takes and remembers what was reported, or repeats what was
/// before.
template <typename T, typename Load>
inline void carry(std::uint8_t known, bool enabled, TagRead& read, T& value, std::uint8_t& last_has,
                  T& last, Load load) {
    if ((read.has & known) != 0) {
        value = last = load();
        last_has |= known;
    } else if (enabled && (last_has & known) != 0) {
        value = last;
        read.has |= known;
    }
}

std::int32_t rssi_cdbm(const std::uint8_t* at, TagParts::Rssi unit) {
    return unit == TagParts::Rssi::dbm ? std::int32_t{static_cast<std::int8_t>(*at)} * 100
                                       : static_cast<std::int16_t>(u16_at(at));
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
    const TagParts* const parts = shape_.parts_of(body);
    if (parts == nullptr) {
        return false;
    }
    const std::uint8_t* const front = body.data();
    TagRead& read = reads.emplace_back();
    read.at = at;
    if (parts->epc_bits == 96) {
        read.epc.assign_96(std::span<const std::uint8_t, 12>(front + parts->epc, 12));
    } else {
        read.epc = *Epc::from_bits(body.subspan(parts->epc), parts->epc_bits);
    }
    read.has = parts->has;
    const auto enabled = [&](ReportField field) { return (enabled_ & field) != 0; };
    carry(TagRead::antenna_known, enabled(report_antenna), read, read.antenna, last_.has,
          last_.antenna, [&] { return u16_at(front + parts->antenna); });
    carry(TagRead::rssi_known, enabled(report_rssi), read, read.peak_rssi.value, last_.has,
          last_.rssi_cdbm, [&] { return rssi_cdbm(front + parts->rssi, parts->rssi_unit); });
    const auto time_at = [&](std::uint16_t offset) {
        return static_cast<std::int64_t>(u64_at(front + offset));
    };
    carry(TagRead::first_seen_known, enabled(report_first_seen), read, read.reader_first_seen_us,
          last_.has, last_.first_seen_us, [&] { return time_at(parts->first_seen); });
    carry(TagRead::last_seen_known, enabled(report_last_seen), read, read.reader_last_seen_us,
          last_.has, last_.last_seen_us, [&] { return time_at(parts->last_seen); });
    carry(TagRead::count_known, enabled(report_seen_count), read, read.count, last_.has,
          last_.count, [&] { return std::uint32_t{u16_at(front + parts->count)}; });
    constexpr std::uint8_t kTimes = TagRead::first_seen_known | TagRead::last_seen_known;
    if ((parts->has & kTimes) != 0) {
        last_.utc = parts->has & TagRead::reader_utc;
    }
    if ((read.has & kTimes) != 0) {
        read.has |= last_.utc;
    }
    return true;
}

}  // namespace tally::llrp
