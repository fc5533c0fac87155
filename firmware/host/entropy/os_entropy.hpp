// Randomness of the operating system.
#pragma once

#include <array>
#include <cstddef>

#include "firmware/ports/entropy.hpp"

namespace tally::host {

/// getrandom(2), drawn in blocks. Single-threaded; stops the process if the kernel has none.
class OsEntropy final : public Entropy {
 public:
    std::uint64_t next_u64() override;

 private:
    std::array<std::uint64_t, 32> block_{};
    std::size_t left_ = 0;
};

}  // namespace tally::host
