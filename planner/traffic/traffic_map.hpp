// The floor as vehicles share it: cells that hold one vehicle each, and the steps between them.
// Made from a grid or from any floor of lanes; a value, built once, then only read.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/layout/floor_layout.hpp"

namespace tally::planner {

using Cell = std::uint32_t;
inline constexpr Cell kNoCell = 0xffffffff;
inline constexpr std::size_t kTrafficCellsMax = 200'000;

/// Where vehicles may stop on a lane between its nodes.
enum class LaneStops : std::uint8_t {
    along,     ///< on cells that it is cut into
    at_nodes,  ///< nowhere: vehicles that follow lines or tags know nothing but nodes
};

/// How lanes are cut into cells.
struct CellOptions {
    std::int32_t cell_mm = 1'000;  ///< length of a step; at least `clearance_mm`
    /// Centres of two vehicles are never nearer than this: the diameter of a vehicle (of the circle
    /// that it turns in) and the margin around it.
    std::int32_t clearance_mm = 900;
    /// Places where a vehicle must stand right at the stop, besides chargers, stations and parking:
    /// where it picks something up itself.
    std::set<PlaceId> exact = {};
    LaneStops lanes = LaneStops::along;
};

class TrafficMap {
 public:
    /// Free where `rows` has one of ". G S E", each cell 1 m wide and joined to the four beside it.
    /// Refuses rows of unequal length, no free cell, and more than kTrafficCellsMax.
    static Result<TrafficMap> of_grid(std::span<const std::string_view> rows);

    /// One cell a node, one a stop where it may be, and as many on each lane as whole steps fit, so
    /// that a step is never shorter than `cell_mm` but on lanes shorter than that (cut_lane). Stops
    /// that are no doors and keep that step from nodes and each other have a cell of their own:
    /// chargers, stations, parking and `exact` places before slots. Cells whose centres are nearer
    /// than the clearance are `near` each other: only one of them holds a vehicle. The first cells
    /// are the nodes, by index. With LaneStops::at_nodes there are no others. Refuses what
    /// check_floor_layout objects to, and a cell shorter than the clearance.
    static Result<TrafficMap> of_layout(const FloorLayout& layout, const CellOptions& options);

    [[nodiscard]] std::size_t size() const noexcept { return x_mm_.size(); }
    /// Cells one step ahead, ascending; without the cell itself.
    [[nodiscard]] std::span<const Cell> next(Cell cell) const { return next_.of(cell); }
    /// Cells from which this one is one step ahead.
    [[nodiscard]] std::span<const Cell> before(Cell cell) const { return before_.of(cell); }
    /// Other cells that may not hold a vehicle while this one does.
    [[nodiscard]] std::span<const Cell> near(Cell cell) const { return near_.of(cell); }
    [[nodiscard]] bool has_near() const noexcept { return !near_.items.empty(); }
    [[nodiscard]] bool has_step(Cell from, Cell to) const;
    [[nodiscard]] std::int32_t x_mm(Cell cell) const { return x_mm_[cell]; }
    [[nodiscard]] std::int32_t y_mm(Cell cell) const { return y_mm_[cell]; }

    /// Of a grid: the cell in column x of row y; kNoCell where it is not free.
    [[nodiscard]] Cell at(std::size_t x, std::size_t y) const;
    /// Of a layout: the cells of a lane from its first node to its last, both included.
    [[nodiscard]] std::span<const Cell> lane(std::uint32_t lane) const { return lanes_.of(lane); }
    /// Of a layout: how far along the lane each of these cells is, from 0 to its length.
    [[nodiscard]] std::span<const std::int32_t> offsets_mm(std::uint32_t lane) const {
        return {offsets_mm_.data() + lanes_.first[lane],
                offsets_mm_.data() + lanes_.first[lane + 1]};
    }
    /// Of a layout: the cell of its lane that is nearest to a stop; and how far from there it is,
    /// along the lane.
    [[nodiscard]] Cell cell_of(const FloorStop& stop) const;
    [[nodiscard]] std::int32_t off_mm(const FloorStop& stop) const;

 private:
    struct Lists {
        std::vector<std::uint32_t> first{0};
        std::vector<Cell> items;
        [[nodiscard]] std::span<const Cell> of(std::size_t i) const {
            return {items.data() + first[i], items.data() + first[i + 1]};
        }
    };
    using Steps = std::vector<std::pair<Cell, Cell>>;

    TrafficMap() = default;
    void add_lane(const FloorLayout& layout, const FloorLane& lane,
                  const std::vector<std::int32_t>& offsets_mm, Steps& steps);
    [[nodiscard]] std::size_t nearest(const FloorStop& stop) const;
    static Lists lists_of(Steps pairs, std::size_t size);
    void join(Steps steps);
    void find_near(std::int32_t clearance_mm);
    void add_near_steps(std::int32_t clearance_mm, Steps& pairs) const;
    void add_near_ends(std::int32_t clearance_mm, const std::pair<Cell, Cell>& one,
                       const std::pair<Cell, Cell>& other, Steps& pairs) const;
    [[nodiscard]] double apart(const std::pair<Cell, Cell>& cells) const;
    [[nodiscard]] bool do_cross(const std::pair<Cell, Cell>& one,
                                const std::pair<Cell, Cell>& other) const;
    [[nodiscard]] double to_step(Cell cell, const std::pair<Cell, Cell>& step) const;

    std::vector<std::int32_t> x_mm_;
    std::vector<std::int32_t> y_mm_;
    Lists next_;
    Lists before_;
    Lists near_;
    Lists lanes_;
    std::vector<std::int32_t> offsets_mm_;  ///< of the cells of lanes_
    std::size_t width_ = 0;
    std::vector<Cell> grid_;
};

}  // namespace tally::planner
