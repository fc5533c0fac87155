// Durable events per second of the whole ledger, beside a bare SQLite loop in the same run.
#pragma once

#include <cstdint>
#include <string>

namespace tally::bench {

struct LedgerBenchOptions {
    std::string folder;             ///< where the files go; on the disk to be measured
    std::uint64_t events = 60'000;  ///< a run
    int runs = 5;                   ///< of each side, in turn; the median counts
};

/// Prints events/s of events written through Ledger, CommitQueue and ThreadedJournal (encoded,
/// folded, hashed, made durable) and of a bare loop that is given the very rows that the
/// ledger committed: same schema, indexes, upserts and groups, row bytes built beforehand. Returns
/// 0, or 1 if something failed (said on stderr).
int bench_ledger(const LedgerBenchOptions& options);

}  // namespace tally::bench
