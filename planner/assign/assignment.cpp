#include "planner/assign/assignment.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace tally::planner {

namespace {

Result<void> check_costs(const CostMatrix& cost) {
    if (cost.size() == 0) {
        return fail(ErrorKind::refused, "an assignment needs at least one row and one column");
    }
    if (static_cast<std::size_t>(std::max(cost.rows(), cost.cols())) > kAssignmentSideMax) {
        return fail(ErrorKind::exhausted, "a cost matrix of " + std::to_string(cost.rows()) +
                                              " x " + std::to_string(cost.cols()) +
                                              "; up to 10000 a side can be assigned");
    }
    for (Eigen::Index i = 0; i < cost.rows(); ++i) {
        for (Eigen::Index k = 0; k < cost.cols(); ++k) {
            if (std::isnan(cost(i, k)) || cost(i, k) == -kForbidden) {
                return fail(ErrorKind::malformed, "the cost of row " + std::to_string(i) +
                                                      ", column " + std::to_string(k) +
                                                      " is no number");
            }
        }
    }
    return {};
}

/// More than all other pairs together could save by leaving one pair out; replaces infinity.
double fill_forbidden(CostMatrix& cost) {
    double low = kForbidden;
    double high = -kForbidden;
    for (Eigen::Index i = 0; i < cost.size(); ++i) {
        const double value = cost.data()[i];
        if (value < kForbidden) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    if (low > high) {
        low = high = 0;
    }
    const double missing = high + static_cast<double>(cost.rows()) * (high - low) + 1;
    for (Eigen::Index i = 0; i < cost.size(); ++i) {
        double& value = cost.data()[i];
        value = value < kForbidden ? value : missing;
    }
    return missing;
}

struct TwoLeast {
    std::size_t first = 0;
    std::size_t second = 0;
    double first_cost = 0;
    double second_cost = 0;
};

/// Smallest and second smallest value; the earlier column at ties. Needs two columns.
TwoLeast two_least(const double* values, std::size_t count) {
    TwoLeast least{0, 1, values[0], values[1]};
    if (least.second_cost < least.first_cost) {
        least = {1, 0, values[1], values[0]};
    }
    for (std::size_t i = 2; i < count; ++i) {
        if (values[i] < least.second_cost) {
            if (values[i] < least.first_cost) {
                least.second = std::exchange(least.first, i);
                least.second_cost = std::exchange(least.first_cost, values[i]);
            } else {
                least.second = i;
                least.second_cost = values[i];
            }
        }
    }
    return least;
}

}  // namespace

double Assignment::charged() const {
    const std::size_t most = std::min(column_of_row.size(), column_dual.size());
    return cost + missing_cost * static_cast<double>(most - pairs);
}

bool Assignment::is_optimal() const {
    const double scale = 1 + std::abs(charged()) + missing_cost;
    return charged() - lower_bound <= 1e-9 * scale;
}

Result<AssignmentSearch> AssignmentSearch::on(const CostMatrix& cost) {
    TALLY_TRY(check_costs(cost));
    AssignmentSearch search;
    search.is_transposed_ = cost.rows() > cost.cols();
    if (search.is_transposed_) {
        search.cost_ = cost.transpose();
    } else {
        search.cost_ = cost;
    }
    search.missing_cost_ = fill_forbidden(search.cost_);
    search.rows_ = static_cast<std::size_t>(search.cost_.rows());
    search.columns_ = static_cast<std::size_t>(search.cost_.cols());
    search.column_dual_.setZero(search.cost_.cols());
    search.reduced_.setZero(search.cost_.cols());
    search.row_of_column_.assign(search.columns_, kUnplaced);
    search.column_of_row_.assign(search.rows_, kUnplaced);
    for (std::uint32_t row = 0; row < search.rows_; ++row) {
        search.free_rows_.push_back(row);
    }
    search.reductions_left_ = search.columns_ > 1 ? 4 : 0;
    search.reduction_steps_left_ = 20 * static_cast<std::int64_t>(search.rows_);
    search.distance_.resize(search.columns_);
    search.before_.resize(search.columns_);
    search.columns_by_state_.resize(search.columns_);
    return search;
}

bool AssignmentSearch::step(std::int64_t work) {
    work_ = work;
    while (work_ > 0) {
        if (next_free_ == free_rows_.size()) {
            free_rows_ = std::exchange(next_free_rows_, {});
            next_free_ = 0;
            --reductions_left_;
            if (free_rows_.empty()) {
                return true;
            }
        } else if (reductions_left_ > 0 && reduction_steps_left_ > 0) {
            reduce_row();
        } else {
            augment();
        }
    }
    return next_free_ == free_rows_.size() && next_free_rows_.empty();
}

/// Gives the next free row its cheapest column, and lowers the column's dual until the second
/// cheapest is as good. Whoever had the column becomes free.
void AssignmentSearch::reduce_row() {
    const std::uint32_t row = free_rows_[next_free_++];
    --reduction_steps_left_;
    work_ -= static_cast<std::int64_t>(columns_);
    reduced_ = cost_.row(static_cast<Eigen::Index>(row)) - column_dual_;
    const TwoLeast least = two_least(reduced_.data(), columns_);
    std::size_t column = least.first;
    const bool is_better = least.first_cost < least.second_cost;
    if (is_better) {
        column_dual_[static_cast<Eigen::Index>(column)] -= least.second_cost - least.first_cost;
    } else if (row_of_column_[column] != kUnplaced) {
        column = least.second;
    }
    const std::int32_t displaced =
        std::exchange(row_of_column_[column], static_cast<std::int32_t>(row));
    column_of_row_[row] = static_cast<std::int32_t>(column);
    if (displaced == kUnplaced) {
        return;
    }
    column_of_row_[static_cast<std::size_t>(displaced)] = kUnplaced;
    if (is_better) {
        free_rows_[--next_free_] = static_cast<std::uint32_t>(displaced);
    } else {
        next_free_rows_.push_back(static_cast<std::uint32_t>(displaced));
    }
}

/// Shortest path of alternating pairs from the next free row to a free column, then along it.
void AssignmentSearch::augment() {
    const std::uint32_t row = free_rows_[next_free_++];
    scanned_ = 0;
    at_least_ = 0;
    const double* costs = row_costs(row);
    for (std::uint32_t column = 0; column < columns_; ++column) {
        distance_[column] = costs[column] - column_dual_[column];
        before_[column] = row;
        columns_by_state_[column] = column;
    }
    work_ -= static_cast<std::int64_t>(columns_);
    std::size_t column = find_path_end();
    raise_duals(distance_[column]);
    for (std::uint32_t at = before_[column];; at = before_[column]) {
        row_of_column_[column] = static_cast<std::int32_t>(at);
        const std::int32_t next =
            std::exchange(column_of_row_[at], static_cast<std::int32_t>(column));
        if (at == row) {
            return;
        }
        column = static_cast<std::size_t>(next);
    }
}

/// Moves the open columns at the least distance to the front of the open ones.
void AssignmentSearch::gather_least() {
    const double* distance = distance_.data();
    std::uint32_t* columns = columns_by_state_.data();
    double least = distance[columns[at_least_]];
    for (std::size_t i = at_least_; i < columns_; ++i) {
        const std::uint32_t column = columns[i];
        if (distance[column] > least) {
            continue;
        }
        if (distance[column] < least) {
            least = distance[column];
            at_least_ = scanned_;
        }
        std::swap(columns[i], columns[at_least_++]);
    }
}

std::size_t AssignmentSearch::find_path_end() {
    const double* column_dual = column_dual_.data();
    double* distance = distance_.data();
    std::uint32_t* columns = columns_by_state_.data();
    for (;;) {
        if (scanned_ == at_least_) {
            gather_least();
            for (std::size_t i = scanned_; i < at_least_; ++i) {
                if (row_of_column_[columns[i]] == kUnplaced) {
                    return columns[i];
                }
            }
        }
        const std::uint32_t column = columns[scanned_++];
        const auto row = static_cast<std::uint32_t>(row_of_column_[column]);
        const double* costs = row_costs(row);
        const double reach = distance[column];
        const double slack = costs[column] - column_dual[column] - reach;
        work_ -= static_cast<std::int64_t>(columns_ - at_least_);
        for (std::size_t i = at_least_; i < columns_; ++i) {
            const std::uint32_t other = columns[i];
            const double through = costs[other] - column_dual[other] - slack;
            if (through >= distance[other]) {
                continue;
            }
            distance[other] = through;
            before_[other] = row;
            if (through <= reach) {
                if (row_of_column_[other] == kUnplaced) {
                    return other;
                }
                std::swap(columns[i], columns[at_least_++]);
            }
        }
    }
}

/// Columns scanned at less than the length of the path pay the difference.
void AssignmentSearch::raise_duals(double reach) {
    for (std::size_t i = 0; i < scanned_; ++i) {
        const std::uint32_t column = columns_by_state_[i];
        column_dual_[column] += std::min(0.0, distance_[column] - reach);
    }
}

std::vector<std::int32_t> AssignmentSearch::completed() const {
    std::vector<std::int32_t> columns = column_of_row_;
    std::vector<char> is_taken(columns_, 0);
    for (const std::int32_t column : columns) {
        if (column != kUnplaced) {
            is_taken[static_cast<std::size_t>(column)] = 1;
        }
    }
    for (std::size_t row = 0; row < rows_; ++row) {
        if (columns[row] != kUnplaced) {
            continue;
        }
        std::size_t best = columns_;
        for (std::size_t column = 0; column < columns_; ++column) {
            if (is_taken[column] == 0 &&
                (best == columns_ || row_costs(row)[column] < row_costs(row)[best])) {
                best = column;
            }
        }
        columns[row] = static_cast<std::int32_t>(best);
        is_taken[best] = 1;
    }
    return columns;
}

Assignment AssignmentSearch::take() const {
    const std::vector<std::int32_t> columns = completed();
    Assignment answer;
    answer.missing_cost = missing_cost_;
    std::vector<double> row_dual(rows_);
    std::vector<double> column_dual(column_dual_.data(), column_dual_.data() + columns_);
    answer.column_of_row.assign(is_transposed_ ? columns_ : rows_, kUnplaced);
    for (std::size_t row = 0; row < rows_; ++row) {
        const auto at = static_cast<Eigen::Index>(row);
        row_dual[row] = (cost_.row(at) - column_dual_).minCoeff();
        answer.lower_bound += row_dual[row];
        const auto column = static_cast<std::size_t>(columns[row]);
        const double cost = row_costs(row)[column];
        if (cost >= missing_cost_) {
            continue;
        }
        answer.cost += cost;
        ++answer.pairs;
        answer.column_of_row[is_transposed_ ? column : row] =
            static_cast<std::int32_t>(is_transposed_ ? row : column);
    }
    for (const double dual : column_dual) {
        answer.lower_bound += dual;
    }
    answer.row_dual = is_transposed_ ? column_dual : row_dual;
    answer.column_dual = is_transposed_ ? row_dual : column_dual;
    return answer;
}

Result<Assignment> assign(const CostMatrix& cost) {
    TALLY_TRY_ASSIGN(AssignmentSearch search, AssignmentSearch::on(cost));
    while (!search.step(std::numeric_limits<std::int64_t>::max())) {
    }
    return search.take();
}

}  // namespace tally::planner
