#include "firmware/services/shelf/slot_watch.hpp"

#include <algorithm>

namespace tally {

namespace {

/// Counts that eight such changes cannot make wrong by a unit, whatever was weighed.
bool is_certain(Weight tolerance, Weight unit) {
    return 8 * tolerance.mg <= unit.mg;
}

const UnitWeight* find_unit(const std::vector<UnitWeight>& candidates, const std::string& sku) {
    const auto found = std::find_if(candidates.begin(), candidates.end(),
                                    [&](const UnitWeight& unit) { return unit.sku == sku; });
    return found == candidates.end() ? nullptr : &*found;
}

/// The lightest unit of those counted; nothing: of one of them nobody knows any more what it
/// weighs.
std::optional<Weight> lightest(const CountedLately& counted,
                               const std::vector<UnitWeight>& candidates) {
    std::optional<Weight> least;
    for (const CountedLately::Units& each : counted.units) {
        const UnitWeight* unit = find_unit(candidates, each.sku);
        if (unit == nullptr) {
            return std::nullopt;
        }
        least = least ? std::min(*least, unit->unit) : unit->unit;
    }
    return least;
}

/// Remembers what was counted, until it is certain what all of it comes to.
void add(CountedLately& counted, const std::vector<CountEstimate>& estimates, Weight change) {
    counted.change_mg += change.mg;
    for (const CountEstimate& estimate : estimates) {
        auto same = std::find_if(counted.units.begin(), counted.units.end(),
                                 [&](const auto& each) { return each.sku == estimate.sku; });
        if (same == counted.units.end()) {
            same = counted.units.insert(same, {estimate.sku, 0});
        }
        same->units += estimate.units;
    }
}

/// Whether what was counted lately weighs what the weight changed by, to half a unit.
bool adds_up(const CountedLately& counted, const std::vector<UnitWeight>& candidates) {
    const auto least = lightest(counted, candidates);
    if (!least) {
        return true;  // Nobody can tell.
    }
    Weight all;
    for (const CountedLately::Units& each : counted.units) {
        all = all + Weight{each.units * find_unit(candidates, each.sku)->unit.mg};
    }
    return 2 * distance(all, {counted.change_mg}).mg <= least->mg;
}

}  // namespace

std::optional<CountEstimate> SlotWatch::whole(Weight change,
                                              const std::vector<UnitWeight>& candidates) const {
    // Two weighings lie between, and drift that was followed.
    const Weight slack{2 * layout_.division.mg};
    const Weight all{counted_->change_mg + change.mg};
    if (distance(all, {}) <= slack) {
        return CountEstimate{{}, 0, slack};
    }
    return explain_change(all, slack, candidates).estimate;
}

std::vector<CountEstimate> SlotWatch::remaining(const CountEstimate& whole, Weight change,
                                                const std::vector<UnitWeight>& candidates) const {
    std::vector<CountEstimate> estimates;
    for (const CountedLately::Units& each : counted_->units) {
        estimates.push_back({each.sku, -each.units, whole.tolerance});
    }
    const auto same = std::find_if(estimates.begin(), estimates.end(),
                                   [&](const auto& each) { return each.sku == whole.sku; });
    if (same != estimates.end()) {
        same->units += whole.units;
    } else if (whole.units != 0) {
        estimates.push_back(whole);
    }
    std::erase_if(estimates, [](const CountEstimate& each) { return each.units == 0; });
    Weight told;  // What was wrong before is made good now: so far this change is from its number.
    for (const CountEstimate& each : estimates) {
        told = told + Weight{each.units * find_unit(candidates, each.sku)->unit.mg};
    }
    for (CountEstimate& each : estimates) {
        each.tolerance = each.tolerance + distance(change, told);
    }
    return estimates;
}

std::optional<WeightVerdict> SlotWatch::recount(Weight weight,
                                                const std::optional<CountEstimate>& single,
                                                const std::vector<UnitWeight>& candidates) {
    const auto least = counted_ ? lightest(*counted_, candidates) : std::nullopt;
    if (!least) {
        return std::nullopt;
    }
    const Weight change = weight - *baseline_;
    const auto all = whole(change, candidates);
    if (!all) {
        return std::nullopt;
    }
    CountedLately with_single = *counted_;
    if (single) {
        add(with_single, {*single}, change);
    }
    const bool decides =
        single ? all->tolerance < single->tolerance || !adds_up(with_single, candidates)
               : is_certain(all->tolerance, *least);
    if (!decides) {
        return std::nullopt;
    }
    WeightVerdict verdict = explained(weight, *baseline_, remaining(*all, change, candidates));
    if (is_certain(all->tolerance, *least)) {
        counted_.reset();
    } else {
        add(*counted_, verdict.estimates, change);
    }
    return verdict;
}

WeightVerdict SlotWatch::explained(Weight weight, Weight from,
                                   std::vector<CountEstimate> estimates) {
    if (odd_ && from == odd_->weight) {
        *baseline_ = *baseline_ + (weight - from);  // The strange thing still lies there.
        odd_->weight = weight;
    } else {
        baseline_ = weight;
        odd_.reset();
    }
    WeightVerdict verdict;
    verdict.kind = estimates.empty() ? WeightVerdict::Kind::same : WeightVerdict::Kind::units;
    verdict.estimates = std::move(estimates);
    verdict.before = from;
    return verdict;
}

WeightVerdict SlotWatch::count(Weight weight, Weight from, const CountEstimate& estimate,
                               MonoTime at, const std::vector<UnitWeight>& candidates) {
    WeightVerdict verdict = explained(weight, from, {estimate});
    const UnitWeight* unit = find_unit(candidates, estimate.sku);
    if (!counted_ && unit != nullptr && is_certain(estimate.tolerance, unit->unit)) {
        return verdict;
    }
    if (!counted_) {
        counted_.emplace();
        counted_since_ = at;
    }
    add(*counted_, verdict.estimates, weight - from);
    if (!adds_up(*counted_, candidates)) {
        verdict.is_unsure = true;
        counted_.reset();
    }
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
    if (counted_ && at - counted_since_ >= kCountedLimit) {
        counted_.reset();
    }
    verdict.before = *baseline_;
    if (distance(weight, *baseline_) <= layout_.division) {
        baseline_ = weight;  // Follows the drift of an unloaded cell, a division at a time.
        odd_.reset();
        return verdict;
    }
    ChangeExplained from_baseline =
        explain_change(weight - *baseline_, layout_.division, candidates);
    if (auto recounted = recount(weight, from_baseline.estimate, candidates)) {
        return *std::move(recounted);
    }
    if (from_baseline.estimate) {
        return count(weight, *baseline_, *from_baseline.estimate, at, candidates);
    }
    const bool same_odd = odd_ && distance(weight, odd_->weight) <= layout_.division;
    if (odd_ && !same_odd) {
        const ChangeExplained from_odd =
            explain_change(weight - odd_->weight, layout_.division, candidates);
        if (from_odd.estimate && !odd_anomaly_.empty()) {
            return count(weight, odd_->weight, *from_odd.estimate, at, candidates);
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
    counted_.reset();
}

void SlotWatch::set_counted(const CountedLately& counted, MonoTime since) {
    counted_ = counted;
    counted_since_ = since;
}

void SlotWatch::accept_odd() {
    if (odd_) {
        baseline_ = odd_->weight;
        odd_.reset();
        counted_.reset();
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
