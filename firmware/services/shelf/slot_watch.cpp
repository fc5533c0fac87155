#include "firmware/services/shelf/slot_watch.hpp"

#include <algorithm>

namespace tally {

WeightVerdict SlotWatch::explained(Weight weight, Weight from, const CountEstimate& estimate) {
    if (odd_ && from == odd_->weight) {
        *baseline_ = *baseline_ + (weight - from);  // The strange thing still lies there.
        odd_->weight = weight;
    } else {
        baseline_ = weight;
        odd_.reset();
    }
    WeightVerdict verdict;
    verdict.kind = WeightVerdict::Kind::units;
    verdict.estimate = estimate;
    verdict.before = from;
    return verdict;
}

WeightVerdict SlotWatch::weigh(Weight weight, MonoTime at,
                               const std::vector<UnitWeight>& candidates) {
    WeightVerdict verdict;
    if (!baseline_) {
        baseline_ = weight;
        verdict.kind = WeightVerdict::Kind::adopted;
        return verdict;
    }
    verdict.before = *baseline_;
    if (distance(weight, *baseline_) <= layout_.division) {
        baseline_ = weight;  // Follows the drift of an unloaded cell, a division at a time.
        odd_.reset();
        return verdict;
    }
    ChangeExplained from_baseline =
        explain_change(weight - *baseline_, layout_.division, candidates);
    if (from_baseline.estimate) {
        return explained(weight, *baseline_, *from_baseline.estimate);
    }
    const bool same_odd = odd_ && distance(weight, odd_->weight) <= layout_.division;
    if (odd_ && !same_odd) {
        const ChangeExplained from_odd =
            explain_change(weight - odd_->weight, layout_.division, candidates);
        if (from_odd.estimate && !odd_anomaly_.empty()) {
            return explained(weight, odd_->weight, *from_odd.estimate);
        }
    }
    if (!same_odd) {
        odd_ = Odd{weight, at};
    }
    const bool is_due = at - odd_->since >= kOddLimit && odd_anomaly_.empty();
    verdict.kind = is_due ? WeightVerdict::Kind::odd : WeightVerdict::Kind::odd_waits;
    verdict.why_not = std::move(from_baseline.why_not);
    return verdict;
}

void SlotWatch::adopt_next() {
    baseline_.reset();
    odd_.reset();
}

void SlotWatch::accept_odd() {
    if (odd_) {
        baseline_ = odd_->weight;
        odd_.reset();
    }
    odd_anomaly_.clear();
}

std::optional<OddWeight> SlotWatch::odd() const {
    if (!odd_ || odd_anomaly_.empty()) {
        return std::nullopt;  // Not yet said: it waits anew.
    }
    return OddWeight{odd_->weight.mg, odd_anomaly_};
}

void SlotWatch::set_odd(const OddWeight& odd, MonoTime since) {
    odd_ = Odd{{odd.weight_mg}, since};
    odd_anomaly_ = odd.anomaly;
}

namespace {

std::int64_t way_of(std::int64_t units) {
    return units < 0 ? -1 : 1;
}

/// Takes up to `units` off the waiting ones that fit, the oldest first, and forgets those that are
/// used up.
template <typename Waiting, typename Fits>
SlotWatch::Matched take(std::deque<Waiting>& waiting, std::int64_t units, const Fits& fits) {
    const std::int64_t way = way_of(units);
    SlotWatch::Matched matched;
    for (Waiting& one : waiting) {
        const std::int64_t left = (units - matched.units) * way;
        if (left == 0 || way_of(one.what.units) != way || !fits(one)) {
            continue;
        }
        const std::int64_t part = std::min(left, one.what.units * way) * way;
        one.what.units -= part;
        matched.units += part;
        if (one.what.units == 0 && !one.what.anomaly.empty()) {
            matched.anomalies.push_back(one.what.anomaly);
        }
    }
    std::erase_if(waiting, [](const Waiting& one) { return one.what.units == 0; });
    return matched;
}

bool is_asked_for(const SlotWatch::Change& change, const std::string& sku,
                  SlotWatch::Doubted which) {
    using Doubted = SlotWatch::Doubted;
    return change.what.sku == sku &&
           (which == Doubted::either || change.what.anomaly.empty() == (which == Doubted::no));
}

}  // namespace

SlotWatch::Matched SlotWatch::match_moves(const std::string& sku, std::int64_t units) {
    return take(moves_, units, [&](const Move& move) { return move.what.sku == sku; });
}

SlotWatch::Matched SlotWatch::match_changes(const std::string& sku, std::int64_t units,
                                            Doubted which) {
    return take(changes_, units,
                [&](const Change& change) { return is_asked_for(change, sku, which); });
}

std::int64_t SlotWatch::open_units(const std::string& sku, std::int64_t way, Doubted which) const {
    std::int64_t units = 0;
    for (const Change& change : changes_) {
        const bool counts = way_of(change.what.units) == way && is_asked_for(change, sku, which);
        units += counts ? change.what.units * way : 0;
    }
    return units;
}

void SlotWatch::add_change(Change change, Tracking tracking) {
    if (tracking == Tracking::by_count && change.what.anomaly.empty()) {
        for (Change& same : changes_) {
            if (same.what.sku == change.what.sku && same.what.anomaly.empty() &&
                way_of(same.what.units) == way_of(change.what.units)) {
                same.what.units += change.what.units;
                return;
            }
        }
    }
    changes_.push_back(std::move(change));
}

SlotWatch::Matched SlotWatch::add_move(Move move) {
    const auto take_back = [&](bool is_doubted) {
        return take(moves_, -move.what.units, [&](const Move& other) {
            return other.what.sku == move.what.sku && other.what.item == move.what.item &&
                   other.what.anomaly.empty() != is_doubted;
        });
    };
    // What is doubted the weight did not show in time; the rest it may show yet, one by one.
    Matched cancelled = take_back(true);
    move.what.units += cancelled.units;
    const std::int64_t crossed = take_back(false).units;
    move.what.units += crossed;
    cancelled.units += crossed;
    if (crossed > 0 && move.what.item.empty()) {
        cross(move.what.sku, crossed, move.deadline);
    }
    if (move.what.units != 0) {
        moves_.push_back(std::move(move));
    }
    if (moves_.size() > kMovesMax) {
        moves_.pop_front();
    }
    return cancelled;
}

void SlotWatch::cross(const std::string& sku, std::int64_t units, MonoTime deadline) {
    crossed_.push_back({{{}, sku, units, {}}, deadline});
    if (crossed_.size() > kMovesMax) {
        crossed_.pop_front();
    }
}

std::int64_t SlotWatch::uncross(const std::string& sku, std::int64_t units, MonoTime deadline) {
    const std::int64_t came =
        take(crossed_, units, [&](const Move& move) { return move.what.sku == sku; }).units;
    if (came > 0) {
        moves_.push_back({{{}, sku, -came, {}}, deadline});
    }
    return came;
}

}  // namespace tally
