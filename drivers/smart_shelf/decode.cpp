#include "drivers/smart_shelf/decode.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "firmware/base/check.hpp"

namespace tally::smart_shelf {

namespace {

/// Collects the lowest and highest register a map names for a channel.
class Extent {
 public:
    explicit Extent(std::uint16_t channel) : channel_(channel) {}
    void field(const RegisterField& field) {
        include(field.address + field.stride * channel_, registers_of(field.type));
    }
    void bit(const RegisterBit& bit) { include(bit.address + bit.stride * channel_, 1); }
    [[nodiscard]] Span span() const {
        return {static_cast<std::uint16_t>(low_), static_cast<std::uint16_t>(high_ - low_)};
    }

 private:
    void include(int address, int size) {
        low_ = std::min(low_, address);
        high_ = std::max(high_, address + size);
    }
    int channel_;
    int low_ = 0xffff;
    int high_ = 0;
};

std::uint16_t at(const Block& block, int address) {
    const int index = address - block.address;
    TALLY_CHECK(index >= 0 && index < static_cast<int>(block.values.size()),
                "the block holds what span_of() named");
    return block.values[static_cast<std::size_t>(index)];
}

bool is_on(const RegisterBit& bit, std::uint16_t channel, const Block& block) {
    const std::uint16_t value = at(block, bit.address + bit.stride * channel);
    return (((value >> bit.bit) & 1U) != 0) == bit.when_set;
}

std::uint32_t raw_bits(const RegisterField& field, std::uint16_t channel, const Block& block) {
    const int address = field.address + field.stride * channel;
    if (registers_of(field.type) == 1) {
        return at(block, address);
    }
    const std::uint32_t first = at(block, address);
    const std::uint32_t second = at(block, address + 1);
    return field.word_order == WordOrder::high_first ? first << 16U | second
                                                     : second << 16U | first;
}

/// Micrograms as doubles: exact below 9,000 t, and rounded once to milligrams. NaN stays NaN.
double micrograms(const RegisterMap& map, const Scale& scale, std::uint32_t bits) {
    const auto counted = [&](std::int64_t counts) {
        return static_cast<double>(counts - scale.offset) * static_cast<double>(map.count_ug);
    };
    switch (map.weight.type) {
        case RegisterType::u16:
        case RegisterType::u32:
            return counted(bits);
        case RegisterType::s16:
            return counted(static_cast<std::int16_t>(static_cast<std::uint16_t>(bits)));
        case RegisterType::s32:
            return counted(static_cast<std::int32_t>(bits));
        case RegisterType::f32:
            break;
    }
    return (static_cast<double>(std::bit_cast<float>(bits)) - static_cast<double>(scale.offset)) *
           static_cast<double>(map.count_ug);
}

}  // namespace

Span span_of(const RegisterMap& map, std::uint16_t channel) {
    Extent extent(channel);
    extent.field(map.weight);
    for (const auto& bit : {map.sign, map.stable}) {
        if (bit) {
            extent.bit(*bit);
        }
    }
    for (const FaultBit& fault : map.faults) {
        extent.bit(fault.bit);
    }
    if (map.life) {
        extent.field(*map.life);
    }
    return extent.span();
}

Sample decode(const RegisterMap& map, const Scale& scale, const Block& block) {
    Sample sample;
    for (const FaultBit& fault : map.faults) {
        if (is_on(fault.bit, scale.channel, block)) {
            sample.fault = fault.text;
            return sample;
        }
    }
    const double ug = micrograms(map, scale, raw_bits(map.weight, scale.channel, block));
    const double most = static_cast<double>(scale.capacity.mg) * 1000.0;
    if (!(std::abs(ug) <= most)) {  // Also what is no number.
        sample.implausible = true;
        return sample;
    }
    sample.weight.mg = std::llround(ug / 1000.0);
    if (map.sign && is_on(*map.sign, scale.channel, block)) {
        sample.weight.mg = -sample.weight.mg;
    }
    if (map.stable) {
        sample.stable = is_on(*map.stable, scale.channel, block);
    }
    if (map.life) {
        sample.life = raw_bits(*map.life, scale.channel, block);
    }
    return sample;
}

}  // namespace tally::smart_shelf
