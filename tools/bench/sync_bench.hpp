// From a read at a gate to the bridge's commit, over a real broker.
#pragma once

#include <cstdint>
#include <string>

namespace tally::bench {

struct SyncBenchOptions {
    std::string folder;          ///< where databases go
    std::uint32_t waves = 30;    ///< of 1,000 units that pass the gate, two events each
    std::uint32_t paced_s = 10;  ///< how long a run at 1,000 events/s takes
    int runs = 3;                ///< of each; the median counts
};

/// An edge (this process) and a bridge (another) with a mosquitto between them. Prints events/s
/// from the first read to the bridge's last commit, beside a bare SQLite loop with the rows that
/// the edge committed and the broker's raw QoS 1 rate with the same batches; processor time of
/// each of the three; and the times from read to the bridge's commit at 1,000 events/s, counted
/// from when each read was due. Returns 0, or 1 if something failed (said on stderr).
int bench_sync(const SyncBenchOptions& options);

}  // namespace tally::bench
