#include "tools/bench/progress.hpp"

#include <stdexcept>
#include <sys/mman.h>
#include <unistd.h>

#include "tools/bench/meter.hpp"

namespace tally::bench {

Progress::Progress() : descriptor_(::memfd_create("tally-bench", 0)) {
    if (descriptor_ < 0 || ::ftruncate(descriptor_, sizeof(Page)) != 0) {
        throw std::runtime_error("no shared memory for the bench");
    }
    map();
}

Progress::Progress(int descriptor) : descriptor_(descriptor) {
    map();
}

Progress::~Progress() {
    ::munmap(page_, sizeof(Page));
    ::close(descriptor_);
}

void Progress::map() {
    void* memory =
        ::mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
    if (memory == MAP_FAILED) {
        throw std::runtime_error("no shared memory for the bench");
    }
    page_ = static_cast<Page*>(memory);  // zeroes: an atomic of a fresh page holds 0
}

void Progress::reach(std::uint64_t seq) {
    const std::int64_t now = mono_ns();
    for (std::uint64_t at = newest() + 1; at <= seq && at < kSeqMax; ++at) {
        page_->at_ns[at] = now;
    }
    page_->newest.store(seq);
}

}  // namespace tally::bench
