// Port: randomness for jitter and fresh identities. Real: the operating system's. Simulated: a
// Prng.
#pragma once

#include <cstdint>

namespace tally {

/// Single-threaded.
class Entropy {
 public:
    virtual ~Entropy() = default;

    /// 64 fresh bits.
    virtual std::uint64_t next_u64() = 0;
};

}  // namespace tally
