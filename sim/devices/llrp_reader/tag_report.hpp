// TagReportData: what a reader remembers of a tag between two reports, and how it writes it down
// (LLRP 1.1, 14.2.3 and 17.2.7.3).
#pragma once

#include <array>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "sim/devices/llrp_reader/faults.hpp"
#include "sim/devices/llrp_reader/reader_config.hpp"
#include "sim/devices/llrp_reader/tag.hpp"

namespace tally::sim::llrp {

/// Observations of one tag that have been merged. Stamps in us: UTC, or uptime without a clock.
struct TagEntry {
    TagCode code;
    std::uint16_t antenna = 0;
    std::int8_t rssi_dbm = 0;  ///< peak
    std::uint16_t channel = 0;
    std::uint64_t first_us = 0;
    std::uint64_t last_us = 0;
    std::uint16_t count = 1;
    std::uint32_t rospec_id = 0;
    std::uint16_t spec_index = 0;
    std::uint16_t inventory_id = 0;
    std::uint32_t access_id = 0;
    Bytes results;
};

/// Tags waiting for their report. Observations merge only if EPC, results and every enabled id are
/// equal; first and last seen are then minimum and maximum, RSSI the maximum, count the number.
class TagList {
 public:
    /// True if the tag was new rather than merged.
    bool add(TagEntry entry, std::uint16_t fields);
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    std::vector<TagEntry> take();

 private:
    std::vector<TagEntry> entries_;
    using Key = std::tuple<TagCode, Bytes, std::array<std::uint32_t, 6>>;
    std::map<Key, std::size_t> index_;  ///< place in entries_
};

/// Writes TagReportData. Remembers the last value of each field, for readers that leave out what
/// did not change; forget() at each new connection.
class TagEncoder {
 public:
    TagEncoder(const Faults& faults) : faults_(faults) {}
    void forget() { last_.fill(std::nullopt); }
    void write(ByteWriter& out, const TagEntry& entry, const ReportSpec& spec);

 private:
    enum class Width : std::uint8_t { one = 1, two = 2, four = 4, eight = 8 };
    void field(ByteWriter& out, Par type, Width width, std::uint64_t value);
    void write_stamps(ByteWriter& out, const TagEntry& entry, std::uint16_t fields);
    void write_c1g2(ByteWriter& out, const TagEntry& entry, const ReportSpec& spec);

    const Faults& faults_;
    std::array<std::optional<std::uint64_t>, 32> last_{};
};

/// PC word of a tag that carries `code` (EPC length in words, no UMI, no XPC).
std::uint16_t protocol_control(const TagCode& code);

/// CRC-16 of PC and EPC as the air protocol defines it (Gen2 2.0.1, annex F: CCITT, inverted).
std::uint16_t stored_crc(const TagCode& code);

}  // namespace tally::sim::llrp
