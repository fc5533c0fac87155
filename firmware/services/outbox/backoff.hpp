// Waiting longer after each failure, with jitter, so that many boxes do not come back at once.
#pragma once

#include <algorithm>

#include "firmware/base/time.hpp"
#include "firmware/ports/entropy.hpp"

namespace tally {

/// Doubles from `low` to `high`; each wait is drawn from the upper half of its step.
class Backoff {
 public:
    Backoff(Duration low, Duration high) : low_(low), high_(high), step_(low) {}

    Duration next(Entropy& entropy) {
        const auto half = static_cast<std::uint64_t>(step_.count() / 2);
        const Duration wait(static_cast<std::int64_t>(half + entropy.next_u64() % (half + 1)));
        step_ = std::min(high_, step_ * 2);
        return wait;
    }
    void reset() { step_ = low_; }

 private:
    Duration low_, high_, step_;
};

}  // namespace tally
