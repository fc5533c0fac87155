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

    struct Least {
        std::size_t column = 0;
        double cost = 0;
    };
    /// A column whose distance from the path's first row is final, and who had it.
    struct Scanned {
        std::size_t column = 0;
        std::uint32_t row = 0;
        double distance = 0;
        double slack = 0;  ///< reduced cost of the pair less the distance
    };

    void copy_costs(const CostMatrix& cost);
    void reduce_row();
    void reduce(std::uint32_t row);
    [[nodiscard]] Least least() const;
    [[nodiscard]] Least least_or_free() const;
    void leave_out(std::size_t column);
    void augment();
    void scan(const Least& at);
    [[nodiscard]] std::size_t scanned_before(std::uint32_t start, std::size_t column,
                                             double distance, std::size_t end) const;
    [[nodiscard]] std::vector<std::int32_t> completed() const;
    [[nodiscard]] const double* row_costs(std::size_t row) const {
        return cost_.data() + row * static_cast<std::size_t>(cost_.cols());
    }

    /// Rows <= columns; forbidden pairs cost missing_cost_. Filled up with columns that nobody can
    /// take, so that all loops run over whole blocks.
    CostMatrix cost_;
    bool is_transposed_ = false;
    double missing_cost_ = 0;
    std::size_t rows_ = 0;
    std::size_t columns_ = 0;
    Eigen::Matrix<double, 1, Eigen::Dynamic> column_dual_;
    Eigen::Matrix<double, 1, Eigen::Dynamic> open_dual_;  ///< of the path; closed: -infinity
    Eigen::Matrix<double, 1, Eigen::Dynamic> reduced_;    ///< costs above duals, or distances
    Eigen::Matrix<double, 1, Eigen::Dynamic> least_of_block_;
    std::vector<std::int32_t> row_of_column_;
    std::vector<std::int32_t> column_of_row_;
    std::vector<std::uint32_t> free_rows_;
    std::vector<std::uint32_t> next_free_rows_;
    std::size_t next_free_ = 0;
    int reductions_left_ = 2;
    std::int64_t reduction_steps_left_ = 0;
    std::int64_t work_ = 0;

    std::vector<Scanned> scanned_;  ///< of the path being searched
};

/// The whole search at once.
Result<Assignment> assign(const CostMatrix& cost);

}  // namespace tally::planner
