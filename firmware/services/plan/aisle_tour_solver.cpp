#include <utility>

#include "firmware/services/plan/tour_solver.hpp"
#include "planner/check/aisle_tour_check.hpp"
#include "planner/tour/directed_tour.hpp"

namespace tally {

namespace {

/// By the plain method, or with one-way aisles and turn costs by the directed one.
class AisleTourSolver final : public PlanSolver {
 public:
    AisleTourSolver(const TourAsked& asked, const FloorFile& floor)
        : asked_(asked.picks), floor_(floor) {
        for (const std::uint32_t pick : asked.picks) {
            picks_.push_back(floor.aisle_stops[pick].at);
        }
        request_.picks = picks_;
        if (asked.from) {
            request_.start = floor.aisle_stops[*asked.from].at;
        }
        if (asked.to) {
            request_.end = floor.aisle_stops[*asked.to].at;
        }
    }

    Result<void> begin() {
        if (Result<planner::AisleTourPlanner> plain =
                planner::AisleTourPlanner::on(*floor_.aisles)) {
            plain_.emplace(std::move(*plain));
            return plain_->begin(request_);
        }
        TALLY_TRY_ASSIGN(planner::DirectedTourPlanner directed,
                         planner::DirectedTourPlanner::on(*floor_.aisles));
        directed_.emplace(std::move(directed));
        return directed_->begin(request_);
    }

    bool step(std::int64_t work) override {
        return plain_ ? plain_->step(work) : directed_->step(work);
    }

    Result<PlanFound> found() override {
        TALLY_TRY_ASSIGN(const planner::AisleTour tour,
                         plain_ ? plain_->take() : directed_->take());
        TALLY_TRY(judged(check_aisle_tour(*floor_.aisles, request_, tour)));
        std::vector<std::uint32_t> sequence;
        for (const std::uint32_t pick : tour.sequence) {
            sequence.push_back(asked_[pick]);
        }
        PlanFound found = sequence_found(floor_.layout, sequence);
        for (const FloorPoint& corner : tour.walk) {
            found.track.emplace_back(corner.aisle * floor_.aisles->spacing_mm, corner.y_mm);
        }
        found.answer.total = static_cast<double>(tour.length_mm);
        found.answer.lower_bound = static_cast<double>(tour.lower_bound_mm);
        found.answer.method = "mm, dynamic programming over the aisles";
        return found;
    }

 private:
    std::vector<std::uint32_t> asked_;
    const FloorFile& floor_;
    std::vector<FloorPoint> picks_;
    planner::AisleTourRequest request_;
    std::optional<planner::AisleTourPlanner> plain_;
    std::optional<planner::DirectedTourPlanner> directed_;
};

}  // namespace

MadeSolver aisle_tour_solver(const TourAsked& asked, const FloorFile& floor) {
    auto solver = std::make_unique<AisleTourSolver>(asked, floor);
    TALLY_TRY(solver->begin());
    return solver;
}

}  // namespace tally
