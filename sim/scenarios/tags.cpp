#include "sim/scenarios/tags.hpp"

#include <array>

#include <fmt/format.h>

namespace tally::sim {

namespace {

constexpr std::uint64_t kCompany = 614'141;
constexpr std::uint64_t kSevenDigits = 5;  // partition value of a 7-digit company prefix

/// 96 bits filled from the front.
class Bits {
 public:
    Bits& add(std::uint64_t value, unsigned count) {
        for (unsigned i = count; i-- > 0; ++at_) {
            const auto bit = static_cast<unsigned>((value >> i) & 1U);
            bytes_[at_ / 8] = static_cast<std::uint8_t>(bytes_[at_ / 8] | bit << (7 - at_ % 8));
        }
        return *this;
    }
    [[nodiscard]] TagCode code() const { return {Bytes(bytes_.begin(), bytes_.end()), 96}; }

 private:
    std::array<std::uint8_t, 12> bytes_{};
    unsigned at_ = 0;
};

}  // namespace

TagCode unit_tag(std::uint32_t item, std::uint64_t serial) {
    Bits bits;
    bits.add(0x30, 8)
        .add(1, 3)
        .add(kSevenDigits, 3)
        .add(kCompany, 24)
        .add(item, 20)
        .add(serial, 38);
    return bits.code();
}

TagCode pallet_tag(std::uint64_t serial) {
    Bits bits;
    bits.add(0x31, 8).add(2, 3).add(kSevenDigits, 3).add(kCompany, 24).add(serial, 34);
    return bits.code();
}

std::string gtin_of(std::uint32_t item) {
    std::string digits = fmt::format("0{}{:05}", kOwnPrefix, item);
    unsigned sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        sum += static_cast<unsigned>(digits[i] - '0') * (i % 2 == 0 ? 3U : 1U);
    }
    digits.push_back(static_cast<char>('0' + (10 - sum % 10) % 10));
    return digits;
}

}  // namespace tally::sim
