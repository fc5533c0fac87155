// Reproducible randomness: the same seed gives the same draws in every build and on every compiler.
#pragma once

#include <cstdint>
#include <string_view>

namespace tally {

/// xoshiro256** 1.0 (Blackman and Vigna, 2018), seeded through splitmix64. A value: copy it to
/// replay, fork it so that one user's draws never move another's. Not for secrets.
class Prng {
 public:
    explicit Prng(std::uint64_t seed);

    std::uint64_t next();

    /// Uniform in [0, bound), without modulo bias (Lemire 2019). `bound` must be at least 1.
    std::uint64_t below(std::uint64_t bound);

    /// Uniform in [low, high], both included.
    std::int64_t between(std::int64_t low, std::int64_t high);

    /// True with the given chance in a million.
    bool chance_ppm(std::uint32_t ppm) { return below(1'000'000) < ppm; }

    /// A generator of its own for `purpose`. Does not advance this one.
    [[nodiscard]] Prng fork(std::string_view purpose) const;

 private:
    std::uint64_t state_[4];
};

}  // namespace tally
