#include "firmware/host/entropy/os_entropy.hpp"

#include <sys/random.h>

#include "firmware/base/check.hpp"

namespace tally::host {

std::uint64_t OsEntropy::next_u64() {
    if (left_ == 0) {
        // Up to 256 bytes come whole and uninterrupted once the kernel's pool is ready.
        const auto got = ::getrandom(block_.data(), sizeof block_, 0);
        TALLY_CHECK(got == static_cast<ssize_t>(sizeof block_), "the kernel gives randomness");
        left_ = block_.size();
    }
    return block_[--left_];
}

}  // namespace tally::host
