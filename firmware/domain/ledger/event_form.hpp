// What an event must look like before anybody asks what it does: the one gate that both the writer
// of events and the decoder pass, so that what one side may write the other side can read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "firmware/base/result.hpp"
#include "firmware/domain/ledger/event.hpp"

namespace tally {

inline constexpr std::size_t kEventTextBytesMax = 160;        ///< any identifier in an event
inline constexpr std::size_t kEventDataBytesMax = 32 * 1024;  ///< `data`; a batch holds 64 KiB
inline constexpr std::int64_t kEventIntMax = (std::int64_t{1} << 53) - 1;

/// True for text that may name something in the ledger: printable ASCII (blank included) without
/// quotation mark or backslash, at most kEventTextBytesMax bytes. Such text is its own JSON text.
bool is_ledger_text(std::string_view text) noexcept;

/// The quantity side alone (docs/adr/0003): `sku lot qty from to` all five or none, quantity at
/// least 0 and below 2^53, custody and quality named, positions different where quantity is not 0.
/// `malformed`, naming the key. Asked by Book::check, before an event has its number.
Result<void> check_move_form(const Event& event);

/// Everything: the quantity side, identity (edge set, epoch and seq from 1 to 2^53 - 1), `by` set,
/// every identifier ledger text, sizes of evidence and data. Whether those two are canonical JSON
/// is asked by messages/event_json.hpp.
Result<void> check_form(const Event& event);

}  // namespace tally
