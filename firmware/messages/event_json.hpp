// Ledger events as canonical text: the truth that is hashed, stored, sent and shown. Keys and their
// meaning: docs/adr/0003-data-model.md and docs/wire/event.md.
//
// One event has one text and one text is at most one event: decode_event(t) gives e only if
// encode_event(e) gives t again, byte for byte.
#pragma once

#include <string>
#include <string_view>

#include "firmware/base/result.hpp"
#include "firmware/domain/ledger/event.hpp"

namespace tally {

/// Appends the event's canonical text to `out`. `malformed` (and `out` as before) where the event
/// breaks domain/ledger/event_form.hpp or its evidence or data is not a canonical object: such an
/// event must not enter a ledger.
Result<void> append_event(std::string& out, const Event& event);

/// The same as a new string.
Result<std::string> encode_event(const Event& event);

/// Reads one event. Refused as `malformed`, with the key and what was expected: an unknown, missing
/// or repeated key, a wrong type, a default that should have been left out, a version other than 1
/// (`unsupported`), evidence above 512 bytes, any byte that is not canonical.
Result<Event> decode_event(std::string_view canonical);

}  // namespace tally
