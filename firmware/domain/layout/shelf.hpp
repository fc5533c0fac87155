// Shelves that weigh themselves, as site.toml says them.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "firmware/base/time.hpp"
#include "firmware/domain/ids.hpp"
#include "firmware/domain/shelf/weight.hpp"

namespace tally {

/// One weighed place. Its instrument and bus stand in the edge's own edge.toml.
struct SlotLayout {
    PlaceId place;                  ///< a place of the shelf's edge; one slot a place
    std::vector<std::string> skus;  ///< what may stand here; more than one needs different weights
    Weight capacity;                ///< more cannot be, and is a fault
    Weight division;                ///< the scale's smallest step

    bool operator==(const SlotLayout&) const = default;
};

/// Slots that goods reach from one zone.
struct ShelfLayout {
    std::string id;
    EdgeId edge;
    PlaceId around;  ///< the zone in front: goods come from there and go there
    std::vector<SlotLayout> slots;
    /// A weight change of goods tracked by identity that no sighting explains for so long is an
    /// anomaly.
    Duration identify_limit = std::chrono::seconds(60);

    bool operator==(const ShelfLayout&) const = default;
};

}  // namespace tally
