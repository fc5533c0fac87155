#include "planner/batch/cover_relaxation.hpp"

#include <algorithm>
#include <limits>

namespace tally::planner {

namespace {

constexpr double kTiny = 1e-7;
constexpr double kLeastPivot = 1e-7;
constexpr double kDisturbance = 1e-6;
constexpr std::size_t kLookedAt = 512;  ///< sets before the best of them is taken

}  // namespace

CoverRelaxation::CoverRelaxation(std::span<const std::int32_t> alone_costs, std::size_t sets_min)
    : rows_(alone_costs.size() + 1),
      inverse_(rows_ * rows_, 0),
      values_(rows_, 1),
      prices_(rows_, 0),
      column_(rows_, 0) {
    const std::size_t last = rows_ - 1;
    double sets = 0;
    for (std::uint32_t i = 0; i < last; ++i) {
        add({&i, 1}, alone_costs[i]);
        inverse_[i * rows_ + i] = 1;
        inverse_[last * rows_ + i] = 1;
        values_[i] += kDisturbance * static_cast<double>(1 + (i * 7919U) % 1009U) / 1009;
        prices_[i] = alone_costs[i];
        sets += values_[i];
    }
    inverse_[last * rows_ + last] = -1;
    values_[last] = sets - static_cast<double>(sets_min);
}

void CoverRelaxation::add(std::span<const std::uint32_t> elements, std::int32_t cost) {
    elements_.insert(elements_.end(), elements.begin(), elements.end());
    ends_.push_back(elements_.size());
    costs_.push_back(cost);
}

double CoverRelaxation::reduced_cost(std::size_t set) const {
    double reduced = costs_[set] - prices_[rows_ - 1];
    for (std::size_t i = set == 0 ? 0 : ends_[set - 1]; i < ends_[set]; ++i) {
        reduced -= prices_[elements_[i]];
    }
    return reduced;
}

CoverRelaxation::Entering CoverRelaxation::cheapest() {
    Entering best{0, -kTiny};
    for (std::size_t row = 0; row < rows_; ++row) {
        if (prices_[row] < best.reduced) {
            best = {set_count() + row, prices_[row]};
        }
    }
    for (std::size_t looked = 0; looked < set_count(); ++looked) {
        if (looked % kLookedAt == 0 && best.reduced < -kTiny) {
            break;
        }
        next_ = next_ + 1 < set_count() ? next_ + 1 : 0;
        if (const double reduced = reduced_cost(next_); reduced < best.reduced) {
            best = {next_, reduced};
        }
    }
    return best;
}

/// The set as a mix of the basis.
void CoverRelaxation::fill_column(std::size_t set) {
    if (set >= set_count()) {
        for (std::size_t row = 0; row < rows_; ++row) {
            column_[row] = -inverse_[row * rows_ + set - set_count()];
        }
        return;
    }
    for (std::size_t row = 0; row < rows_; ++row) {
        const double* inverse = inverse_.data() + row * rows_;
        double sum = inverse[rows_ - 1];
        for (std::size_t i = set == 0 ? 0 : ends_[set - 1]; i < ends_[set]; ++i) {
            sum += inverse[elements_[i]];
        }
        column_[row] = sum;
    }
}

bool CoverRelaxation::pivot() {
    const Entering entering = cheapest();
    if (entering.reduced >= -kTiny) {
        return false;
    }
    fill_column(entering.set);
    std::size_t leaving = rows_;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t row = 0; row < rows_; ++row) {
        if (column_[row] > kLeastPivot && values_[row] < least * column_[row]) {
            least = std::max(values_[row], 0.0) / column_[row];
            leaving = row;
        }
    }
    if (leaving == rows_) {
        return false;  // Only by rounding: no cost is below 0.
    }
    double* pivot_row = inverse_.data() + leaving * rows_;
    const double pivot = column_[leaving];
    for (std::size_t i = 0; i < rows_; ++i) {
        pivot_row[i] /= pivot;
        prices_[i] += entering.reduced * pivot_row[i];
    }
    for (std::size_t row = 0; row < rows_; ++row) {
        const double share = column_[row];
        if (row == leaving || share == 0) {
            continue;
        }
        double* inverse = inverse_.data() + row * rows_;
        for (std::size_t i = 0; i < rows_; ++i) {
            inverse[i] -= share * pivot_row[i];
        }
        values_[row] -= share * least;
    }
    values_[leaving] = least;
    return true;
}

}  // namespace tally::planner
