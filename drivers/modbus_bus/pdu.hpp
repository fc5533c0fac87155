// Requests and answers of Modbus without unit, header and checksum: pure functions over bytes.
// Source: Modbus application protocol V1.1b3, chapters 6 and 7.
#pragma once

#include "firmware/base/bytes.hpp"
#include "firmware/ports/register_bus.hpp"

namespace tally::modbus {

/// malformed if the request is out of bounds; then nothing may be sent.
Result<Bytes> encode(const RegisterRead& request);
Result<Bytes> encode(const RegisterWrite& request);

/// The values in an answer. refused for an exception (its code and meaning in the text), malformed
/// for anything but an answer to exactly this request. Of a write, timeout for exceptions 5 and 11:
/// it may have been done.
RegisterBus::Values decode_answer(const RegisterRead& request, ByteView pdu);
Result<void> decode_answer(const RegisterWrite& request, ByteView pdu);

}  // namespace tally::modbus
