// One step of all vehicles at once, towards their goals, without a collision: priority inheritance
// with backtracking (PIBT), with a look-ahead for pairs that must change places in a narrow aisle.
// Sources: Okumura, Machida, Defago and Tamura, Artificial Intelligence 310 (2022); the swap
// operation: Okumura, IJCAI 2023.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "firmware/base/prng.hpp"
#include "planner/traffic/goal_distances.hpp"
#include "planner/traffic/path_plan.hpp"

namespace tally::planner {

class JointStep {
 public:
    struct Fixed {
        std::uint32_t vehicle;
        Cell to;
    };

    /// `map`, `problem` and `distances` must outlive it.
    JointStep(const TrafficMap& map, const PathProblem& problem, GoalDistances& distances,
              Prng prng);

    /// Where everybody goes from `now`: those in `fixed` as said, the others in the order of
    /// `order` (all vehicles). False if it found none under these constraints.
    bool make(std::span<const Cell> now, std::span<const std::uint32_t> order,
              std::span<const Fixed> fixed);
    [[nodiscard]] const std::vector<Cell>& next() const { return next_; }

    /// Cells looked at so far, some 20 ns each.
    [[nodiscard]] std::int64_t work() const { return work_; }

 private:
    static constexpr std::uint32_t kNobody = 0xffffffff;

    bool place_fixed(std::span<const Fixed> fixed);
    bool move(std::uint32_t vehicle);
    std::uint32_t partner_of_swap(std::uint32_t vehicle, Cell best) const;
    [[nodiscard]] bool needs_swap(std::uint32_t pusher, std::uint32_t puller, Cell pusher_at,
                                  Cell puller_at) const;
    [[nodiscard]] bool can_swap(Cell pusher_at, Cell puller_at) const;
    /// Cells that a puller at `at` can give way to, pushed from `from`; one of them in `free`.
    [[nodiscard]] std::size_t ways_out(Cell at, Cell from, Cell& free) const;
    [[nodiscard]] bool has_ring() const;
    [[nodiscard]] std::uint16_t way(std::uint32_t vehicle, Cell from) const {
        return (*tables_[vehicle])[from];
    }

    const TrafficMap* map_;
    const PathProblem* problem_;
    std::vector<const std::vector<std::uint16_t>*> tables_;
    Prng prng_;
    std::span<const Cell> now_;
    std::vector<Cell> next_;              ///< by vehicle; kNoCell: open
    std::vector<std::uint32_t> is_now_;   ///< by cell, the vehicle there
    std::vector<std::uint32_t> is_next_;  ///< by cell, the vehicle that comes
    std::vector<char> is_moving_;         ///< by vehicle: on the stack of this chain
    std::int64_t work_ = 0;
};

}  // namespace tally::planner
