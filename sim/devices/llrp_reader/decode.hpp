// The emulator's own LLRP decoder: cuts a byte stream into messages, and a message body into a tree
// of parameters that has been checked against the grammar (grammar.hpp). A reader discards a
// message with any error whole (LLRP 1.1, chapter 14), so there is no partial result.
#pragma once

#include <optional>
#include <vector>

#include "firmware/base/bytes.hpp"
#include "sim/devices/llrp_reader/numbers.hpp"

namespace tally::sim::llrp {

/// One message as received. `body` is what follows the ten header bytes.
struct Message {
    std::uint8_t version = 0;
    std::uint8_t reserved = 0;  ///< the three top bits; must be zero
    Msg type = Msg::keepalive;
    std::uint32_t id = 0;
    Bytes body;
};

/// Collects bytes until whole messages are there.
class MessageCutter {
 public:
    static constexpr std::size_t kMessageBytesMax = std::size_t{4} << 20;

    void push(ByteView bytes) { pending_.insert(pending_.end(), bytes.begin(), bytes.end()); }

    /// The next whole message. Nothing if more bytes are needed, or if the stream is broken().
    std::optional<Message> next();

    /// A length below 10 or above kMessageBytesMax: where the next message begins is unknown.
    [[nodiscard]] bool broken() const noexcept { return broken_; }

 private:
    Bytes pending_;
    bool broken_ = false;
};

/// One parameter. `fixed` are the bytes before its sub-parameters; the views point into the message
/// body that was decoded.
struct Node {
    Par type = Par::custom;
    ByteView fixed;
    std::vector<Node> children;

    [[nodiscard]] const Node* child(Par wanted) const;
    [[nodiscard]] std::uint8_t u8(std::size_t at) const { return fixed[at]; }
    [[nodiscard]] std::uint16_t u16(std::size_t at) const;
    [[nodiscard]] std::uint32_t u32(std::size_t at) const;
    [[nodiscard]] bool bit(std::size_t at) const { return (fixed[at] & 0x80U) != 0; }
};

/// Why a message was refused: a status code, and where. An empty path concerns the message itself.
/// `detail` is the code of the innermost ParameterError (or FieldError) that goes into the answer.
struct Problem {
    Status code = Status::success;
    std::vector<Par> path;               ///< outermost parameter first
    Status detail = Status::success;     ///< what is wrong with the last parameter of the path
    std::optional<std::uint16_t> field;  ///< index of the wrong field, from 0
    std::string text;
};

}  // namespace tally::sim::llrp
