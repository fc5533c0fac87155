// How a daemon's allocator treats the memory of the box.
#pragma once

namespace tally::host {

/// One heap for all threads, large blocks live and die by themselves. Without it glibc keeps a heap
/// a thread: half as much again on an edge that holds 100,000 tags (docs/bench.md). Our threads
/// meet in the allocator rarely enough. Call once, before any thread starts.
void keep_memory_small();

/// Gives to the system what a burst needed and nobody uses now, wherever it lies in the heap. Costs
/// a millisecond or two if there is much of it, so: call it when nothing waits. While work goes on
/// the heap keeps its room (16 MiB at its end), for a page given back and taken again costs more
/// than what is written to it. Any thread.
void give_back_memory();

}  // namespace tally::host
