// A place of one edge lacks goods that another edge has: what the bridge asks that edge for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/base/result.hpp"

namespace tally {

/// Command of the bridge; its data is a Refill.
inline constexpr std::string_view kRefillCommand = "refill";

struct Refill {
    std::string place, sku;  ///< of another edge's planogram
    std::int64_t milli = 0;  ///< so much is to be brought; 0: nothing any more
    std::string text;        ///< why, for a person

    bool operator==(const Refill&) const = default;
};

std::string encode(const Refill& refill);
Result<Refill> decode_refill(std::string_view json);

/// Of the task that brings it: of one key at most one is not finished.
std::string refill_key(const std::string& place, const std::string& sku);

}  // namespace tally
