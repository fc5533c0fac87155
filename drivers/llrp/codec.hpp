// LLRP messages to bytes and back, for the whole of LLRP 1.0.1 and the additions of 1.1, driven by
// the layouts in layout_rows.hpp. What decode() accepts, encode() gives back byte for byte, except
// reserved bits, which come back as 0.
#pragma once

#include "drivers/llrp/frame.hpp"
#include "drivers/llrp/message.hpp"
#include "drivers/llrp/status.hpp"
#include "firmware/base/bytes.hpp"
#include "firmware/base/result.hpp"

namespace tally::llrp {

/// Deepest nesting of parameters that is decoded; the standard's deepest tree has 7 levels.
inline constexpr int kDepthMax = 32;

/// Decodes a frame. Sub-parameters are kept in the order they came. Parameters with no known layout
/// and Custom parameters are kept wherever they stand (vendors extend where the standard has no
/// extension point). Malformed if a length does not fit, a field is cut short, a known parameter
/// stands where it may not, too often, or is missing; unsupported for a message type without
/// layout. `fault`, if given, then receives the LLRP status code and place. Copies what it keeps.
Result<Message> decode(const Frame& frame, Fault* fault = nullptr);

/// The frame of a message. Fields are found by name and default to 0 or empty. Malformed if the
/// message type has no layout, a value is of another kind than its field, or a list or parameter is
/// longer than its length field can say.
Result<Bytes> encode(const Message& message);

}  // namespace tally::llrp
