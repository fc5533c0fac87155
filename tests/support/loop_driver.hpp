// Drives a real loop in a test until something holds.
#pragma once

#include <functional>

#include "firmware/host/loop/loop.hpp"

namespace tally::test {

/// Turns `loop` until `done` holds; false if that takes longer than `limit`.
inline bool turn_until(host::Loop& loop, const std::function<bool()>& done, Duration limit) {
    const MonoTime deadline = loop.mono_now() + limit;
    while (!done()) {
        const Duration left = deadline - loop.mono_now();
        if (left <= Duration::zero()) {
            return false;
        }
        loop.turn(left);
    }
    return true;
}

}  // namespace tally::test
