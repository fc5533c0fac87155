// Who is on which cell when: for every cell its visits in order of time, and the gaps between them.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/traffic/traffic_map.hpp"

namespace tally::planner {

inline constexpr std::uint32_t kNoVehicle = 0xffffffff;
inline constexpr std::uint32_t kForever = 0x7fffffff;

struct Visit {
    std::uint32_t from = 0;  ///< first step there
    std::uint32_t to = 0;    ///< last step there; kForever at a goal
    std::uint32_t vehicle = kNoVehicle;
};

/// A time when a cell is free.
struct Gap {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint32_t before = kNoVehicle;  ///< who leaves as it begins
    std::uint32_t after = kNoVehicle;   ///< who comes when it has ended
};

class Timetable {
 public:
    explicit Timetable(std::size_t cells) : visits_(cells) {}

    /// Books a path, cell by step, its last cell for ever. It must be free.
    void add(std::uint32_t vehicle, const std::vector<Cell>& path);
    void remove(const std::vector<Cell>& path);

    /// Who is there at a step; kNoVehicle if nobody.
    [[nodiscard]] std::uint32_t at(Cell cell, std::uint32_t step) const;
    [[nodiscard]] const std::vector<Visit>& visits(Cell cell) const { return visits_[cell]; }
    /// Index of the gap that ends last before or at the first visit not over by `step`.
    [[nodiscard]] std::size_t gap_at(Cell cell, std::uint32_t step) const;
    [[nodiscard]] Gap gap(Cell cell, std::size_t index) const;

 private:
    std::vector<std::vector<Visit>> visits_;
};

}  // namespace tally::planner
