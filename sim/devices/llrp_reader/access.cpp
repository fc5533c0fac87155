#include "sim/devices/llrp_reader/access.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/devices/llrp_reader/capabilities.hpp"
#include "sim/devices/llrp_reader/encode.hpp"
#include "sim/devices/llrp_reader/reader_config.hpp"

namespace tally::sim::llrp {
namespace {

constexpr std::uint8_t kEpcBank = 1;
constexpr std::uint8_t kTidBank = 2;

std::vector<bool> read_bits(ByteView bytes, std::size_t count) {
    std::vector<bool> bits;
    for (std::size_t i = 0; i < count; ++i) {
        bits.push_back((bytes[i / 8] & (0x80U >> (i % 8))) != 0);
    }
    return bits;
}

TagMask read_mask(const Node& node) {
    TagMask mask;
    mask.bank = static_cast<std::uint8_t>(node.u8(0) >> 6);
    mask.match = (node.u8(0) & 0x20U) != 0;
    mask.pointer = node.u16(1);
    const std::size_t mask_bits = node.u16(3);
    mask.mask = read_bits(node.fixed.subspan(5), mask_bits);
    const std::size_t data_at = 5 + (mask_bits + 7) / 8;
    mask.data = read_bits(node.fixed.subspan(data_at + 2), node.u16(data_at));
    return mask;
}

Operation read_operation(const Node& node) {
    Operation operation{node.type, node.u16(0)};
    if (node.type == Par::c1g2_read) {
        operation.bank = static_cast<std::uint8_t>(node.u8(6) >> 6);
        operation.word_pointer = node.u16(7);
        operation.word_count = node.u16(9);
    }
    return operation;
}

/// Words of a memory bank as the air protocol shows them: the EPC bank begins with CRC and PC.
std::vector<std::uint16_t> bank_words(const TagSight& tag, std::uint8_t bank) {
    if (bank == kTidBank) {
        return tag.tid;
    }
    if (bank != kEpcBank) {
        return {};
    }
    const auto words = static_cast<std::uint16_t>((tag.code.bits + 15) / 16);
    std::vector<std::uint16_t> memory{0, static_cast<std::uint16_t>(words << 11)};
    Bytes padded = tag.code.bytes;
    padded.resize(std::size_t{words} * 2);
    ByteReader in(padded);
    while (in.remaining() != 0) {
        memory.push_back(in.u16());
    }
    return memory;
}

bool matches(const TagMask& mask, const TagSight& tag) {
    const std::vector<std::uint16_t> words = bank_words(tag, mask.bank);
    bool equal = true;
    for (std::size_t i = 0; i < mask.mask.size() && equal; ++i) {
        const std::size_t at = mask.pointer + i;
        if (!mask.mask[i]) {
            continue;
        }
        const bool there = at / 16 < words.size() && i < mask.data.size();
        equal = there && ((words[at / 16] >> (15 - at % 16)) & 1U) == (mask.data[i] ? 1U : 0U);
    }
    return equal == mask.match;
}

void write_read_result(ByteWriter& out, const Operation& operation, const TagSight& tag) {
    constexpr std::uint8_t kNonspecificTagError = 1;
    const std::vector<std::uint16_t> words = bank_words(tag, operation.bank);
    const std::size_t end = std::size_t{operation.word_pointer} + operation.word_count;
    const bool there = !words.empty() && end <= words.size();
    Tlv result(out, Par::c1g2_read_result);
    out.u8(there ? 0 : kNonspecificTagError);
    out.u16(operation.id);
    out.u16(there ? operation.word_count : 0);
    for (std::size_t i = operation.word_pointer; there && i < end; ++i) {
        out.u16(words[i]);
    }
}

void write_result(ByteWriter& out, const Operation& operation, const TagSight& tag) {
    struct Locked {
        Par operation, result;
        std::uint8_t code;  ///< "tag memory locked", or the nearest there is
        bool word_count;
    };
    static constexpr Locked kLocked[] = {
        {Par::c1g2_write, Par::c1g2_write_result, 2, true},
        {Par::c1g2_kill, Par::c1g2_kill_result, 3, false},
        {Par::c1g2_lock, Par::c1g2_lock_result, 2, false},
        {Par::c1g2_block_erase, Par::c1g2_block_erase_result, 2, false},
        {Par::c1g2_block_write, Par::c1g2_block_write_result, 2, true},
    };
    for (const Locked& row : kLocked) {
        if (row.operation == operation.type) {
            Tlv result(out, row.result);
            out.u8(row.code);
            out.u16(operation.id);
            if (row.word_count) {
                out.u16(0);
            }
            return;
        }
    }
    write_read_result(out, operation, tag);
}

Problem unknown_id(std::uint32_t id) {
    return wrong_field({}, 0, fmt::format("there is no AccessSpec {}", id));
}

}  // namespace

std::optional<Problem> read_access_spec(const Node& node, ByteView raw, AccessSpec& spec) {
    spec.id = node.u32(0);
    spec.antenna = node.u16(4);
    spec.rospec_id = node.u32(8);
    if (spec.id == 0) {
        return wrong_field({node.type}, 0, "AccessSpecID 0 is not allowed");
    }
    if (spec.antenna > kAntennas) {
        return wrong_field({node.type}, 1, fmt::format("there is no antenna {}", spec.antenna));
    }
    if (node.bit(7)) {
        return wrong_field({node.type}, 3, "a new AccessSpec must be disabled");
    }
    const Node* stop = node.child(Par::access_spec_stop_trigger);
    spec.operations_left = stop->u8(0) == 1 ? stop->u16(1) : std::uint16_t{0};
    for (const Node& child : node.child(Par::access_command)->children) {
        if (child.type == Par::c1g2_tag_spec) {
            for (const Node& target : child.children) {
                spec.masks.push_back(read_mask(target));
            }
        } else {
            spec.operations.push_back(read_operation(child));
        }
    }
    if (spec.operations.empty() || spec.operations.size() > kOpSpecs) {
        return wrong_field({node.type, Par::access_command}, 0, "1 to 8 OpSpecs are needed");
    }
    spec.raw.assign(raw.begin(), raw.end());
    return std::nullopt;
}

std::optional<Problem> AccessList::add(AccessSpec spec) {
    if (specs_.contains(spec.id)) {
        return wrong_field({Par::access_spec}, 0, fmt::format("AccessSpec {} exists", spec.id));
    }
    if (specs_.size() >= kAccessSpecs) {
        return Problem{Status::m_overflow_parameter,
                       {},
                       Status::success,
                       std::nullopt,
                       fmt::format("{} AccessSpecs at most", kAccessSpecs)};
    }
    specs_.emplace(spec.id, std::move(spec));
    return std::nullopt;
}

std::optional<Problem> AccessList::remove(std::uint32_t id) {
    if (id == 0) {
        specs_.clear();
        return std::nullopt;
    }
    return specs_.erase(id) == 0 ? std::optional(unknown_id(id)) : std::nullopt;
}

std::optional<Problem> AccessList::set(std::uint32_t id, State state) {
    if (id != 0 && !specs_.contains(id)) {
        return unknown_id(id);
    }
    for (auto& [key, spec] : specs_) {
        if (id == 0 || id == key) {
            spec.active = state == State::active;
        }
    }
    return std::nullopt;
}

Accessed AccessList::run(const TagSight& sight, std::uint32_t rospec_id) {
    for (auto& [id, spec] : specs_) {
        const bool here = spec.active && (spec.antenna == 0 || spec.antenna == sight.antenna) &&
                          (spec.rospec_id == 0 || spec.rospec_id == rospec_id);
        if (!here || !std::all_of(spec.masks.begin(), spec.masks.end(),
                                  [&](const TagMask& mask) { return matches(mask, sight); })) {
            continue;
        }
        ByteWriter out;
        for (const Operation& operation : spec.operations) {
            write_result(out, operation, sight);
        }
        const Accessed accessed{id, out.take()};
        if (spec.operations_left != 0 && --spec.operations_left == 0) {
            specs_.erase(id);
        }
        return accessed;
    }
    return {};
}

void AccessList::write(ByteWriter& out) const {
    constexpr std::size_t kStateAt = 11;  // header 4, id 4, antenna 2, protocol 1
    for (const auto& [id, spec] : specs_) {
        Bytes parameter = spec.raw;
        parameter[kStateAt] = spec.active ? 0x80 : 0x00;
        out.raw(parameter);
    }
}

}  // namespace tally::sim::llrp
