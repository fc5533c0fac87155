#include "firmware/host/memory/memory.hpp"

#include <cstddef>
#include <malloc.h>

namespace tally::host {

namespace {

constexpr int kArenas = 1;
constexpr int kTrimBytes = 16 << 20;
constexpr int kOwnMappingBytes = 512 << 10;  // given, it also stops growing by itself
constexpr std::size_t kUnusedBytesMax = std::size_t{4} << 20;
constexpr std::size_t kKeptAtEndBytes = std::size_t{1} << 20;

}  // namespace

void keep_memory_small() {
    ::mallopt(M_ARENA_MAX, kArenas);
    ::mallopt(M_TRIM_THRESHOLD, kTrimBytes);
    ::mallopt(M_MMAP_THRESHOLD, kOwnMappingBytes);
}

void give_back_memory() {
    if (::mallinfo2().fordblks > kUnusedBytesMax) {
        ::malloc_trim(kKeptAtEndBytes);
    }
}

}  // namespace tally::host
