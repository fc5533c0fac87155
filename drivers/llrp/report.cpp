#include "drivers/llrp/report.hpp"

#include <span>

#include <fmt/format.h>

#include "drivers/llrp/big_endian.hpp"

namespace tally::llrp {
namespace {

constexpr std::uint16_t kTagReportData = 240;

constexpr std::uint8_t kTimes = TagRead::first_seen_known | TagRead::last_seen_known;

std::int32_t rssi_cdbm(const std::uint8_t* at, TagParts::Rssi unit) {
    return unit == TagParts::Rssi::dbm ? std::int32_t{static_cast<std::int8_t>(*at)} * 100
                                       : static_cast<std::int16_t>(u16_at(at));
}

/// Rule 14.2.3 (ii): takes these fields as they were in the read before.
void repeat(std::uint8_t fields, const TagRead& previous, TagRead& read) {
    const auto field = [fields](TagRead::Has known, auto& value, const auto& last) {
        if ((fields & known) != 0) {
            value = last;
        }
    };
    field(TagRead::antenna_known, read.antenna, previous.antenna);
    field(TagRead::rssi_known, read.peak_rssi, previous.peak_rssi);
    field(TagRead::first_seen_known, read.reader_first_seen_us, previous.reader_first_seen_us);
    field(TagRead::last_seen_known, read.reader_last_seen_us, previous.reader_last_seen_us);
    field(TagRead::count_known, read.count, previous.count);
    const bool says_clock = (read.has & kTimes) != 0;
    read.has |= fields;
    if (!says_clock && (fields & kTimes) != 0) {
        read.has |= previous.has & TagRead::reader_utc;
    }
}

}  // namespace

ReportDecoder::ReportDecoder(std::uint16_t enabled) {
    const auto field = [&](ReportField selected, TagRead::Has known) {
        enabled_ |= (enabled & selected) != 0 ? known : 0;
    };
    field(report_antenna, TagRead::antenna_known);
    field(report_rssi, TagRead::rssi_known);
    field(report_first_seen, TagRead::first_seen_known);
    field(report_last_seen, TagRead::last_seen_known);
    field(report_seen_count, TagRead::count_known);
}

Result<void> ReportDecoder::decode(ByteView body, MonoTime at, std::vector<TagRead>& reads) {
    const std::size_t count_before = reads.size();
    std::size_t taken = append_all(body, at, reads);
    if (taken != body.size() && rests_ == Rests::put_off) {
        // Either the report is malformed, or this reader says more behind results: then it will
        // again. Looked at in order, the rests tell.
        reads.resize(count_before);
        rests_ = Rests::at_once;
        taken = append_all(body, at, reads);
    }
    if (taken != body.size()) {
        reads.resize(count_before);
        return fail(ErrorKind::malformed,
                    fmt::format("tag report malformed at byte {} of {}: the report is discarded; "
                                "if this repeats, check the reader's firmware",
                                taken, body.size()));
    }
    if (reads.size() != count_before) {
        remember(reads.back());
    }
    return {};
}

/// Value by value: one copy of the whole would wait for all the stores that just made the read.
void ReportDecoder::remember(const TagRead& read) {
    last_.has = read.has;
    last_.antenna = read.antenna;
    last_.peak_rssi = read.peak_rssi;
    last_.count = read.count;
    last_.reader_first_seen_us = read.reader_first_seen_us;
    last_.reader_last_seen_us = read.reader_last_seen_us;
}

/// The bytes of the whole parameters that were good; all, unless one is not, or a rest that was put
/// off.
std::size_t ReportDecoder::append_all(ByteView body, MonoTime at, std::vector<TagRead>& reads) {
    static constexpr TagRead kBlank;
    const std::size_t count_before = reads.size();
    results_.clear();
    std::size_t position = 0;
    while (position < body.size()) {
        const Tlv tlv = tlv_at(body.data() + position, body.size() - position);
        if (tlv.length == 0) {
            return position;
        }
        if (tlv.type == kTagReportData) {
            const bool is_last = body.size() - position - tlv.length < ResultRuns::kBytesBehindMin;
            // g++ clears 104 bytes dearer than it copies them.
            TagRead& read = reads.emplace_back(kBlank);
            read.at = at;
            const TagRead& previous = reads.size() - count_before == 1 ? last_ : *(&read - 1);
            if (!append({body.data() + position + kTlvHeaderBytes, tlv.length - kTlvHeaderBytes},
                        previous, is_last ? Rests::at_once : rests_, read)) {
                return position;
            }
        }
        position += tlv.length;
    }
    return results_.check() ? position : 0;
}

/// Fills in a blank read.
bool ReportDecoder::append(ByteView body, const TagRead& previous, Rests rests, TagRead& read) {
    const TagParts* const parts =
        rests == Rests::put_off ? shape_.parts_of(body, results_) : shape_.parts_of(body);
    if (parts == nullptr) {
        return false;
    }
    const std::uint8_t* const front = body.data();
    if (parts->epc_bits == 96) {
        read.epc.assign_96(std::span<const std::uint8_t, 12>(front + parts->epc, 12));
    } else {
        read.epc = *Epc::from_bits(body.subspan(parts->epc), parts->epc_bits);
    }
    const std::uint8_t has = parts->has;
    read.has = has;
    if ((has & TagRead::antenna_known) != 0) {
        read.antenna = u16_at(front + parts->antenna);
    }
    if ((has & TagRead::rssi_known) != 0) {
        read.peak_rssi.value = rssi_cdbm(front + parts->rssi, parts->rssi_unit);
    }
    if ((has & TagRead::first_seen_known) != 0) {
        read.reader_first_seen_us = static_cast<std::int64_t>(u64_at(front + parts->first_seen));
    }
    if ((has & TagRead::last_seen_known) != 0) {
        read.reader_last_seen_us = static_cast<std::int64_t>(u64_at(front + parts->last_seen));
    }
    if ((has & TagRead::count_known) != 0) {
        read.count = u16_at(front + parts->count);
    }
    const std::uint8_t left_out = enabled_ & previous.has & static_cast<std::uint8_t>(~has);
    if (left_out != 0) {
        repeat(left_out, previous, read);
    }
    return true;
}

}  // namespace tally::llrp
