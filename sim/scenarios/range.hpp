// A span that a seed draws one number from, as scenario files write it: "8", "2..6", or "off|2..6",
// which is 0 in half of all seeds (swarm testing: a run that has everything hides what shows only
// where something is absent).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/base/prng.hpp"
#include "firmware/base/result.hpp"

namespace tally::sim {

struct Range {
    std::int64_t low = 0, high = 0;
    bool maybe_off = false;

    bool operator==(const Range&) const = default;
};

/// malformed names what a range looks like.
Result<Range> parse_range(std::string_view text);

/// As it would stand in a file.
std::string to_text(const Range& range);

/// Every range takes the same number of draws, so that one never moves another.
std::int64_t draw(const Range& range, Prng prng);

}  // namespace tally::sim
