// How the readers of a run are made, from what its seed drew: what their firmware can and cannot
// do. Nothing of it ends with the faults; people bought them so.
#pragma once

#include <string>
#include <vector>

#include "firmware/base/prng.hpp"
#include "sim/scenarios/device_yard.hpp"
#include "sim/scenarios/scenario.hpp"

namespace tally::sim {

/// Each draws from a generator of its own, so that another gate changes no other reader.
ReaderTraits drawn_readers(const Draws& draws, const SiteLayout& site, const Prng& prng);

/// "reader name=dock-1-reader drift_ppm=-31 only_101=1 piece_bytes=80", one line a reader that has
/// any.
std::vector<std::string> describe(const ReaderTraits& readers);

}  // namespace tally::sim
