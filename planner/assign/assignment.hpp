// Who does what at the least total cost: the linear assignment problem, solved to proven
// optimality. Method: augmenting row reduction and shortest augmenting paths (Jonker and Volgenant,
// Computing 38, 1987), in the form for rectangular matrices, where columns that stay free keep dual
// 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <Eigen/Core>

#include "firmware/base/result.hpp"

namespace tally::planner {

/// One row a vehicle, one column a tour or station; any unit, e.g. mm. Both signs are allowed.
using CostMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A pair that must not be.
inline constexpr double kForbidden = std::numeric_limits<double>::infinity();

inline constexpr std::size_t kAssignmentSideMax = 10'000;
inline constexpr std::int32_t kUnplaced = -1;

/// As many pairs as possible, and among those the cheapest. The duals prove it: every pair costs at
/// least row_dual + column_dual, so that no assignment costs less than the sum of all duals. A pair
/// that is missing although both sides are there is charged `missing_cost`, more than any detour.
struct Assignment {
    std::vector<std::int32_t> column_of_row;  ///< kUnplaced where a row has none
    std::size_t pairs = 0;
    double cost = 0;          ///< of the pairs
    double missing_cost = 0;  ///< of each of the min(rows, columns) - pairs that are missing
    double lower_bound = 0;   ///< of cost and missing costs together
    std::vector<double> row_dual;
    std::vector<double> column_dual;

    /// What lower_bound bounds.
    [[nodiscard]] double charged() const;
    /// Up to the rounding of costs that are not whole numbers.
    [[nodiscard]] bool is_optimal() const;
};

/// A search that can be cut into slices. Exact for whole-numbered costs up to 2^53 in total; else
/// to rounding. Single-threaded.
class AssignmentSearch {
 public:
    /// Refuses an empty matrix, NaN, -infinity, and more than kAssignmentSideMax a side.
    static Result<AssignmentSearch> on(const CostMatrix& cost);

    /// Goes on for about `work` cells of the matrix. True when the optimum is found.
    bool step(std::int64_t work);

    /// The optimum, or before that the best so far: free rows take the cheapest free column, and
    /// the bound is what the duals prove by now.
    [[nodiscard]] Assignment take() const;

 private:
    AssignmentSearch() = default;

    void reduce_row();
    void augment();
    void gather_least();
    std::size_t find_path_end();
    void raise_duals(double reach);
    [[nodiscard]] std::vector<std::int32_t> completed() const;
    [[nodiscard]] const double* row_costs(std::size_t row) const {
        return cost_.data() + row * columns_;
    }

    CostMatrix cost_;  ///< rows <= columns; forbidden pairs cost missing_cost_
    bool is_transposed_ = false;
    double missing_cost_ = 0;
    std::size_t rows_ = 0;
    std::size_t columns_ = 0;
    Eigen::Matrix<double, 1, Eigen::Dynamic> column_dual_;
    Eigen::Matrix<double, 1, Eigen::Dynamic> reduced_;
    std::vector<std::int32_t> row_of_column_;
    std::vector<std::int32_t> column_of_row_;
    std::vector<std::uint32_t> free_rows_;
    std::vector<std::uint32_t> next_free_rows_;
    std::size_t next_free_ = 0;
    int reductions_left_ = 2;
    std::int64_t reduction_steps_left_ = 0;
    std::int64_t work_ = 0;

    // Of the path being searched.
    std::vector<double> distance_;
    std::vector<std::uint32_t> before_;  ///< row from which a column was reached
    std::vector<std::uint32_t>
        columns_by_state_;  ///< scanned, then at the least distance, then open
    std::size_t scanned_ = 0;
    std::size_t at_least_ = 0;
};

/// The whole search at once.
Result<Assignment> assign(const CostMatrix& cost);

}  // namespace tally::planner
