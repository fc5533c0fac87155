// What a reader may be sent: for each message and parameter its fixed bytes, reserved bits and
// allowed sub-parameters (LLRP 1.1, chapter 17). Everything a client sends is checked against it
// before any of it takes effect.
#pragma once

#include "sim/devices/llrp_reader/decode.hpp"

namespace tally::sim::llrp {

/// The tree of a checked message, or the problem that makes the reader discard it. `root.fixed` are
/// the message's own fields. The views point into `message.body`.
struct Decoded {
    Node root;
    std::optional<Problem> problem;
};

/// True for requests this reader answers, and notifications it takes.
bool is_request(Msg type) noexcept;

/// The response type of a request; error_message where the request has none.
Msg response_of(Msg type) noexcept;

/// Checks lengths, reserved bits, unknown, unexpected, missing and repeated parameters. The meaning
/// of the values is checked where they are used.
Decoded decode(const Message& message);

}  // namespace tally::sim::llrp
