// Shortest tours through rectangular floors with one-way aisles and turn costs: exact, by the same
// dynamic programming over the aisles as aisle_tour.hpp. A crossing is told apart by its balance
// (lanes in less lanes out) instead of a parity, and is split in two, one half for the aisle and
// one for the cross aisle: changing between them is a turn. States are found as they are reached.
// Method: after Ratliff and Rosenthal (1983) and Cambazard and Catusse (2018), on the directed,
// split graph.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "firmware/base/result.hpp"
#include "planner/tour/aisle_tour.hpp"
#include "planner/tour/directed_bound.hpp"
#include "planner/tour/local_tour.hpp"

namespace tally::planner {

/// Plans one tour after another on one floor. Single-threaded. Turning is free where the tour
/// halts, however often it passes there: at picks, at its start and at its end.
class DirectedTourPlanner {
 public:
    /// Refuses a floor that check_floor objects to, and with `unsupported` one of more than six
    /// cross aisles.
    static Result<DirectedTourPlanner> on(AisleFloor floor);

    /// The optimal tour; its length includes turns. `refused`: a pick off the floor or out of
    /// reach. `unsupported`: start and end differ and one lies inside a block. `exhausted`: more
    /// than 4 million states, or aisles so one-sided that more than seven lanes would run side by
    /// side.
    Result<AisleTour> solve(const AisleTourRequest& request);

    /// The same in slices: begin, then step until it is true, then take.
    Result<void> begin(const AisleTourRequest& request);
    /// Goes on for about `work` states, at least one aisle. True when finished.
    bool step(std::int64_t work);
    [[nodiscard]] Result<AisleTour> take();

 private:
    explicit DirectedTourPlanner(AisleFloor floor);

    /// Balances and labels of the cross-aisle halves of a column's crossings, then of the aisle
    /// halves of the crossing at work and of the next one. Label 0: not visited.
    struct Shape {
        std::array<std::int8_t, kExactCrossAislesMax + 2> balance{};
        std::array<std::uint8_t, kExactCrossAislesMax + 2> label{};

        [[nodiscard]] std::uint64_t code() const;
        static Shape of(std::uint64_t code);
        void touch(std::size_t at, int net);
        void link(std::size_t a, std::size_t b);
        void leave(std::size_t at);
        [[nodiscard]] bool has_company(std::size_t at) const;
        [[nodiscard]] bool is_whole() const;
    };
    struct Entry {
        std::uint64_t code;
        std::int32_t length_mm;
        std::uint32_t before;  ///< entry of the stage before
        std::int16_t choice;
    };
    using StageKind = DirectedBound::Stage;
    struct Stage {
        StageKind kind = StageKind::begin;
        std::uint16_t index = 0;
        std::uint32_t column = 0;
        std::size_t first = 0;  ///< of its entries
        std::size_t last = 0;
    };
    struct Whole {
        std::int32_t length_mm;
        std::size_t stage;  ///< up to which to trace back
        std::size_t entry;
    };
    static constexpr int kLanesMax = 7;

    struct Lanes {
        std::vector<int> up, down, right, left, into_cross, into_aisle;
    };

    void set_limits();
    void set_upper();
    void note_dropped(std::int64_t length_mm);
    void plan_column();
    void open_stage(StageKind kind, std::size_t index, std::size_t column);
    void offer(const Shape& shape, std::int64_t length_mm, std::size_t before, int choice);
    void run_along(std::size_t cross, std::size_t column);
    void run_mark(std::size_t cross, std::size_t column);
    void run_block(std::size_t block, std::size_t column);
    void run_turn(std::size_t cross, std::size_t column);
    void offer_through(const BlockNodes& block, AisleDirection way, const Entry& entry,
                       std::size_t before, std::size_t from);
    [[nodiscard]] AisleDirection way_of(std::size_t column) const;
    [[nodiscard]] Lanes traced() const;
    [[nodiscard]] std::vector<std::uint32_t> euler_walk(Lanes lanes) const;

    AisleFloor floor_;
    AisleNodes nodes_;
    std::vector<Stage> stages_;
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> slots_;  ///< hash table of the stage at work: entry + 1, or 0
    std::size_t next_column_ = 0;
    bool is_finished_ = true;
    bool is_exhausted_ = false;
    int lanes_max_ = 1;  ///< net, side by side; see set_limits
    int balance_max_ = 2;
    int lanes_allowed_ = kLanesMax;  ///< at most, whatever set_limits would like
    std::int32_t upper_mm_ = 0;      ///< length of a tour that is known
    DirectedBound bound_;
    bool may_cut_ = false;               ///< the limits may cut off the optimum
    std::int32_t least_dropped_mm_ = 0;  ///< least that what they did cut off could come to
    AisleTourRequest request_;
    std::optional<Whole> best_;
    LocalTour local_;
    bool is_end_in_aisle_ = false;
};

}  // namespace tally::planner
