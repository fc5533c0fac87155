#include "sim/devices/llrp_reader/encode.hpp"

namespace tally::sim::llrp {

void counted_text(ByteWriter& out, std::string_view text) {
    out.u16(static_cast<std::uint16_t>(text.size()));
    out.raw(as_bytes(text));
}

Bytes message(const Header& header, ByteView body) {
    ByteWriter out;
    out.u16(static_cast<std::uint16_t>((unsigned{header.version} << 10) |
                                       static_cast<unsigned>(header.type)));
    out.u32(static_cast<std::uint32_t>(kHeaderBytes + body.size()));
    out.u32(header.id);
    out.raw(body);
    return out.take();
}

}  // namespace tally::sim::llrp
