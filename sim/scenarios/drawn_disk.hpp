// The disks of a run's boxes, from what its seed drew.
#pragma once

#include "sim/disk/disk_options.hpp"
#include "sim/scenarios/scenario.hpp"

namespace tally::sim {

/// Of every edge and the bridge. Errors stay off: those that a scenario wants are faults of their
/// own, at a time (`fault.failed_syncs`, `fault.full_disks`).
DiskOptions drawn_disk(const Draws& draws);

}  // namespace tally::sim
