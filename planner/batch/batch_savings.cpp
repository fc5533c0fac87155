// What a search begins with: orders as they came, then the savings heuristic, row by row.
#include <algorithm>
#include <numeric>

#include "planner/batch/batching.hpp"

namespace tally::planner {

namespace {

constexpr std::int64_t kWorkPerRow = 1;

/// Each batch is at least as long as the least that one of its orders asks for. Sorted by that, the
/// first k batches hold at most k times the capacity, so batch k + 1 is at least as long as the
/// order after it.
std::int64_t bound_of(const BatchingProblem& problem, BatchLength& length) {
    std::vector<std::int32_t> least_mm;
    for (std::uint32_t order = 0; order < problem.orders.size(); ++order) {
        least_mm.push_back(length.least(order));
    }
    std::vector<std::size_t> by_length(least_mm.size());
    std::iota(by_length.begin(), by_length.end(), std::size_t{0});
    std::sort(by_length.begin(), by_length.end(), [&](std::size_t a, std::size_t b) {
        return std::pair(least_mm[b], a) < std::pair(least_mm[a], b);
    });
    std::int64_t bound_mm = 0;
    std::int64_t weight = 0;
    std::int64_t batches = 0;
    for (const std::size_t order : by_length) {
        weight += problem.orders[order].weight;
        while (weight > batches * problem.capacity) {
            bound_mm += least_mm[order];
            ++batches;
        }
    }
    return bound_mm;
}

}  // namespace

/// A new batch whenever the next order does not fit.
std::vector<std::uint32_t> BatchSearch::first_come() const {
    std::vector<std::uint32_t> group_of;
    std::uint32_t group = 0;
    std::int64_t weight = 0;
    for (const BatchOrder& order : problem_.orders) {
        weight += order.weight;
        if (weight > problem_.capacity) {
            weight = order.weight;
            ++group;
        }
        group_of.push_back(group);
    }
    return group_of;
}

void BatchSearch::begin() {
    const std::vector<std::uint32_t> as_they_came = first_come();
    take_groups(as_they_came);
    best_ = {as_they_came, total_mm_};
    std::vector<std::uint32_t> apart(problem_.orders.size());
    std::iota(apart.begin(), apart.end(), 0U);
    take_groups(apart);
    lower_bound_mm_ = bound_of(problem_, *length_);
    savings_.assign(groups_.size() * groups_.size(), kUnknown);
    partners_.assign(groups_.size(), {});
    merged_ = static_cast<std::uint32_t>(groups_.size());
    savings_left_ = options_.savings_tours;
}

void BatchSearch::take_groups(const std::vector<std::uint32_t>& group_of) {
    group_of_ = group_of;
    groups_.assign(std::size_t{*std::max_element(group_of.begin(), group_of.end())} + 1, {});
    for (std::uint32_t order = 0; order < group_of.size(); ++order) {
        Group& group = groups_[group_of[order]];
        group.orders.push_back(order);
        group.key += order_keys_[order];
        group.weight += problem_.orders[order].weight;
    }
    total_mm_ = 0;
    for (Group& group : groups_) {
        group.length_mm = length_->of(group.orders);
        total_mm_ += group.length_mm;
    }
}

/// One more row, or one more merger after the last. Returns the work it took.
std::int64_t BatchSearch::save() {
    const std::int64_t tours = row_ < partners_.size() ? look_at(row_++) : 0;
    savings_left_ -= tours;
    if (savings_left_ <= 0 || (row_ == partners_.size() && !merge_best())) {
        end_savings();
    }
    return kWorkPerRow + kWorkPerTour * tours;
}

/// Which later group a group saves most with; of equals the first. Returns how many tours that
/// took.
std::int64_t BatchSearch::look_at(std::uint32_t row) {
    Partner& partner = partners_[row];
    if (groups_[row].orders.empty()) {
        return 0;
    }
    const auto end = static_cast<std::uint32_t>(groups_.size());
    if (!partner.is_stale) {
        return merged_ > row && merged_ < end ? weigh(row, merged_) : 0;
    }
    partner = {0, 0, false};
    std::int64_t tours = 0;
    for (std::uint32_t other = row + 1; other < end; ++other) {
        tours += weigh(row, other);
    }
    return tours;
}

/// Savings are those of the batches as they are by now.
std::int64_t BatchSearch::weigh(std::uint32_t row, std::uint32_t other) {
    const Group& a = groups_[row];
    const Group& b = groups_[other];
    if (b.orders.empty() || a.weight + b.weight > problem_.capacity) {
        return 0;
    }
    std::int32_t& saving_mm = savings_[row * groups_.size() + other];
    const bool is_new = saving_mm == kUnknown;
    if (is_new) {
        scratch_ = a.orders;
        scratch_.insert(scratch_.end(), b.orders.begin(), b.orders.end());
        saving_mm = a.length_mm + b.length_mm - length_->of(scratch_);
        ++planned_;
    }
    Partner& partner = partners_[row];
    if (saving_mm > partner.saving_mm ||
        (saving_mm == partner.saving_mm && saving_mm > 0 && other < partner.group)) {
        partner = {saving_mm, other, false};
    }
    return is_new ? 1 : 0;
}

/// Merges the two groups that save most together. False if none do.
bool BatchSearch::merge_best() {
    const auto best = std::max_element(
        partners_.begin(), partners_.end(),
        [](const Partner& a, const Partner& b) { return a.saving_mm < b.saving_mm; });
    const std::int32_t saving_mm = best->saving_mm;
    if (saving_mm <= 0) {
        return false;
    }
    const auto into = static_cast<std::uint32_t>(best - partners_.begin());
    const std::uint32_t from = best->group;
    groups_[into].length_mm += groups_[from].length_mm - saving_mm;
    const std::vector<std::uint32_t> orders = groups_[from].orders;
    for (const std::uint32_t order : orders) {
        put(order, into);
    }
    groups_[from].length_mm = 0;
    total_mm_ -= saving_mm;
    const std::size_t count = groups_.size();
    for (std::uint32_t other = 0; other < count; ++other) {
        savings_[into * count + other] = kUnknown;
        savings_[other * count + into] = kUnknown;
        Partner& partner = partners_[other];
        partner.is_stale =
            partner.saving_mm > 0 && (partner.group == into || partner.group == from);
    }
    partners_[from] = {0, 0, false};
    partners_[into].is_stale = true;
    merged_ = into;
    row_ = 0;
    return true;
}

/// The annealing begins with what is merged; cut short, maybe with orders as they came.
void BatchSearch::end_savings() {
    const bool is_cut = savings_left_ <= 0;
    savings_ = {};
    partners_ = {};
    if (is_cut && best_.total_mm < total_mm_) {
        take_groups(best_.group_of);
    } else {
        groups_.erase(std::remove_if(groups_.begin(), groups_.end(),
                                     [](const Group& group) { return group.orders.empty(); }),
                      groups_.end());
        for (std::uint32_t i = 0; i < groups_.size(); ++i) {
            for (const std::uint32_t order : groups_[i].orders) {
                group_of_[order] = i;
            }
        }
    }
    settle();
}

}  // namespace tally::planner
