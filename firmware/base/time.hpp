// Two clocks that do not convert. MonoTime orders and measures; WallTime is an annotation for
// people.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace tally {

/// A span of monotonic time, in nanoseconds.
using Duration = std::chrono::nanoseconds;

/// Nanoseconds on the box's monotonic clock since an arbitrary start. Comparable within one
/// process.
struct MonoTime {
    std::int64_t ns = 0;

    auto operator<=>(const MonoTime&) const = default;
    friend MonoTime operator+(MonoTime t, Duration d) { return MonoTime{t.ns + d.count()}; }
    friend MonoTime operator-(MonoTime t, Duration d) { return MonoTime{t.ns - d.count()}; }
    friend Duration operator-(MonoTime a, MonoTime b) { return Duration(a.ns - b.ns); }
};

/// Microseconds since 1970-01-01 UTC as this box believes. May jump; never used for ordering.
struct WallTime {
    std::int64_t us = 0;

    [[nodiscard]] std::int64_t ms() const noexcept { return us / 1000; }
    auto operator<=>(const WallTime&) const = default;
};

}  // namespace tally
