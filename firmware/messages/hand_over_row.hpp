// An open hand-over as the bridge stores it.
#pragma once

#include <string>
#include <string_view>

#include "firmware/base/result.hpp"
#include "firmware/messages/hand_over.hpp"

namespace tally {

struct HandOverRow {
    bool received_first = false;  ///< the receiving edge booked its half first
    std::string other_edge;       ///< that shall book the second half
    std::string anomaly;          ///< id, if it waits too long
    HandOverNotice notice;
};

std::string encode_row(const HandOverRow& row);
Result<HandOverRow> decode_hand_over_row(std::string_view json);

}  // namespace tally
