#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "firmware/services/plan/plan_solver.hpp"
#include "planner/assign/assignment.hpp"
#include "planner/check/assignment_check.hpp"

namespace tally {

namespace {

class AssignSolver final : public PlanSolver {
 public:
    AssignSolver(CostFile file, planner::CostMatrix cost, planner::AssignmentSearch search)
        : file_(std::move(file)), cost_(std::move(cost)), search_(std::move(search)) {}

    bool step(std::int64_t work) override { return search_.step(work); }

    Result<PlanFound> found() override {
        const planner::Assignment best = search_.take();
        TALLY_TRY(judged(check_assignment(cost_, best)));
        PlanFound found;
        PlanAnswer& answer = found.answer;
        answer.columns = {"row", "column", "cost"};
        answer.numbers = {"cost"};
        for (std::size_t row = 0; row < file_.rows.size(); ++row) {
            const std::int32_t column = best.column_of_row[row];
            if (column == planner::kUnplaced) {
                answer.rows.push_back({file_.rows[row], "-", "-"});
                continue;
            }
            const double value = cost_(static_cast<Eigen::Index>(row), column);
            answer.rows.push_back({file_.rows[row], file_.columns[static_cast<std::size_t>(column)],
                                   fmt::format("{}", value)});
        }
        answer.total = best.cost;
        answer.lower_bound = best.cost - std::max(0.0, best.charged() - best.lower_bound);
        answer.method = "Jonker and Volgenant, " + std::to_string(best.pairs) + " pairs";
        return found;
    }

 private:
    CostFile file_;
    planner::CostMatrix cost_;
    planner::AssignmentSearch search_;
};

}  // namespace

MadeSolver assign_solver(const PlanQuestion& question) {
    TALLY_TRY_ASSIGN(CostFile file, read_cost_file(question.text));
    planner::CostMatrix cost = Eigen::Map<const planner::CostMatrix>(
        file.cost.data(), static_cast<Eigen::Index>(file.rows.size()),
        static_cast<Eigen::Index>(file.columns.size()));
    TALLY_TRY_ASSIGN(planner::AssignmentSearch search, planner::AssignmentSearch::on(cost));
    return std::make_unique<AssignSolver>(std::move(file), std::move(cost), std::move(search));
}

}  // namespace tally
