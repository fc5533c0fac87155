// When an order must be ready: at a moment, or on a day, which ends at the midnight of its site. In
// the ledger a moment stands in UTC to the second, "2026-12-01T08:00:00Z", a day as "2026-12-01".
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/base/result.hpp"

namespace tally {

/// UTC milliseconds since 1970; nothing for anything but a moment as it stands in the ledger.
std::optional<std::int64_t> moment_ms(std::string_view text);

/// What people and machines write, as it stands in the ledger: a date, or a moment with its zone as
/// RFC 3339 (section 5.6) has it: "2026-12-01T16:00:00+08:00". Seconds may be missing; fractions of
/// them are dropped. `malformed` says what is wrong with it and what to write.
Result<std::string> read_due(std::string_view text);

/// Minutes east of UTC of "+08:00", "-05:30" or "Z"; nothing for anything else.
std::optional<std::int32_t> utc_offset_of(std::string_view text);

/// The last second of a day (a date that is one) at a site so many minutes east of UTC, as a
/// moment.
std::string end_of_day(std::string_view date, std::int32_t utc_offset_min);

/// For people: "2026-12-01 16:00 +08:00", or "... UTC" where the site is not east or west of it.
std::string local_text(std::int64_t utc_ms, std::int32_t utc_offset_min);

}  // namespace tally
