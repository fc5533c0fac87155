#include "drivers/llrp/report.hpp"

#include <span>

#include <fmt/format.h>

#include "drivers/llrp/big_endian.hpp"

namespace tally::llrp {
namespace {

constexpr std::uint16_t kTagReportData = 240;

/// Rule 14.2.3 (ii), field by field: takes and remembers what was reported, or repeats what was
/// before. What each field depends on stays in registers.
struct Carry {
    std::uint16_t enabled;
    std::uint8_t has;       ///< of the read
    std::uint8_t last_has;  ///< of the stream

    template <typename T, typename Load>
    void field(TagRead::Has known, ReportField selected, T& value, T& last, Load load) {
        if ((has & known) != 0) {
            value = last = load();
            last_has |= known;
        } else if ((enabled & selected) != 0 && (last_has & known) != 0) {
            value = last;
            has |= known;
        }
    }
};

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
    static constexpr TagRead kBlank;
    TagRead& read = reads.emplace_back(kBlank);  // g++ clears 104 bytes dearer than it copies them
    read.at = at;
    if (parts->epc_bits == 96) {
        read.epc.assign_96(std::span<const std::uint8_t, 12>(front + parts->epc, 12));
    } else {
        read.epc = *Epc::from_bits(body.subspan(parts->epc), parts->epc_bits);
    }
    Carry carry{enabled_, parts->has, last_.has};
    carry.field(TagRead::antenna_known, report_antenna, read.antenna, last_.antenna,
                [&] { return u16_at(front + parts->antenna); });
    carry.field(TagRead::rssi_known, report_rssi, read.peak_rssi.value, last_.rssi_cdbm,
                [&] { return rssi_cdbm(front + parts->rssi, parts->rssi_unit); });
    const auto time_at = [&](std::uint16_t offset) {
        return static_cast<std::int64_t>(u64_at(front + offset));
    };
    carry.field(TagRead::first_seen_known, report_first_seen, read.reader_first_seen_us,
                last_.first_seen_us, [&] { return time_at(parts->first_seen); });
    carry.field(TagRead::last_seen_known, report_last_seen, read.reader_last_seen_us,
                last_.last_seen_us, [&] { return time_at(parts->last_seen); });
    carry.field(TagRead::count_known, report_seen_count, read.count, last_.count,
                [&] { return std::uint32_t{u16_at(front + parts->count)}; });
    constexpr std::uint8_t kTimes = TagRead::first_seen_known | TagRead::last_seen_known;
    if ((parts->has & kTimes) != 0) {
        last_.utc = parts->has & TagRead::reader_utc;
    }
    read.has = (carry.has & kTimes) != 0 ? carry.has | last_.utc : carry.has;
    last_.has = carry.last_has;
    return true;
}

}  // namespace tally::llrp
