#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "firmware/services/plan/plan_solver.hpp"
#include "planner/assign/assignment.hpp"
#include "planner/check/assignment_check.hpp"

namespace tally {

namespace {

constexpr std::size_t kNamesMax = 5;

/// Rows or columns without a pair, by name; "more" where there are many.
std::string names_without(const std::vector<std::string>& names,
                          const std::vector<char>& has_pair) {
    std::string text;
    std::size_t count = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (has_pair[i] == 0 && count++ < kNamesMax) {
            text += (text.empty() ? "" : " ") + names[i];
        }
    }
    return count <= kNamesMax ? text : text + " and " + std::to_string(count - kNamesMax) + " more";
}

/// What an answer of fewer pairs than rows and columns would give says; empty if it has them all.
std::string incomplete_text(const CostFile& file, const planner::Assignment& best) {
    const std::size_t possible = std::min(file.rows.size(), file.columns.size());
    if (best.pairs == possible) {
        return {};
    }
    std::vector<char> has_row(file.rows.size(), 0);
    std::vector<char> has_column(file.columns.size(), 0);
    for (std::size_t row = 0; row < file.rows.size(); ++row) {
        if (best.column_of_row[row] != planner::kUnplaced) {
            has_row[row] = 1;
            has_column[static_cast<std::size_t>(best.column_of_row[row])] = 1;
        }
    }
    return ", INCOMPLETE: forbidden pairs allow no more than " + std::to_string(best.pairs) +
           " of " + std::to_string(possible) + "; without one are rows " +
           names_without(file.rows, has_row) + ", columns " +
           names_without(file.columns, has_column);
}

class AssignSolver final : public PlanSolver {
 public:
    AssignSolver(CostFile file, planner::CostMatrix cost, planner::AssignmentSearch search)
        : file_(std::move(file)), cost_(std::move(cost)), search_(std::move(search)) {}

    bool step(std::int64_t work) override { return search_.step(work); }

    Result<PlanFound> found() override {
        const planner::Assignment best = search_.take();
        TALLY_TRY(judged(check_assignment(cost_, best)));
        if (best.pairs == 0) {
            return fail(ErrorKind::refused,
                        "every pair is forbidden, so that nothing can be assigned; write a cost "
                        "for at least one pair");
        }
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
        answer.method = "Jonker and Volgenant, " + std::to_string(best.pairs) + " pairs" +
                        incomplete_text(file_, best);
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
