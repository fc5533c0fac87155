// Bounds-checked big-endian reading and writing of byte sequences (network order).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// Views text as bytes, without a copy. The text must outlive the view.
inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Views bytes as text, without a copy. The bytes must outlive the view.
inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Lower-case hex of bytes, two digits each.
std::string to_hex(ByteView bytes);

/// Reads hex (either case, even length, nothing else) into `out`; false if it is not that.
bool from_hex(std::string_view text, Bytes& out);

/// Reads big-endian values from a view it does not own. A read past the end yields zero and makes
/// `ok()` false for good, so that a decoder may check once at its end of each fixed part.
class ByteReader {
 public:
    explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

    [[nodiscard]] bool ok() const noexcept { return ok_; }
    [[nodiscard]] std::size_t position() const noexcept { return position_; }
    [[nodiscard]] std::size_t remaining() const noexcept { return bytes_.size() - position_; }

    std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(big_endian(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(big_endian(4)); }
    std::uint64_t u64() { return big_endian(8); }

    /// The next `count` bytes as a view into the input; empty and not ok() if there are fewer.
    ByteView take(std::size_t count) {
        if (count > remaining()) {
            return fail();
        }
        const ByteView view = bytes_.subspan(position_, count);
        position_ += count;
        return view;
    }

 private:
    std::uint64_t big_endian(std::size_t width) {
        if (width > remaining()) {
            fail();
            return 0;
        }
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < width; ++i) {
            value = (value << 8) | bytes_[position_ + i];
        }
        position_ += width;
        return value;
    }

    ByteView fail() {
        ok_ = false;
        position_ = bytes_.size();
        return {};
    }

    ByteView bytes_;
    std::size_t position_ = 0;
    bool ok_ = true;
};

/// Appends big-endian values to a byte vector it owns.
class ByteWriter {
 public:
    void u8(std::uint8_t value) { bytes_.push_back(value); }
    void u16(std::uint16_t value) { big_endian(value, 2); }
    void u32(std::uint32_t value) { big_endian(value, 4); }
    void u64(std::uint64_t value) { big_endian(value, 8); }
    void raw(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

    /// Overwrites two or four bytes at `position`, e.g. a length known only at the end.
    void patch_u16(std::size_t position, std::uint16_t value);
    void patch_u32(std::size_t position, std::uint32_t value);

    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
    [[nodiscard]] const Bytes& bytes() const noexcept { return bytes_; }
    [[nodiscard]] Bytes take() { return std::move(bytes_); }

 private:
    void big_endian(std::uint64_t value, int width) {
        for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
            bytes_.push_back(static_cast<std::uint8_t>(value >> shift));
        }
    }

    Bytes bytes_;
};

}  // namespace tally
