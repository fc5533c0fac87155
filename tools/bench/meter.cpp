#include "tools/bench/meter.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <time.h>

namespace {

thread_local std::size_t allocation_count = 0;
volatile std::uint64_t sink = 0;

std::int64_t read_clock(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

void* operator new(std::size_t size) {
    ++allocation_count;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) {
        return memory;
    }
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace tally::bench {

double quantile(std::vector<double> values, double q) {
    if (values.empty()) {
        return 0;
    }
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

Sample sample_of(std::vector<double> values) {
    return {quantile(values, 0.5), quantile(values, 0), quantile(values, 1)};
}

std::int64_t processor_ns() {
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

std::int64_t thread_processor_ns() {
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

std::int64_t mono_ns() {
    return read_clock(CLOCK_MONOTONIC);
}

double seconds_since(std::int64_t begin_mono_ns) {
    return static_cast<double>(mono_ns() - begin_mono_ns) / 1e9;
}

Sample ns_per_piece(std::size_t pieces, int runs, const std::function<void()>& pass) {
    pass();
    std::vector<double> values;
    for (int run = 0; run < runs; ++run) {
        const std::int64_t begin = processor_ns();
        pass();
        values.push_back(static_cast<double>(processor_ns() - begin) /
                         static_cast<double>(std::max<std::size_t>(pieces, 1)));
    }
    return sample_of(std::move(values));
}

double calibration_ns() {
    constexpr std::size_t kSteps = 20'000'000;
    const Sample steps = ns_per_piece(kSteps, 5, [] {
        std::uint64_t x = 1;
        for (std::size_t i = 0; i < kSteps; ++i) {
            x = (x ^ (x >> 31)) * 0x9e3779b97f4a7c15ULL;
        }
        sink = x;
    });
    return steps.median;
}

std::size_t allocations() noexcept {
    return allocation_count;
}

void keep(std::uint64_t value) noexcept {
    sink = value;
}

}  // namespace tally::bench
