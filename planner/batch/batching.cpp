#include "planner/batch/batching.hpp"

#include <algorithm>
#include <map>
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
    search.begin();
    return search;
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
    TALLY_TRY_ASSIGN(const BatchSearch search, BatchSearch::on(problem, {}));
    return search.best();  // What a search begins with.
}

}  // namespace tally::planner
