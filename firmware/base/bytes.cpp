#include "firmware/base/bytes.hpp"

#include "firmware/base/check.hpp"

namespace tally {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

}  // namespace

std::string to_hex(ByteView bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text.push_back(kDigits[byte >> 4]);
        text.push_back(kDigits[byte & 15]);
    }
    return text;
}

bool from_hex(std::string_view text, Bytes& out) {
    out.clear();
    if (text.size() % 2 != 0) {
        return false;
    }
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_digit(text[i]);
        const int low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        out.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    return true;
}

void ByteWriter::patch_u16(std::size_t position, std::uint16_t value) {
    TALLY_CHECK(position + 2 <= bytes_.size(), "a patch must lie inside what was written");
    bytes_[position] = static_cast<std::uint8_t>(value >> 8);
    bytes_[position + 1] = static_cast<std::uint8_t>(value);
}

void ByteWriter::patch_u32(std::size_t position, std::uint32_t value) {
    patch_u16(position, static_cast<std::uint16_t>(value >> 16));
    patch_u16(position + 2, static_cast<std::uint16_t>(value));
}

}  // namespace tally
