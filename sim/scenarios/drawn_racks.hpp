// Of which make the instruments of a run's racks are, from what its seed drew.
#pragma once

#include <string>
#include <vector>

#include "firmware/base/prng.hpp"
#include "sim/scenarios/device_yard.hpp"
#include "sim/scenarios/scenario.hpp"

namespace tally::sim {

/// Each draws from a generator of its own, so that another rack changes no other.
RackMakes drawn_racks(const Draws& draws, const SiteLayout& site, const Prng& prng);

/// "rack name=e1.rack1 make=eagle", one line a rack that is no laumas.
std::vector<std::string> describe(const RackMakes& makes);

}  // namespace tally::sim
