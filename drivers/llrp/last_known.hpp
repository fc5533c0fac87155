// When a reader was last known to be alive. The arrival of bytes does not say when they were sent:
// a network that stood still hands over at once what it held back. Two things are certain. Who
// answers was alive after we asked. And what comes clearly later than other bytes was sent after
// those came, because the way was open then and a stream keeps its order.
#pragma once

#include <algorithm>

#include "firmware/base/time.hpp"

namespace tally::llrp {

/// Single-threaded; times must not go back.
class LastKnown {
 public:
    /// What was held back is taken to come within this span.
    static constexpr Duration kBurst = std::chrono::milliseconds(250);

    explicit LastKnown(MonoTime start = {}) : alive_(start), burst_(start) {}

    /// Bytes came.
    void came(MonoTime at) {
        if (at - burst_ >= kBurst) {
            alive_ = std::max(alive_, burst_);
            burst_ = at;
        }
    }

    /// A request that left at `asked` was answered.
    void answered(MonoTime asked) { alive_ = std::max(alive_, asked); }

    /// It was alive then, and perhaps for at most one more burst or silence after it.
    [[nodiscard]] MonoTime alive() const { return alive_; }

 private:
    MonoTime alive_;
    MonoTime burst_;  ///< first arrival of the newest burst
};

}  // namespace tally::llrp
