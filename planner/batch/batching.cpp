#include "planner/batch/batching.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>

namespace tally::planner {

namespace {

constexpr std::size_t kKnownTable = std::size_t{1} << 18U;

Result<void> check(const BatchingProblem& problem) {
    if (problem.orders.empty()) {
        return fail(ErrorKind::refused, "there are no orders to batch");
    }
    if (problem.orders.size() > kBatchOrdersMax) {
        return fail(ErrorKind::exhausted, std::to_string(problem.orders.size()) +
                                              " orders at once; batch up to 2000, wave by wave");
    }
    if (problem.capacity < 1) {
        return fail(ErrorKind::refused, "a vehicle of capacity " +
                                            std::to_string(problem.capacity) +
                                            " carries nothing; write 1 or more");
    }
    for (std::size_t i = 0; i < problem.orders.size(); ++i) {
        const std::int32_t weight = problem.orders[i].weight;
        if (weight < 1 || weight > problem.capacity) {
            return fail(ErrorKind::refused,
                        "order " + std::to_string(i) + " weighs " + std::to_string(weight) +
                            " and a vehicle carries 1 to " + std::to_string(problem.capacity) +
                            "; split the order or take a larger vehicle");
        }
    }
    return {};
}

/// Each batch is at least as long as its longest order alone. Sorted by that, the first k batches
/// hold at most k times the capacity, so batch k + 1 is at least as long as the order after it.
std::int64_t bound_of(const BatchingProblem& problem, std::vector<std::int32_t> alone_mm) {
    std::vector<std::size_t> by_length(alone_mm.size());
    std::iota(by_length.begin(), by_length.end(), std::size_t{0});
    std::sort(by_length.begin(), by_length.end(), [&](std::size_t a, std::size_t b) {
        return std::pair(alone_mm[b], a) < std::pair(alone_mm[a], b);
    });
    std::int64_t bound_mm = 0;
    std::int64_t weight = 0;
    std::int64_t batches = 0;
    for (const std::size_t order : by_length) {
        weight += problem.orders[order].weight;
        while (weight > batches * problem.capacity) {
            bound_mm += alone_mm[order];
            ++batches;
        }
    }
    return bound_mm;
}

}  // namespace

double Batching::gap() const {
    return lower_bound_mm == 0 ? 0
                               : static_cast<double>(total_mm - lower_bound_mm) /
                                     static_cast<double>(lower_bound_mm);
}

Result<BatchSearch> BatchSearch::on(BatchingProblem problem, const BatchSearchOptions& options) {
    TALLY_TRY(check(problem));
    TALLY_TRY_ASSIGN(auto length, batch_length_on(problem.floor, problem.depot, problem.orders));
    return on(std::move(problem), std::move(length), options);
}

Result<BatchSearch> BatchSearch::on(BatchingProblem problem, std::unique_ptr<BatchLength> length,
                                    const BatchSearchOptions& options) {
    TALLY_TRY(check(problem));
    BatchSearch search;
    search.length_ = std::move(length);
    search.options_ = options;
    search.prng_ = Prng(options.seed);
    const std::size_t orders = problem.orders.size();
    Prng keys = search.prng_.fork("keys of orders");
    for (std::size_t i = 0; i < orders; ++i) {
        search.order_keys_.push_back(keys.next() | 1U);
    }
    search.known_.resize(kKnownTable);
    search.problem_ = std::move(problem);
    search.begin_savings();
    while (search.merge_best()) {
    }
    search.settle();
    return search;
}

/// One batch an order.
void BatchSearch::begin_savings() {
    std::vector<std::int32_t> alone_mm;
    for (std::uint32_t order = 0; order < problem_.orders.size(); ++order) {
        const std::int32_t length_mm = length_->of({&order, 1});
        groups_.push_back({{order}, order_keys_[order], problem_.orders[order].weight, length_mm});
        group_of_.push_back(order);
        alone_mm.push_back(length_mm);
        total_mm_ += length_mm;
    }
    lower_bound_mm_ = bound_of(problem_, std::move(alone_mm));
    savings_.assign(groups_.size() * groups_.size(), kUnknown);
}

/// Merges the two batches that save most together; savings are those of the batches as they are.
bool BatchSearch::merge_best() {
    const std::size_t count = problem_.orders.size();
    std::int32_t best_mm = 0;
    std::pair<std::size_t, std::size_t> best{0, 0};
    for (std::size_t a = 0; a < count; ++a) {
        for (std::size_t b = a + 1; b < count && !groups_[a].orders.empty(); ++b) {
            if (groups_[b].orders.empty() ||
                groups_[a].weight + groups_[b].weight > problem_.capacity) {
                continue;
            }
            std::int32_t& saving_mm = savings_[a * count + b];
            if (saving_mm == kUnknown) {
                scratch_ = groups_[a].orders;
                scratch_.insert(scratch_.end(), groups_[b].orders.begin(), groups_[b].orders.end());
                saving_mm = groups_[a].length_mm + groups_[b].length_mm - length_->of(scratch_);
                ++planned_;
            }
            if (saving_mm > best_mm) {
                best_mm = saving_mm;
                best = {a, b};
            }
        }
    }
    if (best_mm == 0) {
        groups_.erase(std::remove_if(groups_.begin(), groups_.end(),
                                     [](const Group& group) { return group.orders.empty(); }),
                      groups_.end());
        for (std::uint32_t i = 0; i < groups_.size(); ++i) {
            for (const std::uint32_t order : groups_[i].orders) {
                group_of_[order] = i;
            }
        }
        savings_ = {};
        return false;
    }
    Group& into = groups_[best.first];
    into.length_mm += groups_[best.second].length_mm - best_mm;
    const std::vector<std::uint32_t> orders = groups_[best.second].orders;
    for (const std::uint32_t order : orders) {
        put(order, best.first);
    }
    groups_[best.second].length_mm = 0;
    total_mm_ -= best_mm;
    for (std::size_t other = 0; other < count; ++other) {
        savings_[best.first * count + other] = kUnknown;
        savings_[other * count + best.first] = kUnknown;
    }
    return true;
}

Batching BatchSearch::best() const {
    std::map<std::uint32_t, Batch> by_group;
    for (std::uint32_t order = 0; order < best_.group_of.size(); ++order) {
        by_group[best_.group_of[order]].orders.push_back(order);
    }
    Batching answer;
    answer.lower_bound_mm = lower_bound_mm_;
    for (auto& [group, batch] : by_group) {
        batch.length_mm = length_->of(batch.orders);
        answer.total_mm += batch.length_mm;
        answer.batches.push_back(std::move(batch));
    }
    std::sort(answer.batches.begin(), answer.batches.end(),
              [](const Batch& a, const Batch& b) { return a.orders[0] < b.orders[0]; });
    return answer;
}

Result<Batching> first_come_batching(const BatchingProblem& problem) {
    TALLY_TRY(check(problem));
    TALLY_TRY_ASSIGN(const std::unique_ptr<BatchLength> length,
                     batch_length_on(problem.floor, problem.depot, problem.orders));
    Batching answer;
    std::vector<std::int32_t> alone_mm;
    std::int64_t weight = 0;
    for (std::uint32_t order = 0; order < problem.orders.size(); ++order) {
        alone_mm.push_back(length->of({&order, 1}));
        weight += problem.orders[order].weight;
        if (answer.batches.empty() || weight > problem.capacity) {
            answer.batches.emplace_back();
            weight = problem.orders[order].weight;
        }
        answer.batches.back().orders.push_back(order);
    }
    for (Batch& batch : answer.batches) {
        batch.length_mm = length->of(batch.orders);
        answer.total_mm += batch.length_mm;
    }
    answer.lower_bound_mm = bound_of(problem, std::move(alone_mm));
    return answer;
}

}  // namespace tally::planner
