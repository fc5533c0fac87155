// What each order is worth: the duals of choosing batches so that every order is in one, by column
// generation (Gilmore and Gomory 1961; for batches Gademann and van de Velde, IIE Transactions 37,
// 2005). A batch that costs little more than its orders are worth may be in a good batching, any
// other is not; and all orders together are worth no more than any batching costs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "planner/batch/batch_length.hpp"
#include "planner/batch/cover_relaxation.hpp"

namespace tally::planner {

struct PricedBatch {
    std::vector<std::uint32_t> orders;
    std::int32_t length_mm = 0;
    double over_mm = 0;  ///< its length less what is in it and what a batch is worth
};

/// All batches that cost less than a limit more than they are worth, depth first. What is left of a
/// partial batch cannot be worth more than filling it up with fractions of the dearest orders.
class BatchEnumeration {
 public:
    struct Limits {
        double over_mm = 0;       ///< batches below this
        std::size_t batches = 0;  ///< the cheapest so many
        std::int64_t nodes = 0;   ///< partial batches to look at below each first order
    };

    BatchEnumeration(std::span<const BatchOrder> orders, std::int32_t capacity,
                     BatchLength& length);

    /// `prices`: by order, then that of a batch.
    void begin(std::span<const double> prices, const Limits& limits);

    /// All batches whose dearest order a unit of weight is the next. False: there was none left.
    bool step();

    [[nodiscard]] std::int64_t nodes() const noexcept { return nodes_; }  ///< since `begin`
    /// No partial batch was left out for want of nodes, no batch for want of room.
    [[nodiscard]] bool is_complete() const noexcept { return is_complete_; }
    /// No batch is shorter than its worth by more than this; 0 or less.
    [[nodiscard]] double least_mm() const noexcept { return least_mm_; }
    /// A heap by `over_mm`.
    std::vector<PricedBatch>& found() noexcept { return found_; }

 private:
    [[nodiscard]] double worth_left(std::size_t from, std::int64_t room) const;
    void descend(std::size_t at, std::int64_t room, double worth);
    void keep(std::int32_t length_mm, double over_mm);

    std::vector<std::int32_t> weights_;
    std::int32_t capacity_;
    BatchLength* length_;
    Limits limits_;
    std::vector<double> prices_;
    std::vector<std::uint32_t> by_worth_;
    std::vector<std::uint32_t> batch_;
    std::vector<PricedBatch> found_;
    std::size_t next_ = 0;
    std::int64_t nodes_ = 0;
    std::int64_t nodes_end_ = 0;
    double least_mm_ = 0;
    bool is_complete_ = true;
};

/// The prices, in slices. `length` must outlive it. Single-threaded.
class BatchPrices {
 public:
    BatchPrices(std::span<const BatchOrder> orders, std::int32_t capacity, BatchLength& length);

    /// A batch to begin with.
    void add(std::span<const std::uint32_t> orders, std::int32_t length_mm) {
        relaxation_.add(orders, length_mm);
    }

    /// One pivot, or the batches below one order. How many tours it planned; a pivot counts
    /// `pivot_work` of them.
    std::int64_t step();

    /// The prices are those of the relaxation itself.
    [[nodiscard]] bool is_done() const noexcept { return phase_ == Phase::done; }
    /// By order, then that of a batch.
    [[nodiscard]] std::span<const double> prices() const noexcept { return prices_; }
    /// No batching is shorter; 0 before the first prices are proven.
    [[nodiscard]] double bound_mm() const noexcept { return bound_mm_; }
    /// Asks again, with the prices as they are: all batches below a limit.
    BatchEnumeration& enumeration() noexcept { return enumeration_; }

 private:
    enum class Phase { pivots, batches, done };

    void begin_batches();
    void end_batches();

    CoverRelaxation relaxation_;
    BatchEnumeration enumeration_;
    std::vector<double> prices_;
    std::size_t batches_min_ = 0;
    std::size_t batches_max_ = 0;
    std::int64_t nodes_;
    std::int64_t pivot_work_;
    double bound_mm_ = 0;
    Phase phase_ = Phase::pivots;
};

}  // namespace tally::planner
