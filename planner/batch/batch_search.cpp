// The rounds of the search: an annealing, then its best batches mixed anew. What orders are worth
// is found once, after the first annealing.
#include <algorithm>
#include <cmath>
#include <utility>

#include "planner/batch/batching.hpp"

namespace tally::planner {

namespace {

constexpr std::int64_t kWorkPerCooling = 512;
constexpr std::int64_t kMixingShare = 4;     ///< one in so many of a round
constexpr float kFirstTemperature = 0.025F;  ///< of the mean length of a batch
constexpr float kLastTemperature = 0.005F;
constexpr std::int64_t kOverloadShare = 10;  ///< one in so many of the capacity
constexpr float kFirstPrice = 2.0F;          ///< of the mean length a unit of weight
constexpr float kLeastPrice = 0.5F;
constexpr float kMostPrice = 20.0F;
constexpr float kPriceRise = 1.01F;  ///< a cooling
constexpr float kPriceFall = 0.998F;
constexpr std::size_t kCheapBatches = 5'000;  ///< to mix anew
constexpr std::int64_t kCheapNodes = 50'000;  ///< below each order
constexpr double kFirstGap = 1.0 / 32;        ///< of what is found above the bound
constexpr double kMostGap = 0.5;

std::uint32_t scaled(std::uint64_t bits, std::size_t bound) {
    return static_cast<std::uint32_t>((bits * bound) >> 16U);
}

}  // namespace

/// Starts the annealing from what is batched so far.
void BatchSearch::settle() {
    for (std::size_t i = 0; i < thresholds_.size(); ++i) {
        const double share =
            (static_cast<double>(i) + 0.5) / static_cast<double>(thresholds_.size());
        thresholds_[i] = static_cast<float>(-std::log(share));
    }
    first_temperature_mm_ =
        kFirstTemperature * static_cast<float>(total_mm_) / static_cast<float>(groups_.size());
    std::int64_t weight = 0;
    for (const Group& group : groups_) {
        weight += group.weight;
    }
    mean_price_mm_ = static_cast<float>(total_mm_) / static_cast<float>(weight);
    price_mm_ = kFirstPrice * mean_price_mm_;
    load_max_ = std::int64_t{problem_.capacity} + problem_.capacity / kOverloadShare;
    with_mm_.assign(groups_.size() * problem_.orders.size(), kUnknown);
    without_mm_.assign(problem_.orders.size(), kUnknown);
    if (total_mm_ < best_.total_mm) {
        best_ = {group_of_, total_mm_};
    }
    begin_round();
}

void BatchSearch::begin_round() {
    phase_ = Phase::annealing;
    found_.total_mm = std::numeric_limits<std::int64_t>::max();
    const bool is_mixed =
        options_.work >= options_.round_work && problem_.orders.size() <= BatchMixing::kOrdersMax;
    const std::int64_t left = options_.work - work_done_;
    const std::int64_t rounds =
        is_mixed ? std::max<std::int64_t>(1, left / std::max<std::int64_t>(1, options_.round_work))
                 : 1;
    round_begin_ = work_done_;
    round_end_ = work_done_ + left / rounds;
    annealing_end_ = is_mixed ? round_end_ - left / rounds / kMixingShare : round_end_;
    cool();
}

void BatchSearch::cool() {
    next_cooling_ = work_done_ + kWorkPerCooling;
    const float share =
        static_cast<float>(work_done_ - round_begin_) /
        static_cast<float>(std::max<std::int64_t>(1, annealing_end_ - round_begin_));
    temperature_mm_ = first_temperature_mm_ * std::pow(kLastTemperature / kFirstTemperature, share);
    price_mm_ = std::clamp(price_mm_ * (overload_ > 0 ? kPriceRise : kPriceFall),
                           kLeastPrice * mean_price_mm_, kMostPrice * mean_price_mm_);
}

bool BatchSearch::step(std::int64_t work) {
    if (problem_.orders.size() < 2) {
        return true;
    }
    for (work = std::max<std::int64_t>(work, 1); phase_ == Phase::savings; work -= save()) {
        if (work <= 0) {
            return false;
        }
    }
    const std::int64_t end =
        work_done_ + std::min(std::max<std::int64_t>(work, 0), options_.work - work_done_);
    while (work_done_ < end) {
        switch (phase_) {
            case Phase::savings:
                break;  // Done above.
            case Phase::annealing:
                try_any();
                if (++work_done_ >= annealing_end_) {
                    end_annealing();
                } else if (work_done_ >= next_cooling_) {
                    cool();
                }
                break;
            case Phase::pricing:
                work_done_ += kWorkPerTour * prices_->step();
                if (prices_->is_done()) {
                    raise_bound();
                    begin_gathering(kFirstGap);
                }
                break;
            case Phase::gathering:
                gather();
                break;
            case Phase::mixing:
                mix();
                break;
        }
    }
    return work_done_ >= options_.work;
}

void BatchSearch::end_annealing() {
    if (found_.group_of.empty() || annealing_end_ == round_end_) {
        begin_round();
    } else if (mixing_) {
        begin_mixing();
    } else {
        prices_.emplace(problem_.orders, problem_.capacity, *length_);
        for (const Group& group : groups_) {
            if (!group.orders.empty() && group.weight <= problem_.capacity) {
                prices_->add(group.orders, group.length_mm);
            }
        }
        phase_ = Phase::pricing;
    }
}

void BatchSearch::raise_bound() {
    constexpr double kRounding = 1e-3;  // Lengths are whole numbers.
    if (!length_->is_exact()) {
        return;  // Batches were left out because parts of them cost too much.
    }
    lower_bound_mm_ = std::max(
        lower_bound_mm_, static_cast<std::int64_t>(std::ceil(prices_->bound_mm() - kRounding)));
}

/// Batches at most such a share of the gap above what they are worth.
void BatchSearch::begin_gathering(double share) {
    phase_ = Phase::gathering;
    gathered_share_ = share;
    const double gap_mm = static_cast<double>(best_.total_mm) - prices_->bound_mm();
    prices_->enumeration().begin(prices_->prices(),
                                 {std::max(1.0, share * gap_mm), kCheapBatches, kCheapNodes});
}

void BatchSearch::gather() {
    BatchEnumeration& enumeration = prices_->enumeration();
    const std::int64_t before = enumeration.nodes();
    if (enumeration.step()) {
        work_done_ += 1 + kWorkPerTour * (enumeration.nodes() - before);
    } else if (enumeration.found().size() < kCheapBatches && gathered_share_ < kMostGap) {
        begin_gathering(2 * gathered_share_);
    } else {
        mixing_.emplace(problem_.orders, problem_.capacity, prices_->prices(),
                        std::move(enumeration.found()));
        prices_.reset();
        begin_mixing();
    }
}

void BatchSearch::begin_mixing() {
    phase_ = Phase::mixing;
    // A search has a group more than orders at times.
    const std::uint32_t last = *std::max_element(found_.group_of.begin(), found_.group_of.end());
    std::vector<PricedBatch> batches(std::size_t{last} + 1);
    for (std::uint32_t order = 0; order < problem_.orders.size(); ++order) {
        batches[found_.group_of[order]].orders.push_back(order);
    }
    batches.erase(std::remove_if(batches.begin(), batches.end(),
                                 [](const PricedBatch& batch) { return batch.orders.empty(); }),
                  batches.end());
    for (PricedBatch& batch : batches) {
        batch.length_mm = length_->of(batch.orders);
    }
    mixing_->begin(std::move(batches));
}

void BatchSearch::mix() {
    work_done_ += mixing_->step(prng_);
    if (mixing_->total_mm() < best_.total_mm) {
        best_.total_mm = mixing_->total_mm();
        std::uint32_t group = 0;
        for (const PricedBatch& batch : mixing_->batches()) {
            for (const std::uint32_t order : batch.orders) {
                best_.group_of[order] = group;
            }
            ++group;
        }
    }
    if (work_done_ >= round_end_) {
        begin_round();
    }
}

BatchSearch::Draw BatchSearch::draw() {
    const std::uint64_t bits = prng_.next();
    const std::size_t orders = problem_.orders.size();
    Draw draw{};
    draw.first = scaled(bits & 0xffffU, orders);
    draw.second = scaled(bits >> 16U & 0xffffU, orders);
    draw.third = static_cast<std::uint32_t>(((bits >> 32U & 0x3fffU) * orders) >> 14U);
    draw.kind = static_cast<std::uint32_t>(bits >> 46U & 0xffU);
    draw.threshold = static_cast<std::uint32_t>(bits >> 54U);
    return draw;
}

void BatchSearch::try_any() {
    const Draw draw = this->draw();
    if (draw.kind < 64) {
        try_move(draw);
    } else if (draw.kind < 160) {
        try_swap(draw);
    } else if (draw.kind < 200) {
        try_two_for_one(draw);
    } else {
        try_ring(draw);
    }
}

}  // namespace tally::planner
