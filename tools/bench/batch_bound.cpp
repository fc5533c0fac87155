#include "tools/bench/batch_bound.hpp"

#include <algorithm>
#include <cmath>
#include <coin/Clp_C_Interface.h>
#include <limits>
#include <memory>
#include <numeric>
#include <vector>

namespace tally::bench {

namespace {

using planner::BatchingProblem;

constexpr double kTiny = 1e-6;
constexpr std::size_t kBatchesARound = 300;
constexpr int kRoundsMax = 400;
constexpr std::int64_t kFirstNodes = 50'000;

struct Column {
    std::vector<std::uint32_t> orders;
    double length_mm = 0;
    double reduced_mm = 0;
};

/// Every order in a batch at least: shorter than exactly once, but no tour gets longer by leaving
/// an order out, so that the least is the same. And as many batches at least as all weight fills.
class Master {
 public:
    Master(std::size_t orders, double batches_min) : model_(Clp_newModel(), &Clp_deleteModel) {
        Clp_setLogLevel(model_.get(), 0);
        std::vector<double> least(orders, 1.0);
        least.push_back(batches_min);
        const std::vector<double> any(least.size(), std::numeric_limits<double>::max());
        const std::vector<CoinBigIndex> starts(least.size() + 1, 0);
        Clp_addRows(model_.get(), static_cast<int>(least.size()), least.data(), any.data(),
                    starts.data(), nullptr, nullptr);
        batch_row_ = static_cast<int>(orders);
    }

    void add(const Column& column) {
        const double low = 0;
        const double high = std::numeric_limits<double>::max();
        std::vector<int> rows(column.orders.begin(), column.orders.end());
        rows.push_back(batch_row_);
        const CoinBigIndex starts[] = {0, static_cast<CoinBigIndex>(rows.size())};
        const std::vector<double> ones(rows.size(), 1.0);
        Clp_addColumns(model_.get(), 1, &low, &high, &column.length_mm, starts, rows.data(),
                       ones.data());
    }

    /// What each order is worth, then what a batch is for being one.
    std::vector<double> prices() {
        Clp_primal(model_.get(), 0);
        const double* duals = Clp_dualRowSolution(model_.get());
        std::vector<double> prices(duals, duals + batch_row_ + 1);
        for (double& price : prices) {
            price = std::max(price, 0.0);
        }
        return prices;
    }

 private:
    std::unique_ptr<Clp_Simplex, decltype(&Clp_deleteModel)> model_;
    int batch_row_ = 0;
};

/// Looks for batches shorter than what their orders are worth, depth first. What is left of a
/// partial batch cannot be worth more than filling it up with fractions of the dearest orders.
class Pricing {
 public:
    Pricing(const BatchingProblem& problem, planner::BatchLength& length)
        : problem_(problem), length_(length), by_worth_(problem.orders.size()) {
        std::iota(by_worth_.begin(), by_worth_.end(), 0U);
    }

    /// True if no partial batch was left out for want of nodes.
    bool run(const std::vector<double>& prices, std::int64_t nodes) {
        prices_ = prices;
        const auto worth = [&](std::uint32_t order) {  // a unit of weight
            const auto weight = static_cast<double>(problem_.orders[order].weight);
            return weight > 0 ? prices[order] / weight : std::numeric_limits<double>::infinity();
        };
        std::sort(by_worth_.begin(), by_worth_.end(), [&](std::uint32_t a, std::uint32_t b) {
            const double worth_a = worth(a), worth_b = worth(b);
            return worth_a > worth_b || (worth_a == worth_b && a < b);
        });
        found_.clear();
        least_mm_ = 0;
        is_complete_ = true;
        for (std::size_t i = 0; i < by_worth_.size(); ++i) {
            nodes_left_ = nodes / static_cast<std::int64_t>(by_worth_.size());
            descend(i, problem_.capacity, prices.back());
        }
        return is_complete_;
    }

    [[nodiscard]] const std::vector<Column>& found() const { return found_; }
    /// No batch is shorter than its worth by more than this; 0 or less.
    [[nodiscard]] double least_mm() const { return least_mm_; }

 private:
    [[nodiscard]] double worth_left(std::size_t from, std::int32_t room) const {
        double worth = 0;
        for (std::size_t i = from; i < by_worth_.size() && room > 0; ++i) {
            const std::int32_t weight = problem_.orders[by_worth_[i]].weight;
            worth += prices_[by_worth_[i]] * std::min(weight, room) / weight;
            room -= std::min(weight, room);
        }
        return worth;
    }

    void descend(std::size_t at, std::int32_t room, double worth) {
        const std::uint32_t order = by_worth_[at];
        room -= problem_.orders[order].weight;
        if (room < 0 || prices_[order] <= 0) {
            return;
        }
        worth += prices_[order];
        batch_.push_back(order);
        const double length_mm = length_.of(batch_);
        --nodes_left_;
        const double reduced_mm = length_mm - worth;
        if (reduced_mm < -kTiny) {
            keep({batch_, length_mm, reduced_mm});
        }
        least_mm_ = std::min(least_mm_, reduced_mm);
        for (std::size_t next = at + 1; next < by_worth_.size(); ++next) {
            const double bound_mm = reduced_mm - worth_left(next, room);
            if (bound_mm >= -kTiny) {
                break;
            }
            if (nodes_left_ <= 0) {
                least_mm_ = std::min(least_mm_, bound_mm);
                is_complete_ = false;
                break;
            }
            descend(next, room, worth);
        }
        batch_.pop_back();
    }

    void keep(Column column) {
        const auto is_better = [](const Column& a, const Column& b) {
            return a.reduced_mm < b.reduced_mm;
        };
        found_.push_back(std::move(column));
        std::push_heap(found_.begin(), found_.end(), is_better);
        if (found_.size() > kBatchesARound) {
            std::pop_heap(found_.begin(), found_.end(), is_better);
            found_.pop_back();
        }
    }

    const BatchingProblem& problem_;
    planner::BatchLength& length_;
    std::vector<std::uint32_t> by_worth_;
    std::vector<double> prices_;
    std::vector<std::uint32_t> batch_;
    std::vector<Column> found_;
    double least_mm_ = 0;
    std::int64_t nodes_left_ = 0;
    bool is_complete_ = true;
};

double capacities(const BatchingProblem& problem) {
    double weight = 0;
    for (const planner::BatchOrder& order : problem.orders) {
        weight += order.weight;
    }
    return weight / problem.capacity;
}

}  // namespace

BatchBound batch_bound(const BatchingProblem& problem, const planner::Batching& known,
                       std::int64_t nodes) {
    const auto length = planner::batch_length_on(problem.floor, problem.depot, problem.orders);
    const std::size_t orders = problem.orders.size();
    const double batches_min = std::ceil(capacities(problem) - kTiny);
    // Two batches that fit into one are never better apart: there is a best batching of so many.
    const double batches_max = 2 * capacities(problem) + 1;
    Master master(orders, batches_min);
    for (const planner::Batch& batch : known.batches) {
        master.add({batch.orders, static_cast<double>(batch.length_mm), 0});
    }
    for (std::uint32_t order = 0; order < orders; ++order) {
        master.add({{order}, static_cast<double>((*length)->of({&order, 1})), 0});
    }
    Pricing pricing(problem, **length);
    BatchBound answer;
    answer.bound_mm = static_cast<double>(known.lower_bound_mm);
    std::int64_t nodes_now = std::min(nodes, kFirstNodes);
    while (answer.rounds < kRoundsMax) {
        const std::vector<double> prices = master.prices();
        const bool is_complete = pricing.run(prices, nodes_now);
        const double worth =
            std::accumulate(prices.begin(), prices.end() - 1, 0.0) + prices.back() * batches_min;
        answer.bound_mm = std::max(answer.bound_mm, worth + batches_max * pricing.least_mm());
        if (pricing.found().empty()) {
            answer.is_relaxation = is_complete;
            if (is_complete || nodes_now >= nodes) {
                break;
            }
            nodes_now = std::min(nodes, 8 * nodes_now);
            continue;
        }
        for (const Column& column : pricing.found()) {
            master.add(column);
        }
        ++answer.rounds;
    }
    return answer;
}

}  // namespace tally::bench
