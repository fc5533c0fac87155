// What a partial tour of directed_tour.hpp still costs at least: the aisles behind, each used as
// cheaply as its picks allow, and the lanes that are out of balance led on until they meet. Where
// the aisles behind lead mostly one way, somebody has to drive the other way as often.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "planner/tour/aisle_nodes.hpp"

namespace tally::planner {

class DirectedBound {
 public:
    /// In the order in which a column is planned: lanes along the cross aisles to it, then for each
    /// crossing what must be visited there, the block behind it, and the turns.
    enum class Stage : std::uint8_t { begin, along, mark, block, turn };

    /// Of nothing: the bound 0.
    DirectedBound() = default;
    DirectedBound(const AisleFloor& floor, const AisleNodes& nodes);

    /// The states asked about from now on stand behind this stage: `index` is its crossing or
    /// block.
    void look_at(Stage stage, std::size_t index, std::size_t column);

    /// In mm, whatever is out of balance.
    [[nodiscard]] std::int64_t least_mm() const noexcept { return least_mm_; }

    /// In mm. `balance`: lanes in less lanes out, of the cross-aisle half of each crossing, then of
    /// the aisle halves of the crossing at work and the next.
    [[nodiscard]] std::int64_t least_mm(std::span<const std::int8_t> balance) const;

 private:
    /// What is driven in one block row of the columns behind one.
    struct Row {
        std::int32_t to_back = 0;  ///< one-way aisles there with picks
        std::int32_t to_front = 0;
        std::int64_t both_mm = 0;  ///< least of the other aisles
    };

    void add_column(const AisleFloor& floor, const AisleNodes& nodes, std::size_t column);
    [[nodiscard]] std::int64_t extra_mm(std::size_t block, std::int64_t net) const;

    std::size_t crosses_ = 0;
    std::int64_t spacing_mm_ = 0;
    std::int64_t slack_ = 0;  ///< 1 where start and end differ: lanes that need no way back
    std::vector<std::int64_t> length_mm_;  ///< by block
    std::vector<Row> rows_;                ///< by column and block: of the columns behind
    std::vector<std::int64_t> behind_mm_;  ///< by column: blocks and cross aisles behind
    std::vector<std::int64_t> own_mm_;     ///< by column and block: that block of it and the next
    std::vector<std::int64_t> between_;    ///< by column: lanes counted from it to the next

    // Of the stage at work.
    Stage stage_ = Stage::begin;
    std::size_t index_ = 0;
    std::int64_t counted_ = 0;  ///< lanes to the next column that least_mm_ holds already
    std::size_t rows_at_ = 0;   ///< first of its column in rows_
    std::int64_t least_mm_ = 0;
};

}  // namespace tally::planner
