// What a read costs at a gate that holds many tags, and what an EPC costs to decode.
#pragma once

namespace tally::bench {

/// Prints two tables. Reads: ns from TagRead to presence and passage rules with 1,000, 10,000 and
/// 100,000 tags held, in shuffled order, beside the recorded figures of EdgeX's inventory app, and
/// bytes per held tag. EPC: ns per decode and per text. Returns 0, or 1 if a gate did not hold what
/// it was given or grew its table in the steady state (said on stderr).
int bench_presence();

}  // namespace tally::bench
