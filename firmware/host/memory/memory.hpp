// How a daemon's allocator treats the memory of the box.
#pragma once

namespace tally::host {

/// One heap for all threads, what is free at its end goes back to the system, large blocks live and
/// die by themselves. Without it glibc keeps a heap a thread and what a burst once needed: half as
/// much again on an edge that holds 100,000 tags (docs/bench.md). Our threads meet in the allocator
/// rarely enough. Call once, before any thread starts.
void keep_memory_small();

}  // namespace tally::host
