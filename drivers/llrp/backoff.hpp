// How long to wait before the next try: random within a doubling, bounded span ("full jitter"),
// so that many readers that vanish together do not come back together.
#pragma once

#include <algorithm>

#include "firmware/base/time.hpp"
#include "firmware/ports/entropy.hpp"

namespace tally::llrp {

class Backoff {
 public:
    Backoff(Entropy& entropy, Duration min, Duration max)
        : entropy_(entropy), min_(min), max_(std::max(min, max)) {}

    /// The next delay: anywhere between min and a bound that doubles from 2 * min up to max.
    Duration next() {
        bound_ = std::min(max_, (bound_ == Duration(0) ? min_ : bound_) * 2);
        const auto width = static_cast<std::uint64_t>(std::max(bound_ - min_, Duration(0)).count());
        return min_ + Duration(static_cast<std::int64_t>(entropy_.next_u64() % (width + 1)));
    }

    /// Things went well for long enough: the next try comes soon again.
    void reset() { bound_ = Duration(0); }

 private:
    Entropy& entropy_;
    Duration min_;
    Duration max_;
    Duration bound_{0};
};

}  // namespace tally::llrp
