#include "planner/assign/assignment.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "firmware/base/check.hpp"

namespace tally::planner {

namespace {

/// Columns are looked at in blocks: so many at once, each with its least known.
constexpr Eigen::Index kBlock = 16;
constexpr std::size_t kFromStart = static_cast<std::size_t>(-1);

using BlockArray = Eigen::Array<double, kBlock, 1>;
using BlockMap = Eigen::Map<BlockArray>;
using ConstBlockMap = Eigen::Map<const BlockArray>;

Result<void> check_size(const CostMatrix& cost) {
    if (cost.size() == 0) {
        return fail(ErrorKind::refused, "an assignment needs at least one row and one column");
    }
    if (static_cast<std::size_t>(std::max(cost.rows(), cost.cols())) > kAssignmentSideMax) {
        return fail(ErrorKind::exhausted, "a cost matrix of " + std::to_string(cost.rows()) +
                                              " x " + std::to_string(cost.cols()) +
                                              "; up to 10000 a side can be assigned");
    }
    return {};
}

/// What costs may be: the least and the greatest, forbidden pairs left out.
struct CostRange {
    double low = kForbidden;
    double high = -kForbidden;
};

Result<CostRange> range_of(const CostMatrix& cost) {
    CostRange range;
    for (Eigen::Index i = 0; i < cost.size(); ++i) {
        const double value = cost.data()[i];
        if (std::isnan(value) || value == -kForbidden) {
            return fail(ErrorKind::malformed, "the cost of row " + std::to_string(i / cost.cols()) +
                                                  ", column " + std::to_string(i % cost.cols()) +
                                                  " is no number");
        }
        range.low = std::min(range.low, value);
        range.high = value < kForbidden ? std::max(range.high, value) : range.high;
    }
    return range.low > range.high ? CostRange{0, 0} : range;
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
    TALLY_TRY(check_size(cost));
    TALLY_TRY_ASSIGN(const CostRange range, range_of(cost));
    AssignmentSearch search;
    search.is_transposed_ = cost.rows() > cost.cols();
    search.rows_ = static_cast<std::size_t>(std::min(cost.rows(), cost.cols()));
    search.columns_ = static_cast<std::size_t>(std::max(cost.rows(), cost.cols()));
    // More than all other pairs together could save by leaving one pair out; replaces infinity.
    search.missing_cost_ =
        range.high + static_cast<double>(search.rows_) * (range.high - range.low) + 1;
    search.copy_costs(cost);
    search.column_dual_.setZero(search.cost_.cols());
    search.reduced_.setZero(search.cost_.cols());
    search.least_of_block_.setZero(search.cost_.cols() / kBlock);
    search.row_of_column_.assign(search.columns_, kUnplaced);
    search.column_of_row_.assign(search.rows_, kUnplaced);
    for (std::uint32_t row = 0; row < search.rows_; ++row) {
        search.free_rows_.push_back(row);
    }
    search.reductions_left_ = search.columns_ > 1 ? 4 : 0;
    search.reduction_steps_left_ = 20 * static_cast<std::int64_t>(search.rows_);
    return search;
}

void AssignmentSearch::copy_costs(const CostMatrix& cost) {
    const auto rows = static_cast<Eigen::Index>(rows_);
    const auto columns = static_cast<Eigen::Index>(columns_);
    const Eigen::Index width = (columns + kBlock - 1) / kBlock * kBlock;
    cost_.resize(rows, width);
    const auto charged = [this](double value) {
        return value < kForbidden ? value : missing_cost_;
    };
    if (is_transposed_) {
        cost_.leftCols(columns) = cost.transpose().unaryExpr(charged);
    } else {
        cost_.leftCols(columns) = cost.unaryExpr(charged);
    }
    cost_.rightCols(width - columns).setConstant(kForbidden);
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
    reduce(row);
    const Least first = least();
    leave_out(first.column);
    const Least second = least();
    std::size_t column = first.column;
    const bool is_better = first.cost < second.cost;
    if (is_better) {
        column_dual_[static_cast<Eigen::Index>(column)] -= second.cost - first.cost;
    } else if (row_of_column_[column] != kUnplaced) {
        column = second.column;
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

/// What the row's columns cost above their duals, and the least of each block.
void AssignmentSearch::reduce(std::uint32_t row) {
    const double* costs = row_costs(row);
    for (Eigen::Index block = 0; block < least_of_block_.size(); ++block) {
        const Eigen::Index at = block * kBlock;
        BlockMap reduced(reduced_.data() + at);
        reduced = ConstBlockMap(costs + at) - ConstBlockMap(column_dual_.data() + at);
        least_of_block_[block] = reduced.minCoeff();
    }
}

/// The earliest column at the least reduced cost.
AssignmentSearch::Least AssignmentSearch::least() const {
    const double cost = least_of_block_.minCoeff();
    const double* block =
        std::find(least_of_block_.data(), least_of_block_.data() + least_of_block_.size(), cost);
    const double* values = reduced_.data() + (block - least_of_block_.data()) * kBlock;
    const double* at = std::find(values, values + kBlock, cost);
    return {static_cast<std::size_t>(at - reduced_.data()), cost};
}

/// The same, but a column nobody has where there is one at that cost.
AssignmentSearch::Least AssignmentSearch::least_or_free() const {
    const Least first = least();
    for (std::size_t block = first.column / kBlock; block * kBlock < columns_; ++block) {
        if (least_of_block_[static_cast<Eigen::Index>(block)] != first.cost) {
            continue;
        }
        const std::size_t end = std::min<std::size_t>((block + 1) * kBlock, columns_);
        for (std::size_t column = block * kBlock; column < end; ++column) {
            if (reduced_[static_cast<Eigen::Index>(column)] == first.cost &&
                row_of_column_[column] == kUnplaced) {
                return {column, first.cost};
            }
        }
    }
    return first;
}

void AssignmentSearch::leave_out(std::size_t column) {
    reduced_[static_cast<Eigen::Index>(column)] = kForbidden;
    const auto block = static_cast<Eigen::Index>(column) / kBlock;
    least_of_block_[block] = ConstBlockMap(reduced_.data() + block * kBlock).minCoeff();
}

/// Shortest path of alternating pairs from the next free row to a free column, then along it. Which
/// row reached a column is not written down, it is looked up among those scanned before.
void AssignmentSearch::augment() {
    const std::uint32_t row = free_rows_[next_free_++];
    scanned_.clear();
    open_dual_ = column_dual_;
    reduce(row);
    work_ -= static_cast<std::int64_t>(columns_);
    Least end = least_or_free();
    while (row_of_column_[end.column] != kUnplaced) {
        scan(end);
        end = least_or_free();
    }
    const double reach = end.cost;
    std::size_t column = end.column;
    for (std::size_t before = scanned_.size();;) {
        before = scanned_before(row, column, end.cost, before);
        const std::uint32_t at =
            before == kFromStart ? row : static_cast<std::uint32_t>(scanned_[before].row);
        row_of_column_[column] = static_cast<std::int32_t>(at);
        column_of_row_[at] = static_cast<std::int32_t>(column);
        if (before == kFromStart) {
            break;
        }
        column = scanned_[before].column;
        end.cost = scanned_[before].distance;
    }
    for (const Scanned& scanned : scanned_) {  // Those nearer than the end pay the difference.
        column_dual_[static_cast<Eigen::Index>(scanned.column)] +=
            std::min(0.0, scanned.distance - reach);
    }
}

/// Closes the column and goes on over the row that has it.
void AssignmentSearch::scan(const Least& at) {
    const auto column = static_cast<Eigen::Index>(at.column);
    const auto row = static_cast<std::uint32_t>(row_of_column_[at.column]);
    const double* costs = row_costs(row);
    const double slack = costs[column] - column_dual_[column] - at.cost;
    scanned_.push_back({at.column, row, at.cost, slack});
    reduced_[column] = kForbidden;
    open_dual_[column] = -kForbidden;  // Whatever leads here is infinitely far from now on.
    for (Eigen::Index block = 0; block < least_of_block_.size(); ++block) {
        const Eigen::Index first = block * kBlock;
        BlockMap reduced(reduced_.data() + first);
        reduced = reduced.min(ConstBlockMap(costs + first) -
                              ConstBlockMap(open_dual_.data() + first) - slack);
        least_of_block_[block] = reduced.minCoeff();
    }
    work_ -= static_cast<std::int64_t>(columns_);
}

/// The first of the scanned rows before `end` from which the column is so far; kFromStart if it is
/// the path's first row.
std::size_t AssignmentSearch::scanned_before(std::uint32_t start, std::size_t column,
                                             double distance, std::size_t end) const {
    const double dual = column_dual_[static_cast<Eigen::Index>(column)];
    if (row_costs(start)[column] - dual == distance) {
        return kFromStart;
    }
    for (std::size_t i = 0; i < end; ++i) {
        if (row_costs(scanned_[i].row)[column] - dual - scanned_[i].slack == distance) {
            return i;
        }
    }
    TALLY_CHECK(false, "every column was reached from somewhere");
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
