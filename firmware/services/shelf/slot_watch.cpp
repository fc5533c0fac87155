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

std::int64_t SlotWatch::match_moves(const std::string& sku, std::int64_t units) {
    const std::int64_t way = units < 0 ? -1 : 1;
    std::int64_t matched = 0;
    std::erase_if(moves_, [&](const Move& move) {
        const bool fits = matched < units * way && move.sku == sku && move.units == way;
        matched += fits ? 1 : 0;
        return fits;
    });
    return matched;
}

SlotWatch::Matched SlotWatch::match_change(const std::string& sku, std::int64_t unit) {
    const auto found = std::find_if(changes_.begin(), changes_.end(), [&](const Change& change) {
        return change.what.sku == sku && (change.what.units < 0) == (unit < 0);
    });
    if (found == changes_.end()) {
        return {};
    }
    found->what.units -= unit;
    Matched matched{true, {}};
    if (found->what.units == 0) {
        matched.anomaly = found->what.anomaly;
        changes_.erase(found);
    }
    return matched;
}

void SlotWatch::add_move(Move move) {
    moves_.push_back(std::move(move));
    if (moves_.size() > kMovesMax) {
        moves_.pop_front();
    }
}

}  // namespace tally
