#include "firmware/domain/epc/epc.hpp"

#include <algorithm>
#include <charconv>

namespace tally {

namespace {

/// The bits of the last byte that a bit count leaves unused, as a mask of the used ones.
constexpr std::uint8_t used_mask(std::size_t bit_count) {
    const std::size_t used = bit_count % 8;
    return used == 0 ? std::uint8_t{0xff} : static_cast<std::uint8_t>(0xff << (8 - used));
}

using AllBytes = std::array<std::uint8_t, Epc::kBitsMax / 8>;

/// Ones for all bytes, then zeros for as many: from the middle back, a mask of the first so many.
constexpr std::array<std::uint8_t, 2 * AllBytes{}.size()> ones_then_zeros() {
    std::array<std::uint8_t, 2 * AllBytes{}.size()> bytes{};
    for (std::size_t i = 0; i < AllBytes{}.size(); ++i) {
        bytes[i] = 0xff;
    }
    return bytes;
}
constexpr auto kOnesThenZeros = ones_then_zeros();

/// Takes the first of as many bytes as an EPC may have. No branch depends on how many: of tags with
/// EPCs of all lengths, none is foretold.
void copy_first(const std::uint8_t* from, std::size_t byte_count, AllBytes& to) {
    const std::uint8_t* const mask = kOnesThenZeros.data() + to.size() - byte_count;
    for (std::size_t at = 0; at < to.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::uint64_t kept = 0;
        std::memcpy(&word, from + at, sizeof word);
        std::memcpy(&kept, mask + at, sizeof kept);
        word &= kept;
        std::memcpy(to.data() + at, &word, sizeof word);
    }
}

}  // namespace

std::optional<Epc> Epc::from_bits(ByteView bytes, std::size_t bit_count) noexcept {
    const std::size_t byte_count = (bit_count + 7) / 8;
    if (bit_count > kBitsMax || bytes.size() < byte_count) {
        return std::nullopt;
    }
    Epc epc;
    epc.bit_count_ = static_cast<std::uint16_t>(bit_count);
    if (bytes.size() >= epc.bytes_.size()) {
        copy_first(bytes.data(), byte_count, epc.bytes_);
    } else {
        std::copy_n(bytes.begin(), byte_count, epc.bytes_.begin());
    }
    if (byte_count > 0) {
        epc.bytes_[byte_count - 1] &= used_mask(bit_count);
    }
    return epc;
}

std::optional<Epc> Epc::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view digits = text.substr(0, slash);
    Bytes bytes;
    if (!from_hex(digits, bytes)) {
        return std::nullopt;
    }
    std::size_t bit_count = bytes.size() * 8;
    if (slash != std::string_view::npos) {
        const std::string_view number = text.substr(slash + 1);
        std::size_t written = 0;
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), written);
        const bool is_number = error == std::errc() && end == number.data() + number.size();
        // One identity has one text: a count that str() would not write is refused.
        if (!is_number || number.front() == '0' || written % 8 == 0 || written > bit_count ||
            (written + 7) / 8 != bytes.size() ||
            (bytes.back() & static_cast<std::uint8_t>(~used_mask(written))) != 0) {
            return std::nullopt;
        }
        bit_count = written;
    }
    return from_bits(bytes, bit_count);
}

std::string Epc::str() const {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string text;
    text.reserve(2 * bytes().size() + 4);
    for (const std::uint8_t byte : bytes()) {
        text.push_back(kDigits[byte >> 4]);
        text.push_back(kDigits[byte & 0x0f]);
    }
    if (bit_count_ % 8 != 0) {
        text.push_back('/');
        text += std::to_string(bit_count_);
    }
    return text;
}

}  // namespace tally

std::size_t std::hash<tally::Epc>::operator()(const tally::Epc& epc) const noexcept {
    return epc.hash();
}
