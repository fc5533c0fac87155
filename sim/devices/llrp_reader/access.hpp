// Access operations on tags: AccessSpecs with their two states, and what the emulated tags answer.
// Tags here have an EPC bank and perhaps a TID bank, both locked: reads of them succeed, everything
// else fails as it would on a locked tag.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "sim/devices/llrp_reader/decode.hpp"
#include "sim/devices/llrp_reader/tag.hpp"

namespace tally::sim::llrp {

/// A bit pattern in one memory bank of a tag.
struct TagMask {
    std::uint8_t bank = 1;
    bool match = true;
    std::uint16_t pointer = 0;  ///< in bits
    std::vector<bool> mask, data;
};

/// One OpSpec. Only reads look at the words.
struct Operation {
    Par type = Par::c1g2_read;
    std::uint16_t id = 0;
    std::uint8_t bank = 1;
    std::uint16_t word_pointer = 0;
    std::uint16_t word_count = 0;
};

struct AccessSpec {
    std::uint32_t id = 0;
    std::uint16_t antenna = 0;    ///< 0: all
    std::uint32_t rospec_id = 0;  ///< 0: all
    bool active = false;
    std::uint16_t operations_left = 0;  ///< 0: no limit
    std::vector<TagMask> masks;
    std::vector<Operation> operations;
    Bytes raw;
};

std::optional<Problem> read_access_spec(const Node& node, ByteView raw, AccessSpec& spec);

/// What an access added to a tag's report.
struct Accessed {
    std::uint32_t spec_id = 0;  ///< 0: no AccessSpec matched
    Bytes results;              ///< OpSpecResult parameters
};

/// The AccessSpecs of a reader. Single-threaded.
class AccessList {
 public:
    std::optional<Problem> add(AccessSpec spec);
    std::optional<Problem> remove(std::uint32_t id);  ///< 0: all
    enum class State : std::uint8_t { disabled, active };
    std::optional<Problem> set(std::uint32_t id, State state);  ///< 0: all
    void clear() { specs_.clear(); }

    /// Runs the first matching active spec on a tag; at its operation count the spec goes away.
    Accessed run(const TagSight& sight, std::uint32_t rospec_id);

    void write(ByteWriter& out) const;

 private:
    std::map<std::uint32_t, AccessSpec> specs_;
};

}  // namespace tally::sim::llrp
