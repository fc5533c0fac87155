// The plan of a site of any size: edges in a row, each with a hall; a dock into the first, a door
// between neighbours, an exit from the last, further docks and exits in turn; racks of weighed
// slots in the halls.
#pragma once

#include <cstdint>
#include <string>

#include "firmware/domain/layout/site.hpp"

namespace tally::sim {

struct SitePlan {
    std::int64_t edges = 2;
    std::int64_t gates = 3;  ///< fewer than one more than edges counts as that
    std::int64_t slots = 0;
    Duration handover_limit = std::chrono::seconds(120);
};

/// Slots a rack.
inline constexpr std::int64_t kRackSlots = 8;
/// SKUs of goods that slots weigh, and what one unit of each weighs.
inline constexpr std::int64_t kCountedSkus = 4;
inline constexpr std::int64_t kCountedUnitMg = 100'000;

/// "e1", "e1.hall", "e1.rack1", "e1.rack1.s1"; gates "dock-1", "door-1", "exit-1", readers
/// "<gate>-reader". check_layout() has nothing against it.
SiteLayout plan_site(const SitePlan& plan);

/// "bolt-1" and on: what stands in a slot.
std::string counted_sku(std::int64_t index);

}  // namespace tally::sim
