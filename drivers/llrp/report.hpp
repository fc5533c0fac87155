// The fast path: the body of an RO_ACCESS_REPORT straight to TagReads, without a tree and without
// an allocation per tag. Linear in the bytes, also on reports of megabytes.
#pragma once

#include <cstdint>
#include <vector>

#include "drivers/llrp/tag_parts.hpp"
#include "firmware/base/bytes.hpp"
#include "firmware/base/result.hpp"
#include "firmware/base/time.hpp"
#include "firmware/domain/read.hpp"

namespace tally::llrp {

/// The flags of TagReportContentSelector, as they stand in its 16 bits on the wire.
enum ReportField : std::uint16_t {
    report_rospec_id = 0x8000,
    report_spec_index = 0x4000,
    report_inventory_spec_id = 0x2000,
    report_antenna = 0x1000,
    report_channel = 0x0800,
    report_rssi = 0x0400,
    report_first_seen = 0x0200,
    report_last_seen = 0x0100,
    report_seen_count = 0x0080,
    report_access_spec_id = 0x0040,
};

/// Decodes the report stream of one connection. Honours LLRP 1.1 section 14.2.3 (ii): a field that
/// the ROReportSpec enabled and a tag report leaves out has the last value of that type in the
/// stream; a field neither enabled nor reported is unknown (its bit in TagRead::has is clear).
///
/// Sub-parameters may come in any order; unknown TLVs, Custom parameters and operation results are
/// passed over. The signal strength is PeakRSSI (whole dBm), or Impinj's ImpinjPeakRSSI (vendor
/// 25882, subtype 57, hundredths of a dBm) where a tag report has it. Single-threaded.
class ReportDecoder {
 public:
    /// `enabled` is the sum of the ReportFields of the ROReportSpec in force.
    explicit ReportDecoder(std::uint16_t enabled);

    /// Appends the reads of one report body (what follows the message header), stamped `at`.
    /// Malformed, and `reads` as before, if any part of the report breaks its format, a tag report
    /// has not exactly one EPC, or an EPC is longer than 512 bits: LLRP discards a faulty message
    /// whole. Allocates only where `reads` grows; reuse it.
    Result<void> decode(ByteView body, MonoTime at, std::vector<TagRead>& reads);

    /// Forgets the last values: a new connection begins.
    void reset() {
        last_ = {};
        rests_ = Rests::put_off;
    }

 private:
    /// Whether what stands behind the known front of a tag report is looked at when it comes, or
    /// later together with that of others, as long as it has only ever been results.
    enum class Rests : std::uint8_t { at_once, put_off };

    std::size_t append_all(ByteView body, MonoTime at, std::vector<TagRead>& reads);
    void remember(const TagRead& read);
    bool append(ByteView body, const TagRead& previous, Rests rests, TagRead& read);

    std::uint8_t enabled_ = 0;  ///< in the bits of TagRead::Has
    Rests rests_ = Rests::put_off;
    TagShape shape_;
    ResultRuns results_;
    TagRead last_;  ///< of the reports before, but for its EPC: it has the last values
};

}  // namespace tally::llrp
