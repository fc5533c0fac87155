// One way of answering a question, behind PlanSearch.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "firmware/services/plan/plan_question.hpp"

namespace tally {

class PlanSolver {
 public:
    virtual ~PlanSolver() = default;
    virtual bool step(std::int64_t work) = 0;
    /// The best so far, judged.
    virtual Result<PlanFound> found() = 0;
};

using MadeSolver = Result<std::unique_ptr<PlanSolver>>;

/// `floor` must outlive the solver.
MadeSolver tour_solver(const PlanQuestion& question, const FloorFile& floor);
MadeSolver batch_solver(const PlanQuestion& question, const FloorFile& floor);
MadeSolver assign_solver(const PlanQuestion& question);

/// An answer that its judge refuses is none.
Result<void> judged(const std::vector<std::string>& problems);

}  // namespace tally
