// Port: the only source of time that code above host may see.
#pragma once

#include "firmware/base/time.hpp"

namespace tally {

/// Single-threaded; call only from the loop. Within one callback of the loop time may advance.
class Clock {
 public:
    virtual ~Clock() = default;

    /// Monotonic; never goes back within a process. Use for every window, timeout and order.
    [[nodiscard]] virtual MonoTime mono_now() const = 0;

    /// What the box believes UTC to be; may be wrong and may jump. Use for annotations only.
    [[nodiscard]] virtual WallTime wall_now() const = 0;
};

}  // namespace tally
