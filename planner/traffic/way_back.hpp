// Whether a step over a one-way road can be undone: vehicles come to stand on the same cells as
// before it, no matter which of them on which. Where that can be, all can be undone: the same moves
// over and over put everybody through one order after the other of who stands where, and as there
// are finitely many, through the one before the step again. So those who take only such steps, and
// steps that can be driven back, can always come back to where they began: no knot they get into
// is one that cannot be untied, unless they began in it.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/traffic/knot_search.hpp"

namespace tally::planner {

struct OneWayStep {
    std::vector<Cell> at;  ///< where all vehicles are after it
    Cell from = kNoCell;
    Cell to = kNoCell;
};

/// Single-threaded.
class WayBack {
 public:
    /// `unknown`: the work did not do.
    enum class Answer : std::uint8_t { yes, no, unknown };

    /// The map and the roads must outlive it.
    WayBack(const TrafficMap& map, const KnotRoads& roads);

    /// Spends about `work` at most, in units of some 100 ns. A step that no road at all leads back
    /// from is no trap: `yes`. What is tried, one after the other: it drives back; one after the
    /// other drives to the cell that is free; a way back for it is looked for that others make room
    /// for, and they go back after it; all positions are searched in, those nearest to the one
    /// before the step first.
    Answer find(const OneWayStep& step, std::int64_t work);
    /// So far, in all.
    [[nodiscard]] std::int64_t work() const { return visited_ / kVisitsAUnit; }

 private:
    static constexpr std::uint32_t kNone = 0xffffffff;
    static constexpr std::int64_t kVisitsAUnit = 8;

    using Cells = std::vector<Cell>;

    void stand(const Cells& at);
    void cover(Cell cell, int by);
    [[nodiscard]] bool has_road(Cell from, Cell to);
    [[nodiscard]] bool can_drive(Cell from, Cell to);
    template <typename MayPass>
    bool spread(Cell from, Cell to, const MayPass& may_pass);

    bool settle(Cells at, const Cells& goal, std::int64_t end);
    bool draw_to(Cell hole, Cells& at, const Cells& goal, std::int64_t end);
    Answer make_room(const OneWayStep& step, const Cells& goal, std::int64_t end);
    [[nodiscard]] Cells after_room_was_made(const OneWayStep& step, std::uint32_t leader,
                                            const std::vector<KnotMove>& moves);
    Answer search_positions(const OneWayStep& step, const Cells& goal, std::int64_t end);
    [[nodiscard]] std::vector<std::uint32_t> ways_to(Cell cell);

    const TrafficMap* map_;
    const KnotRoads* roads_;
    Cells at_;
    std::vector<std::uint32_t> covers_;  ///< by cell: so many vehicles are on it or near it
    std::vector<char> is_seen_;          ///< by cell; of none between searches
    Cells open_;
    std::int64_t visited_ = 0;
};

}  // namespace tally::planner
