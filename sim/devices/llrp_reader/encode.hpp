// The emulator's own LLRP encoder: appends parameters to a byte vector and closes lengths at the
// end of a scope. It checks nothing: what it is told to write, it writes, faults included.
#pragma once

#include <string_view>

#include "firmware/base/bytes.hpp"
#include "sim/devices/llrp_reader/numbers.hpp"

namespace tally::sim::llrp {

/// Opens a TLV parameter (4-byte header) and writes its length when the scope ends.
///
///     { Tlv event(out, Par::gpi_event); out.u16(port); out.u8(0x80); }
class Tlv {
 public:
    Tlv(ByteWriter& out, Par type) : out_(out), start_(out.size()) {
        out.u16(static_cast<std::uint16_t>(type));
        out.u16(0);
    }
    ~Tlv() { out_.patch_u16(start_ + 2, static_cast<std::uint16_t>(out_.size() - start_)); }
    Tlv(const Tlv&) = delete;
    Tlv& operator=(const Tlv&) = delete;

 private:
    ByteWriter& out_;
    std::size_t start_;
};

/// First byte of a TV parameter.
inline void tv(ByteWriter& out, Par type) {
    out.u8(static_cast<std::uint8_t>(0x80U | static_cast<unsigned>(type)));
}

/// A flag in the top bit of a byte whose other bits are reserved.
inline void flag(ByteWriter& out, bool on) {
    out.u8(on ? 0x80 : 0x00);
}

/// u16 byte count, then the text.
void counted_text(ByteWriter& out, std::string_view text);

/// What stands in front of every message.
struct Header {
    std::uint8_t version = kVersion101;
    Msg type = Msg::keepalive;
    std::uint32_t id = 0;
};

/// A whole message: header with its length, then `body`.
Bytes message(const Header& header, ByteView body);

}  // namespace tally::sim::llrp
