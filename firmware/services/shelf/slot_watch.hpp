// One slot over time: from stable weights to explained changes, and from changes of tagged goods to
// the units that they were. Decides only; what it decides is written by the shelf service.
//
// The baseline is the weight at the last booking. A stable weight within one division of it is the
// same; one that is explained (domain/count) is booked and becomes the baseline. What nothing
// explains waits kOddLimit, since a hand may lean on the shelf, and is then an anomaly; the weight
// from there on is counted on top of it, and the anomaly ends by itself when the weight returns.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/time.hpp"
#include "firmware/domain/count/count.hpp"
#include "firmware/domain/layout/shelf.hpp"
#include "firmware/messages/shelf_data.hpp"

namespace tally {

/// What a stable weight turned out to be.
struct WeightVerdict {
    enum class Kind : std::uint8_t { same, adopted, units, odd_waits, odd };
    Kind kind = Kind::same;
    std::optional<CountEstimate> estimate;  ///< of `units`
    Weight before;                          ///< what the change was counted from
    std::string why_not;                    ///< of `odd`
};

/// Single-threaded value.
class SlotWatch {
 public:
    static constexpr Duration kOddLimit = std::chrono::seconds(10);

    explicit SlotWatch(SlotLayout layout) : layout_(std::move(layout)) {}

    [[nodiscard]] const SlotLayout& layout() const { return layout_; }

    /// Judges a stable weight and moves the baseline along.
    WeightVerdict weigh(Weight weight, MonoTime at, const std::vector<UnitWeight>& candidates);

    /// The weight changes without goods (tare, zero): the next stable one is the new baseline.
    void adopt_next();

    [[nodiscard]] std::optional<Weight> baseline() const { return baseline_; }
    void set_baseline(Weight weight) { baseline_ = weight; }

    /// True while the weight is one that nothing explains.
    [[nodiscard]] bool is_odd() const { return odd_.has_value(); }
    /// The anomaly about what nothing explains; empty: none, or not yet.
    [[nodiscard]] const std::string& odd_anomaly() const { return odd_anomaly_; }
    void set_odd_anomaly(std::string id) { odd_anomaly_ = std::move(id); }
    /// Somebody has resolved it: the weight there is now the baseline.
    void accept_odd();

    // Changes of tagged goods and movements of units, each waiting for the other.
    struct Change {
        OpenShelfChange what;
        MonoTime deadline;
    };
    struct Move {
        std::string item, sku;
        std::int64_t units = 0;  ///< -1 left, +1 came
        MonoTime deadline;
    };
    /// Takes up to |units| waiting movements of the SKU that go the same way; gives how many.
    std::int64_t match_moves(const std::string& sku, std::int64_t units);
    void add_change(Change change) { changes_.push_back(std::move(change)); }
    /// Takes one unit off a waiting change; the anomaly to settle, if that was the last of it.
    struct Matched {
        bool found = false;
        std::string anomaly;
    };
    Matched match_change(const std::string& sku, std::int64_t unit);
    void add_move(Move move);

    [[nodiscard]] std::deque<Change>& changes() { return changes_; }
    [[nodiscard]] const std::deque<Change>& changes() const { return changes_; }
    [[nodiscard]] std::deque<Move>& moves() { return moves_; }

 private:
    struct Odd {
        Weight weight;
        MonoTime since;
    };
    WeightVerdict explained(Weight weight, Weight from, const CountEstimate& estimate);

    static constexpr std::size_t kMovesMax = 256;  ///< the oldest are forgotten

    SlotLayout layout_;
    std::optional<Weight> baseline_;
    std::optional<Odd> odd_;
    std::string odd_anomaly_;
    std::deque<Change> changes_;
    std::deque<Move> moves_;
};

}  // namespace tally
