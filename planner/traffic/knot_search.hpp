// How one vehicle gets to its goal where no order of turns brings it there: all others only make
// way, so it does not matter which of them stands where. Single moves, one after the other, so that
// nothing can meet. Source: graph motion planning with one robot, Papadimitriou, Raghavan, Sudan
// and Tamaki, FOCS 1994. While the leader stands, the others can stand as they like in each part of
// the floor whose cells can all be come to from each other; so only how many are in each part tells
// positions apart at first, and the leader's steps are what is searched over: each with the moves
// of those who must leave its next cell, or go to another part by way of it. Where that finds
// nothing (cells near each other), every position counts and any vehicle may move: then it ends
// with a way, or there is none.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <set>
#include <utility>
#include <vector>

#include "planner/traffic/motion_map.hpp"

namespace tally::planner {

struct Knot {
    std::vector<Cell> at;     ///< by vehicle; kNoCell: it cannot be moved, its cells are `taken`
    std::vector<Cell> taken;  ///< where, or near which, nobody may come
    std::uint32_t leader = 0;
    Cell goal = kNoCell;

    bool operator==(const Knot&) const = default;
};

struct KnotMove {
    std::uint32_t vehicle;
    Cell to;
};

/// Steps from each cell and to it.
struct KnotRoads {
    std::vector<std::vector<Cell>> ahead;
    std::vector<std::vector<Cell>> behind;

    /// Of all roads, and of those that are open now.
    static KnotRoads all(const TrafficMap& map);
    static KnotRoads open(const MotionMap& motion);
};

class WayBack;

/// Keeps a search off steps that cannot be undone. None where there is no `way_back`. A way with
/// steps of which that is not known is found in the end, if there is no better one.
struct KnotGuard {
    WayBack* way_back = nullptr;
    std::vector<Cell> standing = {};  ///< where those are that cannot be moved
    std::int64_t work = 20'000;       ///< at most, for a step; see WayBack
};

/// Single-threaded.
class KnotSearch {
 public:
    /// `impossible`: no way was found in the last stage; after `exact` there is none, or with a
    /// guard maybe none that it lets pass.
    enum class State : std::uint8_t { searching, found, impossible, exhausted };
    /// What is tried, one after the other: the others leave the leader's next cell by the shortest
    /// way; they also go from one part of the floor to another; any of them goes anywhere.
    enum class Stage : std::uint8_t { shortest, parts, exact };
    static constexpr std::size_t kNodesMax = 50'000;

    /// The map, the roads and what the guard has must outlive it.
    /// `last`: the last stage that is tried.
    KnotSearch(const TrafficMap& map, const KnotRoads& roads, Knot knot, KnotGuard guard = {},
               Stage last = Stage::exact);

    /// Goes on for about `work` more, in units of some 100 ns, or until it is done. `exhausted`:
    /// kNodesMax positions were looked at.
    State run(std::int64_t work);
    [[nodiscard]] std::int64_t work() const { return visited_ / kVisitsAUnit; }
    /// Whether it could get to its goal if it were alone.
    [[nodiscard]] bool has_way() const { return to_goal_[knot_.at[knot_.leader]] != kNone; }

    /// One after the other; empty before they are found.
    [[nodiscard]] const std::vector<KnotMove>& found() const { return found_; }

 private:
    static constexpr std::uint32_t kNone = 0xffffffff;
    static constexpr std::int64_t kVisitsAUnit = 8;

    struct Step {
        Cell from;
        Cell to;
    };
    enum class Undo : std::uint8_t { unasked, yes, doubtful, no };
    struct Node {
        Cell leader;
        std::vector<Cell> others;  ///< ascending
        std::uint32_t before;
        std::uint32_t price;        ///< moves so far
        std::vector<Step> steps;    ///< since the node before
        Undo undo = Undo::unasked;  ///< of those steps
    };
    using Key = std::vector<std::uint32_t>;

    void restart();
    void measure_ways();
    [[nodiscard]] bool is_guarded_off(std::uint32_t index) const;
    [[nodiscard]] bool may_end_at(std::uint32_t index);
    [[nodiscard]] Undo undo_of(Node& node);
    [[nodiscard]] State end_with(State otherwise);
    [[nodiscard]] std::vector<KnotMove> moves_to(std::uint32_t index) const;
    void expand(std::uint32_t index);
    void lead_to(std::uint32_t index, Cell to);
    void change_parts(std::uint32_t index, Cell to);
    void arrive(std::uint32_t index, Cell to);
    void move_any(std::uint32_t index);
    void add(std::uint32_t before, Cell leader);
    [[nodiscard]] Key key_of(Cell leader, const std::vector<Cell>& others);
    /// By cell, in which part of the floor it is while the leader has a cell; kNone: in none.
    const std::vector<std::uint32_t>& parts(Cell leader);

    void load(const Node& node);
    [[nodiscard]] bool is_free_for(Cell cell, Cell mover) const;
    bool clear(Cell to);
    bool push(Cell from, const std::function<bool(Cell)>& may_end);
    bool shift(const std::vector<Cell>& way);
    [[nodiscard]] Cell nearest_in(Cell to, std::uint32_t part);
    template <typename Visit>
    void for_zone(Cell cell, const Visit& visit) const;

    const TrafficMap* map_;
    const KnotRoads* roads_;
    Knot knot_;
    KnotGuard guard_;
    Stage last_;
    Stage stage_ = Stage::shortest;
    std::vector<char> is_shut_;                      ///< by cell: nobody may be there
    std::vector<std::uint32_t> to_goal_;             ///< by cell: steps, if it were alone
    std::vector<std::vector<std::uint32_t>> parts_;  ///< by the leader's cell, made when asked for
    std::vector<Node> nodes_;
    std::set<Key> seen_;
    using Entry = std::pair<std::uint32_t, std::uint32_t>;  ///< rank, node
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open_;
    State state_ = State::searching;
    std::vector<KnotMove> found_;
    bool has_met_guard_ = false;
    std::vector<KnotMove> doubtful_;  ///< the first way of which it is not known
    std::size_t doubts_ = 0;

    // The position that is worked on.
    std::vector<char> is_taken_;    ///< by cell: one of the others is on it
    std::vector<char> is_leaders_;  ///< by cell: the leader is on it or near it
    std::vector<Cell> others_;
    std::vector<Step> steps_;
    std::vector<Cell> open_cells_;
    std::vector<Cell> before_;  ///< by cell, of the way that is looked for; kNoCell: not seen
    std::int64_t visited_ = 0;
};

}  // namespace tally::planner
