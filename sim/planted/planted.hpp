// The list of planted bugs: each breaks one rule on purpose, each must be caught by a checker named
// here in the default swarm of its scenario. They exist in simulations that ask for one, and
// nowhere else.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "sim/scenarios/wrapped.hpp"

namespace tally::sim {

struct PlantedBug {
    std::string_view name;
    std::string_view meaning;
    std::vector<std::string_view> checkers;  ///< any of these must name itself
    std::string_view scenario = "swarm";     ///< in which it is caught
};

std::span<const PlantedBug> planted_bugs();

/// malformed if there is no such bug; a near name is suggested, and all names are told.
Result<Wrappers> plant(const std::string& name, std::uint64_t seed);

}  // namespace tally::sim
