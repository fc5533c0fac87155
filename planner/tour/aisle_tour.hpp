// Shortest tours through a rectangular floor of up to six cross aisles: exact, by dynamic
// programming from the leftmost to the rightmost aisle over the states of frontier.hpp. Linear in
// aisles and picks. Blocked stretches and tours with different start and end are the same method.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/layout/aisle_floor.hpp"
#include "planner/tour/aisle_nodes.hpp"
#include "planner/tour/frontier.hpp"

namespace tally::planner {

/// A tour on an aisle floor.
struct AisleTour {
    std::int64_t length_mm = 0;
    std::int64_t lower_bound_mm = 0;      ///< no tour is shorter; equal to the length if optimal
    std::vector<std::uint32_t> sequence;  ///< indices of the picks, in the order they are reached
    std::vector<FloorPoint> walk;         ///< every turning point, start to end

    [[nodiscard]] bool is_optimal() const noexcept { return length_mm == lower_bound_mm; }
    bool operator==(const AisleTour&) const = default;
};

/// Plans one tour after another on one floor; buffers are kept between them. Single-threaded.
///
///     TALLY_TRY_ASSIGN(AisleTourPlanner planner, AisleTourPlanner::on(floor));
///     TALLY_TRY_ASSIGN(const AisleTour tour, planner.solve({picks, depot}));
class AisleTourPlanner {
 public:
    /// Refuses a floor that check_floor objects to, and with `unsupported` one of more than six
    /// cross aisles, with one-way aisles or with turn costs (see directed_tour.hpp).
    static Result<AisleTourPlanner> on(AisleFloor floor);

    /// The optimal tour. `refused` names a pick off the floor or one that cannot be reached;
    /// `exhausted` says that the floor needs more than 512 MiB of working memory.
    Result<AisleTour> solve(const AisleTourRequest& request);

    /// Its length alone, in half the time.
    Result<std::int64_t> length_mm(const AisleTourRequest& request);

    /// The same in slices: begin, then step until it is true, then take.
    Result<void> begin(const AisleTourRequest& request);
    /// Goes on for about `work` state transitions, at least one aisle. True when finished.
    bool step(std::int64_t work);
    /// The tour. Before the search has finished: `timeout`, and the bound reached so far in words.
    [[nodiscard]] Result<AisleTour> take() const;

    /// No tour is shorter. Grows while the search goes on, and ends as the optimum.
    [[nodiscard]] std::int64_t lower_bound_mm() const;

    [[nodiscard]] const AisleFloor& floor() const noexcept { return floor_; }

 private:
    explicit AisleTourPlanner(AisleFloor floor);

    enum class StageKind : std::uint8_t { begin, along, block, visited, ended };
    struct Stage {
        StageKind kind = StageKind::begin;
        std::uint16_t index = 0;   ///< of the block or cross aisle
        std::uint32_t column = 0;  ///< `along`: the column left behind
    };
    struct Whole {
        std::int32_t length_mm;
        std::size_t stage;
        std::size_t state;
    };

    void run(std::int64_t work);
    void plan_column();
    void add_stage(Stage stage);
    void run_along(std::size_t cross, std::size_t column);
    void run_block(std::size_t block, std::size_t column);
    void run_mark(const std::uint16_t* after);
    void note_whole();
    void trace();
    [[nodiscard]] std::size_t trace_along(const Stage& stage, std::size_t index, std::size_t state);
    [[nodiscard]] std::size_t trace_block(const Stage& stage, std::size_t index, std::size_t state);
    [[nodiscard]] std::int32_t* stage_values(std::size_t stage) {
        return values_.data() + stage * frontier_->size();
    }

    AisleFloor floor_;
    AisleNodes nodes_;
    const Frontier* frontier_ = nullptr;
    std::size_t next_column_ = 0;
    bool is_finished_ = true;
    std::vector<Stage> stages_;
    std::vector<std::int32_t> values_;  ///< per stage and state: least length so far
    std::int64_t work_ = 0;
    std::optional<Whole> best_;
    AisleLanes lanes_;
};

}  // namespace tally::planner
