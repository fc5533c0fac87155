// How long ways are on the cells of the floor, as the roads are now, or how long they count as.
// Method: Dijkstra (1959) backwards from each goal that was asked for, kept until the roads change.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "firmware/domain/layout/floor_layout.hpp"
#include "planner/traffic/traffic_map.hpp"

namespace tally {

/// A table is four bytes a cell; at most kTablesMax are kept.
class FloorWays {
 public:
    static constexpr std::size_t kTablesMax = 1'024;

    FloorWays(const planner::TrafficMap& map, const FloorLayout& floor);

    using Step = std::pair<planner::Cell, planner::Cell>;
    /// These steps cannot be made; all others can.
    void close(std::set<Step> closed);
    [[nodiscard]] const std::set<Step>& closed() const { return closed_; }

    /// These steps count as so much longer, in mm; all others as long as they are.
    void lengthen(std::map<Step, std::int32_t> longer);

    /// In mm; nothing: there is no way.
    [[nodiscard]] std::optional<std::int64_t> length_mm(planner::Cell from, planner::Cell to);

 private:
    /// Into a cell.
    struct Entry {
        planner::Cell from = 0;
        std::int32_t mm = 0;
        std::int32_t longer_mm = 0;
        bool is_closed = false;
    };
    [[nodiscard]] std::vector<std::int32_t> table_to(planner::Cell goal) const;
    enum class Road : std::uint8_t { open, closed };
    void set_road(const Step& step, Road road);
    void set_longer(const Step& step, std::int32_t mm);

    std::vector<std::uint32_t> first_{0};  ///< by cell, into entries_
    std::vector<Entry> entries_;
    std::set<Step> closed_;
    std::map<Step, std::int32_t> longer_;
    std::map<planner::Cell, std::vector<std::int32_t>> tables_;
};

}  // namespace tally
