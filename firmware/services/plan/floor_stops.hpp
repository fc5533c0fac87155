// The stops of a floor by name.
#pragma once

#include <cstdint>
#include <map>

#include "firmware/base/result.hpp"
#include "firmware/domain/layout/floor_layout.hpp"

namespace tally {

class FloorStops {
 public:
    explicit FloorStops(const FloorLayout& floor) {
        for (std::uint32_t i = 0; i < floor.stops.size(); ++i) {
            index_.emplace(floor.stops[i].place, i);
        }
    }

    [[nodiscard]] bool has(const PlaceId& place) const { return index_.contains(place); }

    [[nodiscard]] Result<std::uint32_t> find(const PlaceId& place) const {
        const auto at = index_.find(place);
        if (at == index_.end()) {
            return fail(ErrorKind::refused,
                        "there is no place '" + place.str() +
                            "' on this floor, or it lies in a closed stretch; tally layout draw "
                            "shows all of them");
        }
        return at->second;
    }

 private:
    std::map<PlaceId, std::uint32_t> index_;
};

}  // namespace tally
