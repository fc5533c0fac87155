// How the benches measure: processor time, medians over runs, allocations, a calibration loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace tally::bench {

/// Several runs of one measurement.
struct Sample {
    double median = 0;
    double low = 0;
    double high = 0;
};

Sample sample_of(std::vector<double> values);

/// The value at share `q` (0 to 1) of the sorted values; 0 if there are none.
double quantile(std::vector<double> values, double q);

/// Processor time of this process, all threads: what the code costs, not what else ran here.
std::int64_t processor_ns();
/// Of the calling thread alone.
std::int64_t thread_processor_ns();
/// Monotonic time, the same in every process of the machine.
std::int64_t mono_ns();
double seconds_since(std::int64_t begin_mono_ns);

/// Runs `pass` once to warm up and then `runs` times; processor time in ns a piece, where one pass
/// does `pieces`.
Sample ns_per_piece(std::size_t pieces, int runs, const std::function<void()>& pass);

/// Processor time of one step of a chain of dependent multiplications, a yardstick that no compiler
/// shortens: figures of two machines compare by it.
double calibration_ns();

/// How often this thread called operator new so far. The programs that link this count them.
std::size_t allocations() noexcept;

/// Keeps a result alive, so that no loop is optimised away.
void keep(std::uint64_t value) noexcept;

}  // namespace tally::bench
