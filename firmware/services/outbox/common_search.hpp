// Where two lines part: a search for the largest size at which both trees have the same head, by
// asking about up to 32 sizes at a time. A line of n events needs about log(n) / log(33) rounds.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "firmware/base/check.hpp"

namespace tally {

/// Holds the bounds only. Heads are equal at `common()`, the answer lies in [common, limit].
class CommonSearch {
 public:
    static constexpr std::uint64_t kAskMax = 32;

    /// Neither side has more than `limit` events in common.
    explicit CommonSearch(std::uint64_t limit) : high_(limit) {}

    [[nodiscard]] bool done() const noexcept { return low_ == high_; }
    [[nodiscard]] std::uint64_t common() const noexcept { return low_; }

    /// Sizes to ask about: ascending, the last is the upper bound itself.
    [[nodiscard]] std::vector<std::uint64_t> ask() const {
        const std::uint64_t span = high_ - low_;
        const std::uint64_t count = std::min(kAskMax, span);
        std::vector<std::uint64_t> sizes;
        for (std::uint64_t i = 1; i <= count; ++i) {
            sizes.push_back(low_ + span * i / count);
        }
        return sizes;
    }

    /// The largest of ask() at which the heads are equal; common() again if at none.
    void answer(std::uint64_t equal_at) {
        const std::vector<std::uint64_t> sizes = ask();
        TALLY_CHECK(equal_at >= low_ && equal_at <= high_, "an answer lies within the bounds");
        const auto above = std::upper_bound(sizes.begin(), sizes.end(), equal_at);
        low_ = equal_at;
        if (above != sizes.end()) {
            high_ = *above - 1;
        }
    }

 private:
    std::uint64_t low_ = 0;
    std::uint64_t high_;
};

}  // namespace tally
