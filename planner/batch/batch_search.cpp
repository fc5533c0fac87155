// Moves, swaps and rings of the annealing. What a set of orders costs is remembered by a key that
// identifies the set, first beside the pair of orders that asked for it, then in a table for all.
//
// Batches are nearly full, so that only one move in ten would keep the capacity. A batch may
// therefore be loaded a tenth too high for a while, at a price a unit that rises while there is
// such a batch and falls while there is none; only what keeps the capacity is an answer (Gendreau,
// Hertz and Laporte, Management Science 40, 1994).
#include <algorithm>
#include <cmath>
#include <utility>

#include "planner/batch/batching.hpp"

namespace tally::planner {

namespace {

constexpr std::int64_t kWorkPerCooling = 512;
constexpr std::int64_t kWorkPerTour = 10;
constexpr std::int64_t kWorkPerAnneal = 60'000'000;  ///< slower cooling gains less than another
constexpr float kFirstTemperature = 0.025F;          ///< of the mean length of a batch
constexpr float kLastTemperature = 0.005F;
constexpr std::int64_t kOverloadShare = 10;  ///< one in so many of the capacity
constexpr float kFirstPrice = 2.0F;          ///< of the mean length a unit of weight
constexpr float kLeastPrice = 0.5F;
constexpr float kMostPrice = 20.0F;
constexpr float kPriceRise = 1.01F;  ///< a cooling
constexpr float kPriceFall = 0.998F;

std::uint32_t scaled(std::uint64_t bits, std::size_t bound) {
    return static_cast<std::uint32_t>((bits * bound) >> 16U);
}

}  // namespace

/// Starts the annealing from the savings heuristic.
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
    load_max_ = problem_.capacity + problem_.capacity / kOverloadShare;
    cool();
    best_total_mm_ = total_mm_;
    best_group_of_ = group_of_;
}

void BatchSearch::cool() {
    next_cooling_ = work_done_ + kWorkPerCooling;
    const std::int64_t anneals = std::max<std::int64_t>(1, options_.work / kWorkPerAnneal);
    const std::int64_t anneal = std::max<std::int64_t>(1, options_.work / anneals);
    const float share = static_cast<float>(work_done_ % anneal) / static_cast<float>(anneal);
    temperature_mm_ = first_temperature_mm_ * std::pow(kLastTemperature / kFirstTemperature, share);
    price_mm_ = std::clamp(price_mm_ * (overload_ > 0 ? kPriceRise : kPriceFall),
                           kLeastPrice * mean_price_mm_, kMostPrice * mean_price_mm_);
}

bool BatchSearch::step(std::int64_t work) {
    if (problem_.orders.size() < 2) {
        return true;
    }
    const std::int64_t end =
        work_done_ + std::min(std::max<std::int64_t>(work, 0), options_.work - work_done_);
    while (work_done_ < end) {
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
        ++work_done_;
        if (work_done_ >= next_cooling_) {
            cool();
        }
    }
    return work_done_ >= options_.work;
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

bool BatchSearch::accepts(std::int64_t delta_mm, const Draw& draw) const {
    return delta_mm <= 0 ||
           static_cast<float>(delta_mm) < temperature_mm_ * thresholds_[draw.threshold];
}

std::int32_t BatchSearch::length_of(std::uint64_t key, std::span<const std::uint32_t> orders) {
    if (orders.empty()) {
        return 0;
    }
    Known& known = known_[key & (known_.size() - 1)];
    if (known.key != key) {
        known = {key, length_->of(orders)};
        ++planned_;
        work_done_ += kWorkPerTour;
    }
    return known.length_mm;
}

/// Length of the order's batch if it left.
std::int32_t BatchSearch::length_without(std::uint32_t order) {
    return length_replaced(order, order);
}

/// Length of the batch of `out` with `in` in its place; both the same: without it.
std::int32_t BatchSearch::length_replaced(std::uint32_t out, std::uint32_t in) {
    const Group& group = groups_[group_of_[out]];
    const std::uint64_t key = group.key - order_keys_[out] + (out == in ? 0 : order_keys_[in]);
    Known* known = replaced_.empty() ? nullptr : &replaced_[out * problem_.orders.size() + in];
    if (known != nullptr && known->key == key) {
        return known->length_mm;
    }
    scratch_.clear();
    for (const std::uint32_t order : group.orders) {
        if (order != out) {
            scratch_.push_back(order);
        }
    }
    if (out != in) {
        scratch_.push_back(in);
    }
    const std::int32_t length_mm = length_of(key, scratch_);
    if (known != nullptr) {
        *known = {key, length_mm};
    }
    return length_mm;
}

std::size_t BatchSearch::empty_group() {
    for (std::size_t i = groups_.size(); i > 0; --i) {
        if (groups_[i - 1].orders.empty()) {
            return i - 1;
        }
    }
    groups_.emplace_back();
    return groups_.size() - 1;
}

/// Moves the order over; lengths are set by the caller.
void BatchSearch::put(std::uint32_t order, std::size_t to) {
    Group& from = groups_[group_of_[order]];
    *std::find(from.orders.begin(), from.orders.end(), order) = from.orders.back();
    from.orders.pop_back();
    from.key -= order_keys_[order];
    from.weight -= problem_.orders[order].weight;
    groups_[to].orders.push_back(order);
    groups_[to].key += order_keys_[order];
    groups_[to].weight += problem_.orders[order].weight;
    group_of_[order] = static_cast<std::uint32_t>(to);
}

/// By how much the group would be loaded higher above the capacity with so much more.
std::int64_t BatchSearch::overload_by(const Group& group, std::int64_t more) const {
    const auto above = [this](std::int64_t weight) {
        return std::max<std::int64_t>(0, weight - problem_.capacity);
    };
    return above(group.weight + more) - above(group.weight);
}

std::int64_t BatchSearch::price_of(std::int64_t overload) const {
    return static_cast<std::int64_t>(price_mm_ * static_cast<float>(overload));
}

void BatchSearch::note_change(std::int64_t delta_mm, std::int64_t overload) {
    total_mm_ += delta_mm;
    overload_ += overload;
    if (overload_ == 0 && total_mm_ < best_total_mm_) {
        best_total_mm_ = total_mm_;
        best_group_of_ = group_of_;
    }
}

/// An order goes to the batch of another, or seldom to one of its own.
void BatchSearch::try_move(const Draw& draw) {
    const std::uint32_t order = draw.first;
    const std::size_t from = group_of_[order];
    const bool is_alone = draw.kind == 0;
    const std::size_t to = is_alone ? empty_group() : group_of_[draw.second];
    if (from == to || (is_alone && groups_[from].orders.size() == 1) ||
        groups_[to].weight + problem_.orders[order].weight > load_max_) {
        return;
    }
    const std::int32_t without_mm = length_without(order);
    scratch_.assign(groups_[to].orders.begin(), groups_[to].orders.end());
    scratch_.push_back(order);
    const std::int32_t with_mm = length_of(groups_[to].key + order_keys_[order], scratch_);
    const std::int64_t delta_mm =
        std::int64_t{without_mm} + with_mm - groups_[from].length_mm - groups_[to].length_mm;
    const std::int64_t weight = problem_.orders[order].weight;
    const std::int64_t overload =
        overload_by(groups_[from], -weight) + overload_by(groups_[to], weight);
    if (accepts(delta_mm + price_of(overload), draw)) {
        put(order, to);
        groups_[from].length_mm = without_mm;
        groups_[to].length_mm = with_mm;
        note_change(delta_mm, overload);
    }
}

void BatchSearch::try_swap(const Draw& draw) {
    const std::uint32_t a = draw.first;
    const std::uint32_t b = draw.second;
    const std::size_t group_a = group_of_[a];
    const std::size_t group_b = group_of_[b];
    const std::int64_t shift = std::int64_t{problem_.orders[b].weight} - problem_.orders[a].weight;
    if (group_a == group_b || groups_[group_a].weight + shift > load_max_ ||
        groups_[group_b].weight - shift > load_max_) {
        return;
    }
    const std::int32_t a_mm = length_replaced(a, b);
    const std::int32_t b_mm = length_replaced(b, a);
    const std::int64_t delta_mm =
        std::int64_t{a_mm} + b_mm - groups_[group_a].length_mm - groups_[group_b].length_mm;
    const std::int64_t overload =
        overload_by(groups_[group_a], shift) + overload_by(groups_[group_b], -shift);
    if (accepts(delta_mm + price_of(overload), draw)) {
        put(a, group_b);
        put(b, group_a);
        groups_[group_a].length_mm = a_mm;
        groups_[group_b].length_mm = b_mm;
        note_change(delta_mm, overload);
    }
}

/// Two orders of one batch against one of another.
void BatchSearch::try_two_for_one(const Draw& draw) {
    const std::uint32_t a = draw.first;
    const std::uint32_t b = draw.second;
    const std::size_t group_a = group_of_[a];
    const std::size_t group_b = group_of_[b];
    const std::vector<std::uint32_t>& company = groups_[group_a].orders;
    if (group_a == group_b || company.size() < 2) {
        return;
    }
    const std::uint32_t a2 = company[draw.third % company.size()];
    const std::int64_t shift = std::int64_t{problem_.orders[b].weight} - problem_.orders[a].weight -
                               problem_.orders[a2].weight;
    if (a2 == a || groups_[group_a].weight + shift > load_max_ ||
        groups_[group_b].weight - shift > load_max_) {
        return;
    }
    scratch_.assign(1, b);
    for (const std::uint32_t order : company) {
        if (order != a && order != a2) {
            scratch_.push_back(order);
        }
    }
    const std::uint64_t pair = order_keys_[a] + order_keys_[a2];
    const std::int32_t a_mm = length_of(groups_[group_a].key - pair + order_keys_[b], scratch_);
    scratch_ = {a, a2};
    for (const std::uint32_t order : groups_[group_b].orders) {
        if (order != b) {
            scratch_.push_back(order);
        }
    }
    const std::int32_t b_mm = length_of(groups_[group_b].key + pair - order_keys_[b], scratch_);
    const std::int64_t delta_mm =
        std::int64_t{a_mm} + b_mm - groups_[group_a].length_mm - groups_[group_b].length_mm;
    const std::int64_t overload =
        overload_by(groups_[group_a], shift) + overload_by(groups_[group_b], -shift);
    if (accepts(delta_mm + price_of(overload), draw)) {
        put(a, group_b);
        put(a2, group_b);
        put(b, group_a);
        groups_[group_a].length_mm = a_mm;
        groups_[group_b].length_mm = b_mm;
        note_change(delta_mm, overload);
    }
}

/// a takes the place of b, b that of c, c that of a.
void BatchSearch::try_ring(const Draw& draw) {
    const std::uint32_t a = draw.first;
    const std::uint32_t b = draw.second;
    const std::uint32_t c = draw.third;
    const std::size_t group_a = group_of_[a];
    const std::size_t group_b = group_of_[b];
    const std::size_t group_c = group_of_[c];
    if (group_a == group_b || group_b == group_c || group_c == group_a) {
        return;
    }
    const auto shift = [&](std::uint32_t out, std::uint32_t in) {
        return std::int64_t{problem_.orders[in].weight} - problem_.orders[out].weight;
    };
    if (groups_[group_a].weight + shift(a, c) > load_max_ ||
        groups_[group_b].weight + shift(b, a) > load_max_ ||
        groups_[group_c].weight + shift(c, b) > load_max_) {
        return;
    }
    const std::int64_t overload = overload_by(groups_[group_a], shift(a, c)) +
                                  overload_by(groups_[group_b], shift(b, a)) +
                                  overload_by(groups_[group_c], shift(c, b));
    const std::int64_t before_mm = std::int64_t{groups_[group_a].length_mm} +
                                   groups_[group_b].length_mm + groups_[group_c].length_mm;
    const std::int64_t free_mm = before_mm - price_of(overload);
    const std::int32_t b_least_mm = length_without(b);
    const std::int32_t c_least_mm = length_without(c);
    const std::int32_t a_mm = length_replaced(a, c);
    if (!accepts(std::int64_t{a_mm} + b_least_mm + c_least_mm - free_mm, draw)) {
        return;
    }
    const std::int32_t b_mm = length_replaced(b, a);
    if (!accepts(std::int64_t{a_mm} + b_mm + c_least_mm - free_mm, draw)) {
        return;
    }
    const std::int32_t c_mm = length_replaced(c, b);
    const std::int64_t after_mm = std::int64_t{a_mm} + b_mm + c_mm;
    if (accepts(after_mm - free_mm, draw)) {
        put(a, group_b);
        put(b, group_c);
        put(c, group_a);
        groups_[group_a].length_mm = a_mm;
        groups_[group_b].length_mm = b_mm;
        groups_[group_c].length_mm = c_mm;
        note_change(after_mm - before_mm, overload);
    }
}

}  // namespace tally::planner
