#include "planner/batch/batch_prices.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tally::planner {

namespace {

constexpr double kTiny = 1e-6;
constexpr std::size_t kBatchesARound = 300;
constexpr std::int64_t kFirstNodes = 500;  ///< below each order
constexpr std::int64_t kMostNodes = 200'000;
constexpr std::int64_t kNodesRise = 8;
constexpr std::size_t kCellsATour = 1'000;  ///< of the inverse, changed in the time of a tour

std::int64_t weight_of(std::span<const BatchOrder> orders) {
    std::int64_t weight = 0;
    for (const BatchOrder& order : orders) {
        weight += order.weight;
    }
    return weight;
}

std::size_t batches_min(std::span<const BatchOrder> orders, std::int32_t capacity) {
    return static_cast<std::size_t>((weight_of(orders) + capacity - 1) / capacity);
}

std::vector<std::int32_t> lengths_alone(std::size_t orders, BatchLength& length) {
    std::vector<std::int32_t> alone_mm;
    for (std::uint32_t order = 0; order < orders; ++order) {
        alone_mm.push_back(length.of({&order, 1}));
    }
    return alone_mm;
}

}  // namespace

BatchEnumeration::BatchEnumeration(std::span<const BatchOrder> orders, std::int32_t capacity,
                                   BatchLength& length)
    : capacity_(capacity), length_(&length), by_worth_(orders.size()) {
    for (const BatchOrder& order : orders) {
        weights_.push_back(order.weight);
    }
}

void BatchEnumeration::begin(std::span<const double> prices, const Limits& limits) {
    prices_.assign(prices.begin(), prices.end());
    limits_ = limits;
    std::iota(by_worth_.begin(), by_worth_.end(), 0U);
    std::vector<double> worth(by_worth_.size());  // a unit of weight
    for (std::size_t order = 0; order < worth.size(); ++order) {
        worth[order] = prices_[order] / std::max(kTiny, static_cast<double>(weights_[order]));
    }
    std::sort(by_worth_.begin(), by_worth_.end(), [&](std::uint32_t a, std::uint32_t b) {
        return worth[a] > worth[b] || (worth[a] == worth[b] && a < b);
    });
    found_.clear();
    next_ = 0;
    nodes_ = 0;
    least_mm_ = 0;
    is_complete_ = true;
}

bool BatchEnumeration::step() {
    if (next_ == by_worth_.size()) {
        return false;
    }
    nodes_end_ = nodes_ + limits_.nodes;
    descend(next_++, capacity_, prices_.back());
    return true;
}

double BatchEnumeration::worth_left(std::size_t from, std::int64_t room) const {
    double worth = 0;
    for (std::size_t i = from; i < by_worth_.size() && room > 0; ++i) {
        const std::uint32_t order = by_worth_[i];
        const std::int64_t weight = weights_[order];
        if (weight <= room) {
            worth += prices_[order];
        } else {
            worth += prices_[order] * static_cast<double>(room) / static_cast<double>(weight);
        }
        room -= weight;
    }
    return worth;
}

void BatchEnumeration::descend(std::size_t at, std::int64_t room, double worth) {
    const std::uint32_t order = by_worth_[at];
    room -= weights_[order];
    // A tour gets no shorter by an order, so that one worth nothing never makes a batch cheap.
    if (room < 0 || (limits_.over_mm <= 0 && prices_[order] <= 0)) {
        return;
    }
    worth += prices_[order];
    batch_.push_back(order);
    const std::int32_t length_mm = length_->of(batch_);
    ++nodes_;
    const double over_mm = length_mm - worth;
    least_mm_ = std::min(least_mm_, over_mm);
    if (over_mm < limits_.over_mm) {
        keep(length_mm, over_mm);
    }
    for (std::size_t next = at + 1; next < by_worth_.size(); ++next) {
        const double bound_mm = over_mm - worth_left(next, room);
        if (bound_mm >= limits_.over_mm) {
            break;
        }
        if (nodes_ >= nodes_end_) {
            least_mm_ = std::min(least_mm_, bound_mm);
            is_complete_ = false;
            break;
        }
        descend(next, room, worth);
    }
    batch_.pop_back();
}

void BatchEnumeration::keep(std::int32_t length_mm, double over_mm) {
    const auto is_better = [](const PricedBatch& a, const PricedBatch& b) {
        return a.over_mm < b.over_mm;
    };
    found_.push_back({batch_, length_mm, over_mm});
    std::push_heap(found_.begin(), found_.end(), is_better);
    if (found_.size() > limits_.batches) {
        std::pop_heap(found_.begin(), found_.end(), is_better);
        found_.pop_back();
        if (limits_.over_mm > 0) {
            limits_.over_mm = std::min(limits_.over_mm, found_.front().over_mm);
        }
    }
}

BatchPrices::BatchPrices(std::span<const BatchOrder> orders, std::int32_t capacity,
                         BatchLength& length)
    : relaxation_(lengths_alone(orders.size(), length), batches_min(orders, capacity)),
      enumeration_(orders, capacity, length),
      batches_min_(batches_min(orders, capacity)),
      // Two batches that fit into one are never better apart.
      batches_max_(static_cast<std::size_t>(2 * weight_of(orders) / capacity + 1)),
      nodes_(kFirstNodes),
      pivot_work_(static_cast<std::int64_t>(1 + orders.size() * orders.size() / kCellsATour)) {}

std::int64_t BatchPrices::step() {
    switch (phase_) {
        case Phase::pivots:
            if (!relaxation_.pivot()) {
                begin_batches();
            }
            return pivot_work_;
        case Phase::batches: {
            const std::int64_t before = enumeration_.nodes();
            if (!enumeration_.step()) {
                end_batches();
                return 1;
            }
            return enumeration_.nodes() - before;
        }
        case Phase::done:
            break;
    }
    return 1;
}

void BatchPrices::begin_batches() {
    prices_.assign(relaxation_.prices().begin(), relaxation_.prices().end());
    for (double& price : prices_) {
        price = std::max(price, 0.0);
    }
    enumeration_.begin(prices_, {-kTiny, kBatchesARound, nodes_});
    phase_ = Phase::batches;
}

void BatchPrices::end_batches() {
    const double worth = std::accumulate(prices_.begin(), prices_.end() - 1, 0.0) +
                         prices_.back() * static_cast<double>(batches_min_);
    bound_mm_ = std::max(
        bound_mm_, worth + static_cast<double>(batches_max_) * enumeration_.least_mm() - kTiny);
    phase_ = Phase::pivots;
    if (!enumeration_.found().empty()) {
        for (const PricedBatch& batch : enumeration_.found()) {
            relaxation_.add(batch.orders, batch.length_mm);
        }
    } else if (enumeration_.is_complete() || nodes_ >= kMostNodes) {
        phase_ = Phase::done;
    } else {
        nodes_ *= kNodesRise;
    }
}

}  // namespace tally::planner
