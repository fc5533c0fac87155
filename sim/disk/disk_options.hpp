// How kind or unkind a simulated disk is: every number that a seed may draw, by name.
// docs/disk-model.md says what each models and where it comes from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/base/prng.hpp"
#include "firmware/base/time.hpp"

namespace tally::sim {

/// Whether a sync does what it says. A disk that lies answers at once and makes nothing durable
/// (a cache without a battery behind a controller that ignores flushes).
enum class SyncTruth { honest, lies };

/// Chances are in parts per million. The defaults are a disk that never fails and is infinitely
/// fast; what was not synced is still at the mercy of a power cut.
struct DiskOptions {
    std::uint64_t capacity_bytes = 0;     ///< of all files together; 0: never full
    std::uint32_t sector_bytes = 512;     ///< a power cut keeps or loses so much at once
    std::uint32_t ordered_ppm = 250'000;  ///< of a power cut: what was written first is kept first
    std::uint32_t lost_ppm = 400'000;     ///< of an unsynced write in any other power cut: gone
    std::uint32_t torn_ppm = 300'000;     ///< likewise: each sector of it by itself, evens
    std::uint32_t zeros_ppm = 300'000;    ///< of a lost write at the end: the length grew, in zeros
    SyncTruth sync_truth = SyncTruth::honest;

    std::uint32_t read_error_ppm = 0;   ///< of a read
    std::uint32_t write_error_ppm = 0;  ///< of a write or a change of length
    std::uint32_t short_write_ppm = 0;  ///< of a failed write: a first part of it was written
    std::uint32_t sync_error_ppm = 0;   ///< of a sync; its writes never reach the disk then
    std::uint32_t folder_error_ppm =
        0;                              ///< of a sync of the folder; names stay as unsure as before
    std::uint32_t evict_ppm = 500'000;  ///< of a failed sync: readers see the old content at once

    Duration sync_min{0};  ///< how long a sync takes, drawn per sync
    Duration sync_max{0};
    std::uint32_t slow_sync_ppm = 0;  ///< of a sync: it takes up to slow_sync_max instead
    Duration slow_sync_max = std::chrono::seconds(2);
};

/// A disk of its own for a seed. Kinds of failure that a box must survive by itself (slow syncs,
/// small or large sectors, any order at a power cut) are on in about half of all seeds; read,
/// write and sync errors stay off: a scenario that wants them says so.
DiskOptions draw_disk(Prng prng);

/// "disk.sector_bytes=512", one line an option, in the order above; durations in microseconds.
std::vector<std::string> describe(const DiskOptions& options);

}  // namespace tally::sim
