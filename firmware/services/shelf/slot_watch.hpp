// One slot over time: from stable weights to explained changes, and from changes to what gates and
// scans tell of the same goods, in whatever order. Decides only; what it decides is written by the
// shelf service.
//
// The baseline is the weight at the last booking. A stable weight within one division of it is the
// same; one that is explained (domain/count) is booked and becomes the baseline. What nothing
// explains waits kOddLimit, since a hand may lean on the shelf, and is then an anomaly; the weight
// from there on is counted on top of it, and the anomaly ends by itself when the weight returns.
//
// One change after the other is counted for itself, and each may be wrong by what its band hides:
// somebody who leans with 11.4 kg looks like 114 units, and like others when he shifts. So the
// counts since the last certain one are held against the whole change since then. It decides where
// it is told more narrowly (it is nothing again, above all) or the counts do not weigh as much; and
// where it cannot, that is said.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/time.hpp"
#include "firmware/domain/count/count.hpp"
#include "firmware/domain/layout/shelf.hpp"
#include "firmware/messages/master.hpp"
#include "firmware/messages/shelf_data.hpp"

namespace tally {

/// What a stable weight turned out to be.
struct WeightVerdict {
    enum class Kind : std::uint8_t { same, adopted, units, odd_waits, odd };
    Kind kind = Kind::same;
    std::vector<CountEstimate> estimates;  ///< of `units`: one of each SKU, none of 0 units
    Weight before;                         ///< what the change was counted from
    std::string why_not;                   ///< of `odd`
    /// What was counted lately, this included, does not weigh what the weight changed by.
    bool is_unsure = false;
};

/// Single-threaded value.
class SlotWatch {
 public:
    static constexpr Duration kOddLimit = std::chrono::seconds(10);
    /// So long counts that were not certain are held together: load cells drift meanwhile.
    static constexpr Duration kCountedLimit = std::chrono::minutes(15);

    explicit SlotWatch(SlotLayout layout) : layout_(std::move(layout)) {}

    [[nodiscard]] const SlotLayout& layout() const { return layout_; }

    /// Judges a stable weight and moves the baseline along.
    WeightVerdict weigh(Weight weight, MonoTime at, const std::vector<UnitWeight>& candidates);

    /// The weight changes without goods (tare, zero): the next stable one is the new baseline.
    void adopt_next();

    [[nodiscard]] std::optional<Weight> baseline() const { return baseline_; }
    void set_baseline(Weight weight) { baseline_ = weight; }

    /// What was counted since the last certain count.
    [[nodiscard]] const std::optional<CountedLately>& counted() const { return counted_; }
    void set_counted(const CountedLately& counted, MonoTime since);
    /// People have said what stands there, or what it weighs: counts begin anew.
    void forget_counted() { counted_.reset(); }

    /// True while the weight is one that nothing explains.
    [[nodiscard]] bool is_odd() const { return odd_.has_value(); }
    /// The anomaly about what nothing explains; empty: none, or not yet.
    [[nodiscard]] const std::string& odd_anomaly() const { return odd_anomaly_; }
    void set_odd_anomaly(std::string id) { odd_anomaly_ = std::move(id); }
    /// Somebody has resolved it: the weight there is now the baseline.
    void accept_odd();
    /// For the memory of a slot: what is odd and said to be.
    [[nodiscard]] std::optional<OddWeight> odd() const;
    void set_odd(const OddWeight& odd, MonoTime since);

    // Weight changes and what others tell of the same goods, each waiting for the other.
    struct Change {
        OpenShelfChange what;
        MonoTime deadline;
    };
    struct Move {
        WaitingMove what;
        MonoTime deadline;
    };
    /// Units that found what they waited for, and the anomalies that this ends.
    struct Matched {
        std::int64_t units = 0;  ///< signed like what was asked for
        std::vector<std::string> anomalies;
    };
    /// A weight change meets movements that were told before it: takes up to `units`, the oldest
    /// first.
    Matched match_moves(const std::string& sku, std::int64_t units);
    /// Which open changes: those that are an anomaly, those that are none, or both.
    enum class Doubted : std::uint8_t { no, yes, either };
    /// Takes up to `units` off the open weight changes of that direction. For what is told after
    /// its weight; and, asked with the other sign, for goods that were lifted and put back.
    Matched match_changes(const std::string& sku, std::int64_t units, Doubted which);
    /// Units of open weight changes of this direction (`way` is -1 or 1).
    [[nodiscard]] std::int64_t open_units(const std::string& sku, std::int64_t way,
                                          Doubted which) const;
    /// Changes of counted goods without an anomaly add up: a weight cannot tell them apart.
    void add_change(Change change, Tracking tracking);
    /// What is told meets what was told the other way of the same unit, or of as many counted
    /// goods: then no weight is waited for. The rest waits.
    Matched add_move(Move move);
    /// Counted goods that came and left, of which no weight has told yet and may.
    void cross(const std::string& sku, std::int64_t units, MonoTime deadline);
    /// Counted goods that were told in and then out, and of which the weight shows now, after all,
    /// that they came: gives how many of `units` these are; that they left is waited for again.
    std::int64_t uncross(const std::string& sku, std::int64_t units, MonoTime deadline);

    [[nodiscard]] std::deque<Change>& changes() { return changes_; }
    [[nodiscard]] const std::deque<Change>& changes() const { return changes_; }
    [[nodiscard]] std::deque<Move>& moves() { return moves_; }
    [[nodiscard]] const std::deque<Move>& moves() const { return moves_; }
    [[nodiscard]] std::deque<Move>& crossed() { return crossed_; }

 private:
    struct Odd {
        Weight weight;
        MonoTime since;
    };
    /// What this change and all that was counted lately come to; nothing: no number of units.
    [[nodiscard]] std::optional<CountEstimate> whole(
        Weight change, const std::vector<UnitWeight>& candidates) const;
    /// What is to be counted now so that all comes to `whole`.
    [[nodiscard]] std::vector<CountEstimate> remaining(
        const CountEstimate& whole, Weight change, const std::vector<UnitWeight>& candidates) const;
    /// The verdict of the whole, where it tells more than this change (`single`) for itself.
    std::optional<WeightVerdict> recount(Weight weight, const std::optional<CountEstimate>& single,
                                         const std::vector<UnitWeight>& candidates);
    WeightVerdict explained(Weight weight, Weight from, std::vector<CountEstimate> estimates);
    WeightVerdict count(Weight weight, Weight from, const CountEstimate& estimate, MonoTime at,
                        const std::vector<UnitWeight>& candidates);

    static constexpr std::size_t kMovesMax = 256;  ///< the oldest are forgotten

    SlotLayout layout_;
    std::optional<Weight> baseline_;
    std::optional<Odd> odd_;
    std::string odd_anomaly_;
    std::optional<CountedLately> counted_;
    MonoTime counted_since_;
    std::deque<Change> changes_;
    std::deque<Move> moves_;
    std::deque<Move> crossed_;  ///< units above 0
};

}  // namespace tally
