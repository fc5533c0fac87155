// Who is on which cell at each step of a window.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "planner/traffic/timetable.hpp"

namespace tally::planner {

class WindowTable {
 public:
    WindowTable(std::size_t cells, std::size_t steps)
        : cells_(cells), at_(cells * (steps + 1), kNoVehicle) {}

    [[nodiscard]] std::uint32_t at(std::size_t step, Cell cell) const {
        return at_[step * cells_ + cell];
    }
    void set(std::size_t step, Cell cell, std::uint32_t vehicle) {
        at_[step * cells_ + cell] = vehicle;
    }
    void clear() { std::fill(at_.begin(), at_.end(), kNoVehicle); }

 private:
    std::size_t cells_;
    std::vector<std::uint32_t> at_;
};

}  // namespace tally::planner
