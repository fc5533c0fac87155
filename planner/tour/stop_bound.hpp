// Lower bounds for tours through stops: 1-trees with subgradients (Held and Karp 1970, 1971; step
// sizes after Held, Wolfe and Crowder 1974), and the assignment relaxation where ways are one-way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tally::planner {

/// Climbs a bound step by step. Single-threaded.
class StopBound {
 public:
    /// `cost` is square, by row from and column to; at least three stops.
    StopBound(const std::vector<std::int64_t>& cost, std::size_t size, bool is_symmetric);

    /// One more 1-tree. `tour_mm` is the length of the best tour known. Returns the work it took.
    std::int64_t climb(std::int64_t tour_mm);

    /// No tour costs less.
    [[nodiscard]] std::int64_t bound() const noexcept { return bound_; }
    /// True once the steps have become too small to matter.
    [[nodiscard]] bool is_exhausted() const noexcept { return scale_ < 1e-4; }

 private:
    double one_tree(std::vector<int>& degrees);

    std::size_t size_;
    std::vector<double> cost_;  ///< of the cheaper direction
    std::vector<double> prices_;
    std::vector<double> least_;
    std::vector<std::uint32_t> parent_;
    std::vector<int> last_degrees_;
    double scale_ = 2;
    double best_ = 0;
    int idle_ = 0;
    std::int64_t bound_ = 0;
};

}  // namespace tally::planner
