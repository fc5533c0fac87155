// Always-on assertions for programmer errors. Operating errors are values (result.hpp); a broken
// invariant stops the process, the service manager restarts it and the journal replays.
#pragma once

namespace tally {

/// Prints what was expected and where, then aborts. Never returns; safe from any thread.
[[noreturn]] void check_failed(const char* expression, const char* file, int line,
                               const char* why) noexcept;

}  // namespace tally

/// TALLY_CHECK(condition, "why this must hold"): on in every build, also in release.
#define TALLY_CHECK(condition, why)                      \
    (static_cast<bool>(condition) ? static_cast<void>(0) \
                                  : ::tally::check_failed(#condition, __FILE__, __LINE__, why))
