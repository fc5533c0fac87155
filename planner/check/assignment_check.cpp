#include "planner/check/assignment_check.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tally::planner {

namespace {

void check_pairs(const CostMatrix& cost, const Assignment& answer,
                 std::vector<std::string>& problems) {
    std::vector<char> is_taken(static_cast<std::size_t>(cost.cols()), 0);
    double sum = 0;
    std::size_t pairs = 0;
    for (std::size_t row = 0; row < answer.column_of_row.size(); ++row) {
        const std::int32_t column = answer.column_of_row[row];
        if (column == kUnplaced) {
            continue;
        }
        if (column < 0 || column >= cost.cols() || is_taken[static_cast<std::size_t>(column)]) {
            problems.push_back("row " + std::to_string(row) + " has column " +
                               std::to_string(column) + ", which is taken or none");
            return;
        }
        is_taken[static_cast<std::size_t>(column)] = 1;
        const double value = cost(static_cast<Eigen::Index>(row), column);
        if (!(value < kForbidden)) {
            problems.push_back("row " + std::to_string(row) + " has a forbidden column");
        }
        sum += value;
        ++pairs;
    }
    if (pairs != answer.pairs || !(std::abs(sum - answer.cost) <= 1e-9 * (1 + std::abs(sum)))) {
        problems.push_back("the pairs cost " + std::to_string(sum) + ", the answer says " +
                           std::to_string(answer.cost));
    }
}

void check_duals(const CostMatrix& cost, const Assignment& answer,
                 std::vector<std::string>& problems) {
    const double slack = 1e-9 * (1 + std::abs(answer.charged()) + answer.missing_cost);
    double low = kForbidden;
    double high = -kForbidden;
    for (Eigen::Index row = 0; row < cost.rows(); ++row) {
        for (Eigen::Index column = 0; column < cost.cols(); ++column) {
            const bool is_allowed = cost(row, column) < kForbidden;
            const double value = is_allowed ? cost(row, column) : answer.missing_cost;
            low = is_allowed ? std::min(low, value) : low;
            high = is_allowed ? std::max(high, value) : high;
            const double dual = answer.row_dual[static_cast<std::size_t>(row)] +
                                answer.column_dual[static_cast<std::size_t>(column)];
            if (!(dual <= value + slack)) {
                problems.push_back("the duals of row " + std::to_string(row) + " and column " +
                                   std::to_string(column) + " exceed their cost");
                return;
            }
        }
    }
    // Where one side is longer, some of it stays free: its duals must not be worth anything.
    const std::vector<double>& longer =
        cost.rows() > cost.cols() ? answer.row_dual : answer.column_dual;
    if (cost.rows() != cost.cols() && *std::max_element(longer.begin(), longer.end()) > slack) {
        problems.emplace_back("a dual of the longer side is positive");
    }
    const double sum = std::accumulate(answer.row_dual.begin(), answer.row_dual.end(), 0.0) +
                       std::accumulate(answer.column_dual.begin(), answer.column_dual.end(), 0.0);
    if (!(std::abs(sum - answer.lower_bound) <= slack)) {
        problems.emplace_back("the duals do not add up to the lower bound");
    }
    const auto shorter = static_cast<double>(std::min(cost.rows(), cost.cols()));
    if (low <= high && !(answer.missing_cost > high + (shorter - 1) * (high - low))) {
        problems.emplace_back("a missing pair is charged too little to count as worse than any");
    }
    if (!(answer.lower_bound <= answer.charged() + slack)) {
        problems.emplace_back("the lower bound lies above the cost");
    }
}

}  // namespace

std::vector<std::string> check_assignment(const CostMatrix& cost, const Assignment& answer) {
    std::vector<std::string> problems;
    if (cost.size() == 0 || answer.column_of_row.size() != static_cast<std::size_t>(cost.rows()) ||
        answer.row_dual.size() != static_cast<std::size_t>(cost.rows()) ||
        answer.column_dual.size() != static_cast<std::size_t>(cost.cols())) {
        problems.emplace_back("the answer is empty or of another matrix");
        return problems;
    }
    check_pairs(cost, answer, problems);
    check_duals(cost, answer, problems);
    return problems;
}

}  // namespace tally::planner
