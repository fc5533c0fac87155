// The cheapest way of one vehicle through a window of steps, around what the others have booked.
// A* over (step, state); exact.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/traffic/motion_map.hpp"
#include "planner/traffic/window_table.hpp"

namespace tally::planner {

class WindowSearch {
 public:
    static constexpr std::uint32_t kNoPrice = 0xffffffff;

    /// The motion map must outlive it.
    WindowSearch(const MotionMap& motion, std::size_t steps);

    struct Task {
        State start;
        std::size_t begin;  ///< the step of the start; before it all is fixed
        Cell goal;          ///< kNoCell: none
        const std::vector<std::uint16_t>* prices;  ///< to the goal; not looked at without one
        std::uint32_t limit;
    };
    /// Fills `path` from step `begin` to the last with the cheapest way whose price, with what then
    /// remains to the goal, is less than the limit, and returns that price; kNoPrice if there is
    /// none. Once a vehicle has been at its goal the rest is free, and all is for one without.
    std::uint32_t find(const WindowTable& table, const Task& task, std::vector<State>& path);

    /// Those who come, in the step after this one, to where one that goes from a cell to another
    /// is, or near it, from where it goes, or near that.
    [[nodiscard]] std::vector<std::uint32_t> would_swap_with(const WindowTable& table,
                                                             std::size_t step, Cell from,
                                                             Cell to) const;

    /// States looked at so far, some 100 ns each.
    [[nodiscard]] std::int64_t work() const { return work_; }

 private:
    /// Whether a vehicle that is not booked may go from a cell to another, or stay, at a step.
    [[nodiscard]] bool is_free(std::size_t step, Cell from, Cell to) const;

    static constexpr std::uint32_t kNone = 0xffffffff;

    struct Node {
        State state;
        std::uint32_t before;
        std::uint32_t price;
        std::uint16_t step;
        bool is_done;
        bool is_closed = false;
    };
    [[nodiscard]] bool would_swap(std::size_t step, Cell from, Cell to) const;
    void expand(std::uint32_t index);
    void trace(std::uint32_t index, std::vector<State>& path) const;
    void reach(State state, std::size_t step, std::uint32_t price, bool is_done,
               std::uint32_t before);

    const MotionMap* motion_;
    const WindowTable* table_ = nullptr;
    std::size_t steps_;
    Task task_{};
    std::uint32_t least_ = 0;
    std::vector<Node> nodes_;
    std::vector<std::uint32_t> node_of_;  ///< by step, state and done; valid if stamped
    std::vector<std::uint32_t> stamp_;
    std::uint32_t search_ = 0;
    std::vector<std::vector<std::uint32_t>> buckets_;
    std::int64_t work_ = 0;
};

}  // namespace tally::planner
