#include "drivers/llrp/result_runs.hpp"

#include <algorithm>
#include <span>

namespace tally::llrp {

std::size_t results_bytes(const std::uint8_t* front, std::size_t size) {
    std::size_t at = 0;
    while (size - at >= kTlvHeaderBytes) {
        const std::size_t length = u16_at(front + at + 2);
        if (!is_result(u16_at(front + at)) || length < kTlvHeaderBytes || length > size - at) {
            break;
        }
        at += length;
    }
    return at;
}

/// Passes over the result at the front; nothing happens at the end of the run. Negative if there is
/// no result, or if it is longer than the run: signs are collected, so that there is no branch.
inline std::int64_t ResultRuns::step(Run& run) {
    constexpr std::int64_t kHeaderMin = std::int64_t{kResultTypeMin} << 16 | kTlvHeaderBytes;
    constexpr std::int64_t kHeaderMax = std::int64_t{kResultTypeMax} << 16 | 0xffff;
    const std::int64_t goes_on = run.left >> 63;
    const std::int64_t header = u32_at(run.end + run.left);
    const std::int64_t length = header & 0xffff;
    run.left += length & goes_on;
    const std::int64_t in_range = (header - kHeaderMin) | (kHeaderMax - header);
    const std::int64_t long_enough = length - static_cast<std::int64_t>(kTlvHeaderBytes);
    return ((in_range | long_enough) & goes_on) | -run.left;
}

/// All runs of so many steps.
bool ResultRuns::check_alike(std::size_t steps) {
    const std::span<Run> runs(runs_[steps].data(), counts_[steps]);
    waiting_ -= runs.size();
    counts_[steps] = 0;
    for (std::size_t i = 0; i < steps; ++i) {
        std::int64_t signs = 0;
        for (Run& run : runs) {
            signs |= step(run);
        }
        if (signs < 0) {
            return false;
        }
    }
    return std::all_of(runs.begin(), runs.end(), [](const Run& run) {
        const auto left = static_cast<std::size_t>(-run.left);
        return left == 0 || results_bytes(run.end - left, left) == left;
    });
}

bool ResultRuns::check_waiting() {
    for (std::size_t steps = 0; steps < kStepsEnd; ++steps) {
        if (counts_[steps] != 0 && !check_alike(steps)) {
            return false;
        }
    }
    return true;
}

}  // namespace tally::llrp
