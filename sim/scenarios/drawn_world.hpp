// The world of a run, and how its boxes' clocks go, from what its seed drew.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "firmware/domain/layout/site.hpp"
#include "sim/scenarios/scenario.hpp"
#include "sim/world/model.hpp"

namespace tally::sim {

/// Table `world`: people, doorways, radio and tags. All gates of a site are built alike.
WorldModel drawn_world(const Draws& draws);

/// How much too fast or slow the clock of each box with a ledger goes, in millionths.
std::map<std::string, std::int32_t> drawn_drift(const Draws& draws, const SiteLayout& site,
                                                std::uint64_t seed);

}  // namespace tally::sim
