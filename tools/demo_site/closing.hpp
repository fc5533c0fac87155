// The end of the day: every difference must be one that the site itself reported as doubtful, and
// the floor manager closes each of them with the tally command.
#pragma once

#include <string>
#include <vector>

#include "tools/demo_site/reckoning.hpp"
#include "tools/demo_site/scene.hpp"

namespace tally::demo {

/// Why the edges may have a unit elsewhere than it is; empty: nothing excuses it. Only the unit's
/// last walk counts: what an earlier one hid, a later one seen would have mended. Where the bridge
/// says what no edge says, nothing does; of two edges that both claim a unit it shows one.
struct Doubts {
    const std::vector<BlindSpan>& blind;
    const std::vector<WalkRecord>& walks;  ///< in the order they began
    const std::vector<OpenQuestion>& open;
};
std::string excuse_of(const UnitLine& line, const Doubts& doubts);

/// Lists blind spans and open anomalies. The number of differences that nothing excuses.
Result<std::size_t> list_doubts(const Reckoning& reckoning, const Stage& stage,
                                const std::vector<WalkRecord>& walks);

/// Corrects every unit of which the books say something else than its place, and answers every open
/// anomaly.
Result<void> close_doubts(const Reckoning& reckoning, const Stage& stage);

}  // namespace tally::demo
