// Shortest rounds through every subset of a few stops: Held and Karp's table (1962).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tally::planner {

/// For up to some 12 stops: memory and time grow as 2^size. Single-threaded.
class SubsetTable {
 public:
    /// `cost` is square, by row from and column to, of at least one stop; stop 0 is the start. A
    /// subset is a mask: bit i stands for stop i + 1.
    SubsetTable(const std::vector<std::int64_t>& cost, std::size_t size);

    [[nodiscard]] std::size_t subsets() const noexcept { return round_.size(); }
    /// From the start through all stops of a subset and back; 0 for the empty one.
    [[nodiscard]] std::int64_t round(std::size_t subset) const { return round_[subset]; }
    /// The stops of a subset in the order of that round, without the start.
    [[nodiscard]] std::vector<std::uint32_t> sequence(std::size_t subset) const;

 private:
    std::size_t others_;
    std::vector<std::uint8_t> before_;  ///< by subset and last stop
    std::vector<std::int64_t> round_;
    std::vector<std::uint8_t> last_;  ///< of the round
};

}  // namespace tally::planner
