// The `data` of fleet_ordered: what a person ordered of a vehicle, and its stored row.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/base/result.hpp"
#include "firmware/domain/fleet/hand_order.hpp"

namespace tally {

std::string encode(const HandOrder& order);
Result<HandOrder> decode_hand_order(std::string_view json);

/// The last order by hand of a vehicle, with the event that it is.
struct HandOrderGiven {
    HandOrder what;
    std::string by;
    std::uint64_t seq = 0;
    std::int64_t t_ms = 0;

    bool operator==(const HandOrderGiven&) const = default;
};

std::string encode_hand_order_row(const HandOrderGiven& given);
Result<HandOrderGiven> decode_hand_order_row(std::string_view json);

}  // namespace tally
