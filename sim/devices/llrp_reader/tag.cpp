#include "sim/devices/llrp_reader/tag.hpp"

#include <charconv>

namespace tally::sim {

std::optional<TagCode> TagCode::parse(std::string_view text) {
    TagCode code;
    const std::size_t slash = text.find('/');
    if (!from_hex(text.substr(0, slash), code.bytes) || code.bytes.size() * 8 > kBitsMax) {
        return std::nullopt;
    }
    code.bits = static_cast<std::uint16_t>(code.bytes.size() * 8);
    if (slash == std::string_view::npos) {
        return code;
    }
    const std::string_view digits = text.substr(slash + 1);
    std::uint16_t bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    const bool number = error == std::errc() && end == digits.data() + digits.size();
    if (!number || (std::size_t{bits} + 7) / 8 != code.bytes.size()) {
        return std::nullopt;
    }
    code.bits = bits;
    if (bits % 8 != 0) {
        code.bytes.back() =
            static_cast<std::uint8_t>(code.bytes.back() & (0xFFU << (8 - bits % 8)));
    }
    return code;
}

std::string TagCode::str() const {
    std::string text = to_hex(bytes);
    for (char& c : text) {
        c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return bits % 8 == 0 ? text : text + "/" + std::to_string(bits);
}

std::string_view to_string(Heard heard) noexcept {
    switch (heard) {
        case Heard::counted:
            return "counted";
        case Heard::reader_down:
            return "reader_down";
        case Heard::not_reading:
            return "not_reading";
        case Heard::antenna_off:
            return "antenna_off";
        case Heard::already_seen:
            return "already_seen";
        case Heard::overflow:
            return "overflow";
    }
    return "?";
}

}  // namespace tally::sim
