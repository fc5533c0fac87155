// What the bridge tells an edge about the other half of a hand-over (docs/adr/0003).
#pragma once

#include <string>
#include <string_view>

#include "firmware/base/result.hpp"

namespace tally {

/// `data` of the commands expect and release.
struct HandOverNotice {
    std::string ref;  ///< the event of the other edge: "<edge>:<epoch>:<seq>"
    std::string item, sku, lot, custody, quality, parent;
    std::string edge;   ///< the other edge
    std::string place;  ///< expect: my place it went to; release: the other edge's place
};

std::string encode(const HandOverNotice& notice);
Result<HandOverNotice> decode_hand_over_notice(std::string_view json);

}  // namespace tally
