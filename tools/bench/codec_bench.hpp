// What the steps of an event cost: encode, decode, hash, fold, checkpoint.
#pragma once

namespace tally::bench {

/// Prints processor time an event for each step, beside nlohmann/json doing the same in the same
/// run where it can, and the time to write and load a checkpoint of 100,000 items. Returns 0, or 1
/// if something did not come back as it went in (said on stderr).
int bench_codecs();

}  // namespace tally::bench
