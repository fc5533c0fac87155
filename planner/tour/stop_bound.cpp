#include "planner/tour/stop_bound.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "planner/assign/assignment.hpp"
#include "planner/tour/stop_tour.hpp"

namespace tally::planner {

namespace {

constexpr int kIdleMax = 15;  ///< 1-trees without progress before the steps are halved

/// Every stop has one next stop: the cheapest way to choose them, circles or not.
std::int64_t assignment_bound(const std::vector<std::int64_t>& cost, std::size_t size) {
    const auto side = static_cast<Eigen::Index>(size);
    CostMatrix matrix(side, side);
    for (Eigen::Index i = 0; i < side; ++i) {
        for (Eigen::Index k = 0; k < side; ++k) {
            const std::int64_t value = cost[static_cast<std::size_t>(i * side + k)];
            matrix(i, k) = i == k || value >= kNoWay ? kForbidden : static_cast<double>(value);
        }
    }
    const Result<Assignment> answer = assign(matrix);
    return answer && answer->pairs == size
               ? static_cast<std::int64_t>(std::floor(answer->lower_bound + 1e-6))
               : std::numeric_limits<std::int64_t>::min();
}

}  // namespace

StopBound::StopBound(const std::vector<std::int64_t>& cost, std::size_t size, bool is_symmetric)
    : size_(size),
      cost_(cost.size()),
      prices_(size, 0),
      least_(size, 0),
      parent_(size, 0),
      last_degrees_(size, 2),
      bound_(std::numeric_limits<std::int64_t>::min()) {
    for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t k = 0; k < size; ++k) {
            cost_[i * size + k] =
                static_cast<double>(std::min(cost[i * size + k], cost[k * size + i]));
        }
    }
    if (!is_symmetric) {
        bound_ = assignment_bound(cost, size);
    }
    std::vector<int> degrees;
    best_ = one_tree(degrees);
    bound_ = std::max(bound_, static_cast<std::int64_t>(std::ceil(best_ - 1e-6)));
}

/// The shortest tree over all stops but the first (Prim), and two ways from that one. Returns its
/// length at the prices, less twice the prices.
double StopBound::one_tree(std::vector<int>& degrees) {
    degrees.assign(size_, 0);
    std::fill(least_.begin(), least_.end(), std::numeric_limits<double>::max());
    std::vector<std::uint32_t> open;
    for (std::uint32_t stop = 2; stop < size_; ++stop) {
        open.push_back(stop);
    }
    double length = 0;
    std::uint32_t added = 1;
    while (!open.empty()) {
        const double* row = cost_.data() + added * size_;
        const double price = prices_[added];
        std::size_t nearest = 0;
        double least = std::numeric_limits<double>::max();
        for (std::size_t i = 0; i < open.size(); ++i) {
            const std::uint32_t stop = open[i];
            const double value = row[stop] + price + prices_[stop];
            if (value < least_[stop]) {
                least_[stop] = value;
                parent_[stop] = added;
            }
            if (least_[stop] < least) {
                least = least_[stop];
                nearest = i;
            }
        }
        added = open[nearest];
        open[nearest] = open.back();
        open.pop_back();
        length += least_[added];
        ++degrees[added];
        ++degrees[parent_[added]];
    }
    std::uint32_t first = 1;
    std::uint32_t second = 2;
    const auto value = [&](std::uint32_t stop) { return cost_[stop] + prices_[stop]; };
    if (value(second) < value(first)) {
        std::swap(first, second);
    }
    for (std::uint32_t stop = 3; stop < size_; ++stop) {
        if (value(stop) < value(first)) {
            second = first;
            first = stop;
        } else if (value(stop) < value(second)) {
            second = stop;
        }
    }
    length += value(first) + value(second) + 2 * prices_[0];
    degrees[0] = 2;
    ++degrees[first];
    ++degrees[second];
    for (const double price : prices_) {
        length -= 2 * price;
    }
    return length;
}

std::int64_t StopBound::climb(std::int64_t tour_mm) {
    std::vector<int> degrees;
    const double length = one_tree(degrees);
    if (length > best_ + 1e-6 * std::abs(best_)) {
        best_ = length;
        idle_ = 0;
        bound_ = std::max(bound_, static_cast<std::int64_t>(std::ceil(best_ - 1e-3)));
    } else if (++idle_ > kIdleMax) {
        idle_ = 0;
        scale_ /= 2;
    }
    double excess = 0;
    for (const int degree : degrees) {
        excess += (degree - 2) * (degree - 2);
    }
    const double gap = std::max(static_cast<double>(tour_mm) - length, 1.0);
    const double step = excess == 0 ? 0 : scale_ * gap / excess;
    if (excess == 0) {
        scale_ = 0;  // A tour: nothing is left to gain.
    }
    for (std::size_t i = 0; i < size_; ++i) {
        prices_[i] += step * (0.7 * (degrees[i] - 2) + 0.3 * (last_degrees_[i] - 2));
    }
    last_degrees_ = degrees;
    return static_cast<std::int64_t>(size_ * size_ / 8);
}

}  // namespace tally::planner
