// Durable events per second of the journal, beside a bare SQLite loop in the same run.
#pragma once

#include <cstdint>
#include <string>

namespace tally::bench {

struct StoreBenchOptions {
    std::string folder;              ///< where the files go; on the disk to be measured
    std::uint32_t commits = 400;     ///< per round
    std::uint32_t batch = 256;       ///< events a commit
    std::uint32_t rounds = 5;        ///< of each side, in turn; the median counts
    std::uint64_t start_events = 0;  ///< also measure a start on a journal this long; 0: no
};

/// Prints a table: events/s of the bare loop (same schema, indexes, upserts, settings; row bytes
/// built beforehand), of SqliteStore and of ThreadedJournal, with their ratio to the bare loop and
/// the times of single commits. Returns 0, or 1 if something failed (said on stderr).
int bench_store(const StoreBenchOptions& options);

}  // namespace tally::bench
