#include "firmware/host/memory/memory.hpp"

#include <malloc.h>

namespace tally::host {

namespace {

constexpr int kArenas = 1;
constexpr int kTrimBytes = 1 << 20;
constexpr int kOwnMappingBytes = 128 << 10;  // given, it also stops growing by itself

}  // namespace

void keep_memory_small() {
    ::mallopt(M_ARENA_MAX, kArenas);
    ::mallopt(M_TRIM_THRESHOLD, kTrimBytes);
    ::mallopt(M_MMAP_THRESHOLD, kOwnMappingBytes);
}

}  // namespace tally::host
