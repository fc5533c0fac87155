// What came of a scenario on real processes (live_stage.hpp): one truth on the disks, and what is
// booked wrong is doubted.
#pragma once

#include "tests/integration/site/live_stage.hpp"

namespace tally::test {

/// Checks, and prints what is booked wrong. The site has ended.
void judge_live(LiveStage& stage, const LiveStage::Played& played);

}  // namespace tally::test
