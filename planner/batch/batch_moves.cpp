// Moves, swaps and rings of the annealing. What a set of orders costs is remembered by a key of the
// set. Most moves are given up without a tour: with an order in place of another a batch is hardly
// ever shorter than by the two changes one at a time, and those are in tables.
//
// Batches are nearly full, so that only one move in ten would keep the capacity. A batch may
// therefore be loaded a tenth too high for a while, at a price a unit that rises while there is
// such a batch and falls while there is none; only what keeps the capacity is an answer (Gendreau,
// Hertz and Laporte, Management Science 40, 1994).
#include <algorithm>

#include "planner/batch/batching.hpp"

namespace tally::planner {

namespace {

constexpr float kGuessSlack = 2.0F;  ///< temperatures that a guess may be too long

}  // namespace

std::int64_t BatchSearch::limit_of(const Draw& draw) const {
    return static_cast<std::int64_t>(temperature_mm_ * thresholds_[draw.threshold]);
}

std::int64_t BatchSearch::guess_limit_of(const Draw& draw) const {
    return limit_of(draw) + static_cast<std::int64_t>(kGuessSlack * temperature_mm_);
}

BatchSearch::Known& BatchSearch::slot_of(std::uint64_t key) {
    return known_[(key ^ key >> 32U) & (known_.size() - 1)];
}

std::int32_t BatchSearch::length_of(std::uint64_t key, std::span<const std::uint32_t> orders) {
    if (orders.empty()) {
        return 0;
    }
    Known& known = slot_of(key);
    if (known.key != key) {
        known = {key, length_->of(orders)};
        ++planned_;
        work_done_ += kWorkPerTour;
    }
    return known.length_mm;
}

std::int32_t BatchSearch::length_with(std::size_t group, std::uint32_t order) {
    std::int32_t& length_mm = with_mm_[group * problem_.orders.size() + order];
    if (length_mm == kUnknown) {
        const Group& joined = groups_[group];
        scratch_.assign(joined.orders.begin(), joined.orders.end());
        scratch_.push_back(order);
        length_mm = length_of(joined.key + order_keys_[order], scratch_);
    }
    return length_mm;
}

std::int32_t BatchSearch::length_without(std::uint32_t order) {
    if (without_mm_[order] == kUnknown) {
        without_mm_[order] = length_changed(group_of_[order], {&order, 1}, {});
    }
    return without_mm_[order];
}

/// Length of the batch with some of its orders out and others in.
std::int32_t BatchSearch::length_changed(std::size_t group, std::span<const std::uint32_t> out,
                                         std::span<const std::uint32_t> in) {
    const Group& changed = groups_[group];
    std::uint64_t key = changed.key;
    for (const std::uint32_t order : out) {
        key -= order_keys_[order];
    }
    for (const std::uint32_t order : in) {
        key += order_keys_[order];
    }
    if (const Known& known = slot_of(key); known.key == key && key != 0) {
        return known.length_mm;
    }
    scratch_.assign(in.begin(), in.end());
    for (const std::uint32_t order : changed.orders) {
        if (std::find(out.begin(), out.end(), order) == out.end()) {
            scratch_.push_back(order);
        }
    }
    return length_of(key, scratch_);
}

/// Length of the batch of `out` with `in` in its place; seldom longer than that.
std::int32_t BatchSearch::guess_exchanged(std::uint32_t out, std::uint32_t in) {
    const std::size_t group = group_of_[out];
    return length_without(out) + length_with(group, in) - groups_[group].length_mm;
}

std::int32_t BatchSearch::length_exchanged(std::uint32_t out, std::uint32_t in) {
    return length_changed(group_of_[out], {&out, 1}, {&in, 1});
}

std::size_t BatchSearch::empty_group() {
    for (std::size_t i = groups_.size(); i > 0; --i) {
        if (groups_[i - 1].orders.empty()) {
            return i - 1;
        }
    }
    groups_.emplace_back();
    with_mm_.resize(groups_.size() * problem_.orders.size(), kUnknown);
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

/// Of a batch that has other orders than before.
void BatchSearch::set_length(std::size_t group, std::int32_t length_mm) {
    groups_[group].length_mm = length_mm;
    const std::size_t orders = problem_.orders.size();
    std::fill_n(with_mm_.begin() + static_cast<std::ptrdiff_t>(group * orders), orders, kUnknown);
    for (const std::uint32_t order : groups_[group].orders) {
        without_mm_[order] = kUnknown;
    }
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
    if (overload_ == 0 && total_mm_ < found_.total_mm) {
        found_ = {group_of_, total_mm_};
        if (found_.total_mm < best_.total_mm) {
            best_ = found_;
        }
    }
}

/// An order goes to the batch of another, or seldom to one of its own.
void BatchSearch::try_move(const Draw& draw) {
    const std::uint32_t order = draw.first;
    const std::size_t from = group_of_[order];
    const bool is_alone = draw.kind == 0;
    if (is_alone && groups_[from].orders.size() == 1) {
        return;
    }
    const std::size_t to = is_alone ? empty_group() : group_of_[draw.second];
    const std::int64_t weight = problem_.orders[order].weight;
    if (from == to || groups_[to].weight + weight > load_max_) {
        return;
    }
    const std::int64_t overload =
        overload_by(groups_[from], -weight) + overload_by(groups_[to], weight);
    const std::int64_t before_mm = std::int64_t{groups_[from].length_mm} + groups_[to].length_mm;
    const std::int64_t most_mm = before_mm - price_of(overload) + limit_of(draw);
    const std::int32_t without_mm = length_without(order);
    if (without_mm + groups_[to].length_mm > most_mm) {
        return;
    }
    const std::int32_t with_mm = length_with(to, order);
    if (without_mm + with_mm <= most_mm) {
        put(order, to);
        set_length(from, without_mm);
        set_length(to, with_mm);
        note_change(std::int64_t{without_mm} + with_mm - before_mm, overload);
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
    const std::int64_t overload =
        overload_by(groups_[group_a], shift) + overload_by(groups_[group_b], -shift);
    const std::int64_t before_mm =
        std::int64_t{groups_[group_a].length_mm} + groups_[group_b].length_mm;
    const std::int64_t free_mm = before_mm - price_of(overload);
    const std::int64_t guess_most_mm = free_mm + guess_limit_of(draw);
    const std::int64_t most_mm = free_mm + limit_of(draw);
    const std::int32_t b_least_mm = length_without(b);
    if (length_without(a) + b_least_mm > most_mm ||
        guess_exchanged(a, b) + b_least_mm > guess_most_mm) {
        return;
    }
    const std::int32_t b_guess_mm = guess_exchanged(b, a);
    if (guess_exchanged(a, b) + b_guess_mm > guess_most_mm) {
        return;
    }
    const std::int32_t a_mm = length_exchanged(a, b);
    if (a_mm + b_least_mm > most_mm || a_mm + b_guess_mm > guess_most_mm) {
        return;
    }
    const std::int32_t b_mm = length_exchanged(b, a);
    if (a_mm + b_mm <= most_mm) {
        put(a, group_b);
        put(b, group_a);
        set_length(group_a, a_mm);
        set_length(group_b, b_mm);
        note_change(std::int64_t{a_mm} + b_mm - before_mm, overload);
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
    const std::int64_t overload =
        overload_by(groups_[group_a], shift) + overload_by(groups_[group_b], -shift);
    const std::int64_t before_mm =
        std::int64_t{groups_[group_a].length_mm} + groups_[group_b].length_mm;
    const std::int64_t free_mm = before_mm - price_of(overload);
    const std::int64_t guess_most_mm = free_mm + guess_limit_of(draw);
    const std::int32_t b_guess_mm = std::max(guess_exchanged(b, a), guess_exchanged(b, a2));
    const std::array<std::uint32_t, 2> two{a, a2};
    const std::int32_t a_least_mm = length_changed(group_a, two, {});
    const std::int32_t a_guess_mm =
        a_least_mm + length_with(group_a, b) - groups_[group_a].length_mm;
    if (std::max(a_least_mm, a_guess_mm) + b_guess_mm > guess_most_mm) {
        return;
    }
    const std::int32_t a_mm = length_changed(group_a, two, {&b, 1});
    if (a_mm + b_guess_mm > guess_most_mm) {
        return;
    }
    const std::int32_t b_mm = length_changed(group_b, {&b, 1}, two);
    if (a_mm + b_mm <= free_mm + limit_of(draw)) {
        put(a, group_b);
        put(a2, group_b);
        put(b, group_a);
        set_length(group_a, a_mm);
        set_length(group_b, b_mm);
        note_change(std::int64_t{a_mm} + b_mm - before_mm, overload);
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
    const std::int64_t guess_most_mm = free_mm + guess_limit_of(draw);
    std::int64_t a_mm = length_without(a);
    std::int64_t b_mm = length_without(b);
    std::int64_t c_mm = length_without(c);
    const auto is_hopeless = [&] { return a_mm + b_mm + c_mm > guess_most_mm; };
    if (is_hopeless() || (a_mm = guess_exchanged(a, c), is_hopeless()) ||
        (b_mm = guess_exchanged(b, a), is_hopeless()) ||
        (c_mm = guess_exchanged(c, b), is_hopeless()) ||
        (a_mm = length_exchanged(a, c), is_hopeless()) ||
        (b_mm = length_exchanged(b, a), is_hopeless())) {
        return;
    }
    c_mm = length_exchanged(c, b);
    if (a_mm + b_mm + c_mm <= free_mm + limit_of(draw)) {
        put(a, group_b);
        put(b, group_c);
        put(c, group_a);
        set_length(group_a, static_cast<std::int32_t>(a_mm));
        set_length(group_b, static_cast<std::int32_t>(b_mm));
        set_length(group_c, static_cast<std::int32_t>(c_mm));
        note_change(a_mm + b_mm + c_mm - before_mm, overload);
    }
}

}  // namespace tally::planner
