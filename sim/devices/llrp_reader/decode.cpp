#include "sim/devices/llrp_reader/decode.hpp"

namespace tally::sim::llrp {

std::optional<Message> MessageCutter::next() {
    if (broken_ || pending_.size() < kHeaderBytes) {
        return std::nullopt;
    }
    ByteReader in(pending_);
    const std::uint16_t first = in.u16();
    const std::uint32_t length = in.u32();
    const std::uint32_t id = in.u32();
    if (length < kHeaderBytes || length > kMessageBytesMax) {
        broken_ = true;
        return std::nullopt;
    }
    if (pending_.size() < length) {
        return std::nullopt;
    }
    Message message;
    message.reserved = static_cast<std::uint8_t>(first >> 13);
    message.version = static_cast<std::uint8_t>((first >> 10) & 7U);
    message.type = static_cast<Msg>(first & 0x3FFU);
    message.id = id;
    const auto end = pending_.begin() + static_cast<std::ptrdiff_t>(length);
    message.body.assign(pending_.begin() + static_cast<std::ptrdiff_t>(kHeaderBytes), end);
    pending_.erase(pending_.begin(), end);
    return message;
}

const Node* Node::child(Par wanted) const {
    for (const Node& node : children) {
        if (node.type == wanted) {
            return &node;
        }
    }
    return nullptr;
}

std::uint16_t Node::u16(std::size_t at) const {
    return ByteReader(fixed.subspan(at)).u16();
}

std::uint32_t Node::u32(std::size_t at) const {
    return ByteReader(fixed.subspan(at)).u32();
}

}  // namespace tally::sim::llrp
