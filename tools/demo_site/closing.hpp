// The end of the day: every difference must be one that the site itself reported as doubtful, and
// the floor manager closes each of them through the API, as she would with the tally command.
#pragma once

#include <string>
#include <vector>

#include "tools/demo_site/reckoning.hpp"
#include "tools/demo_site/scene.hpp"

namespace tally::demo {

/// Why a unit may be elsewhere than the books say; empty: nothing excuses it.
std::string excuse_of(const UnitLine& line, const Watch& watch,
                      const std::vector<WalkRecord>& walks);

/// Lists blind spans and open anomalies. The number of differences that nothing excuses.
Result<std::size_t> list_doubts(const Reckoning& reckoning, const Stage& stage,
                                const std::vector<WalkRecord>& walks);

/// Corrects every unit of which the books say something else than its place, and answers every open
/// anomaly.
Result<void> close_doubts(const Reckoning& reckoning, const Stage& stage);

}  // namespace tally::demo
