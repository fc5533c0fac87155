// A floor and what is to be visited on it as columns of nodes: crossings and picks, front to back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/layout/aisle_floor.hpp"
#include "planner/tour/block_use.hpp"

namespace tally::planner {

inline constexpr std::size_t kTourPicksMax = 100'000;

/// What to visit. Without a start, the tour goes round through the picks alone; without an end, it
/// ends where it starts. The picks must live as long as the search.
struct AisleTourRequest {
    std::span<const FloorPoint> picks;
    std::optional<FloorPoint> start;
    std::optional<FloorPoint> end;
};

/// How often each lane is driven: from node n to n + 1 of its column, and from a crossing to the
/// same cross aisle of the next column.
struct AisleLanes {
    std::vector<std::uint8_t> up;
    std::vector<std::uint8_t> along;
};

/// The nodes of the columns that a tour may touch: from the first to the last aisle with something
/// to visit, or all aisles of a floor with blockages.
class AisleNodes {
 public:
    static constexpr std::uint32_t kNoNode = 0xffffffff;

    /// Which columns to lay: those a tour may need on a floor without one-way aisles, or all.
    enum class Span : std::uint8_t { needed, whole_floor };

    /// Refuses points off the floor, an empty request, and more than kTourPicksMax picks.
    Result<void> build(const AisleFloor& floor, const AisleTourRequest& request,
                       Span span = Span::needed);

    [[nodiscard]] std::size_t size() const noexcept { return y_mm.size(); }
    [[nodiscard]] std::size_t columns() const noexcept { return crossings.size() / crosses; }
    [[nodiscard]] std::uint32_t crossing(std::size_t column, std::size_t cross) const {
        return crossings[column * crosses + cross];
    }
    [[nodiscard]] BlockNodes block(std::size_t column, std::size_t block) const;
    [[nodiscard]] bool is_open_along(std::size_t column, std::size_t cross) const {
        return cross_open.empty() || cross_open[column * crosses + cross] != 0;
    }
    [[nodiscard]] FloorPoint point(std::uint32_t node) const;

    /// Column of a node.
    [[nodiscard]] std::size_t column_of(std::uint32_t node) const;

    std::int32_t first_aisle = 0;
    std::int32_t spacing_mm = 0;
    std::size_t crosses = 0;
    std::vector<std::int32_t> y_mm;
    std::vector<std::uint8_t> ends;         ///< ends of an open tour at a node
    std::vector<std::uint8_t> is_required;  ///< crossings only; inner nodes always are
    std::vector<std::uint8_t> passable;     ///< the segment from a node to the next of its column
    std::vector<std::uint32_t> crossings;   ///< node by column and cross aisle
    std::vector<std::uint8_t> cross_open;   ///< by column and cross aisle; empty: all open
    std::vector<std::uint8_t> is_plain;     ///< by column: no blockage and no end inside
    std::vector<std::uint32_t> node_of_pick;
    std::uint32_t start_node = kNoNode;
    std::uint32_t end_node = kNoNode;
    std::size_t first_required = 0;  ///< column
    std::size_t last_required = 0;   ///< column
    bool is_open_tour = false;       ///< start and end differ
    bool has_blockages = false;

 private:
    Result<void> check(const AisleFloor& floor, const AisleTourRequest& request) const;
    void count(const AisleFloor& floor, const AisleTourRequest& request, Span span);
    void lay_columns();
    void mark(const AisleFloor& floor, const AisleTourRequest& request);
    void mark_blockages(const AisleFloor& floor);

    std::vector<std::int32_t> cross_y_mm_;
    std::vector<FloorPoint> points_;           ///< picks, then start, then end
    std::vector<std::uint32_t> column_begin_;  ///< of by_column_
    std::vector<std::uint32_t> by_column_;     ///< points sorted by column, then y
    std::vector<std::uint32_t> node_of_point_;
    std::vector<std::uint32_t> column_node_;  ///< first node of each column
};

}  // namespace tally::planner
