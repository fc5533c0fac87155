// What a site needs for vehicles with carts, beside what every site has: a drawn floor with stops,
// bays, stations, carts, and which edge drives them.
#pragma once

#include <string>
#include <vector>

#include "firmware/domain/layout/site.hpp"
#include "firmware/messages/layout/floor_file.hpp"
#include "sim/scenarios/scenario.hpp"

namespace tally::sim {

struct PickingPlan {
    FloorFile floor;
    std::vector<std::string> bays;      ///< places with tagged units; nothing weighs them
    std::vector<std::string> stations;  ///< where carts are emptied and orders packed
    std::vector<std::string> carts;     ///< one a vehicle
};

/// Whether these numbers are of a site with vehicles.
bool is_picking(const Draws& draws);

/// The first edge of `site` becomes fleet master and gets these places; its weighed slots get a
/// stop. Stations, chargers and parking stand at nodes of their own, as many as there is room for;
/// slots and bays along the lanes.
PickingPlan plan_picking(const Draws& draws, SiteLayout& site, const Prng& prng);

}  // namespace tally::sim
