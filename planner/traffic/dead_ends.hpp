// Where a floor has only one way in and out: cells that hang on the rest of it like a tree. Two
// vehicles cannot pass each other there, so who enters and who comes out must be agreed upon before
// it; how deep it is does not matter. Method: leaves are taken away for as long as there are any.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/traffic/traffic_map.hpp"

namespace tally::planner {

/// A value, built once. A floor that is nothing but a tree has none: nothing in it is the rest.
class DeadEnds {
 public:
    static constexpr std::uint32_t kNone = 0xffffffff;

    explicit DeadEnds(const TrafficMap& map);

    [[nodiscard]] bool has_any() const noexcept { return count_ > 0; }
    [[nodiscard]] std::uint32_t count() const noexcept { return count_; }
    /// Which one a cell is in; kNone: none.
    [[nodiscard]] std::uint32_t of(Cell cell) const { return of_[cell]; }
    /// From a cell in one to its mouth, the cell outside that it hangs on; both included.
    [[nodiscard]] std::vector<Cell> way_out(Cell cell) const;
    /// From a cell to another in the same dead end, both included.
    [[nodiscard]] std::vector<Cell> way(Cell from, Cell to) const;

 private:
    std::vector<std::uint32_t> of_;
    std::vector<Cell> outward_;  ///< the next cell toward the mouth; kNoCell outside
    std::uint32_t count_ = 0;
};

}  // namespace tally::planner
