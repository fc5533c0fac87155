// Takes several batches apart and covers their orders anew, exactly: of all ways to cover them by
// batches that cost little more than they are worth, the cheapest. What is worth the same in
// every cover cancels out, so that a partial cover is given up as soon as it costs more above its
// worth than the batches did that were taken apart (large-neighbourhood search, Shaw 1998).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "firmware/base/prng.hpp"
#include "planner/batch/batch_prices.hpp"

namespace tally::planner {

/// Single-threaded.
class BatchMixing {
 public:
    static constexpr std::size_t kOrdersMax = 128;

    /// `prices`: by order, then that of a batch. `cheap`: what covers may be made of.
    BatchMixing(std::span<const BatchOrder> orders, std::int32_t capacity,
                std::span<const double> prices, std::vector<PricedBatch> cheap);

    /// Starts from these batches; what they are above their worth is found here.
    void begin(std::vector<PricedBatch> batches);

    /// Takes some batches apart. What it looked at, in moves of the annealing.
    std::int64_t step(Prng& prng);

    [[nodiscard]] const std::vector<PricedBatch>& batches() const noexcept { return batches_; }
    [[nodiscard]] std::int64_t total_mm() const noexcept { return total_mm_; }

 private:
    struct OrderSet {
        std::array<std::uint64_t, kOrdersMax / 64> bits{};

        void insert(std::uint32_t order) { bits[order / 64] |= std::uint64_t{1} << (order % 64); }
        [[nodiscard]] bool has(std::uint32_t order) const {
            return (bits[order / 64] >> (order % 64) & 1U) != 0;
        }
        [[nodiscard]] bool is_within(const OrderSet& other) const {
            return ((bits[0] & ~other.bits[0]) | (bits[1] & ~other.bits[1])) == 0;
        }
        [[nodiscard]] bool touches(const OrderSet& other) const {
            return ((bits[0] & other.bits[0]) | (bits[1] & other.bits[1])) != 0;
        }
        [[nodiscard]] bool is_empty() const { return (bits[0] | bits[1]) == 0; }
        void erase(const OrderSet& other) {
            bits[0] &= ~other.bits[0];
            bits[1] &= ~other.bits[1];
        }
        void insert(const OrderSet& other) {
            bits[0] |= other.bits[0];
            bits[1] |= other.bits[1];
        }
    };
    /// A batch as it is searched with.
    struct Piece {
        OrderSet orders;
        double over_mm = 0;  ///< its length above the worth of its orders alone
        std::int64_t weight = 0;
    };

    [[nodiscard]] Piece piece_of(const PricedBatch& batch) const;
    void take_apart(Prng& prng);
    void fill_lists(double budget_mm, std::int64_t weight);
    void cover(const OrderSet& left, double spent_mm, std::int64_t weight);
    [[nodiscard]] std::uint32_t hardest(const OrderSet& left, double budget_mm);
    [[nodiscard]] double batches_for(std::int64_t weight) const;
    void accept();

    std::vector<std::int64_t> weights_;
    std::int64_t capacity_;
    std::vector<double> prices_;
    std::vector<PricedBatch> cheap_;
    std::vector<Piece> cheap_pieces_;
    std::vector<std::vector<std::uint32_t>> by_order_;  ///< of cheap_, the cheapest first
    std::vector<PricedBatch> batches_;
    std::vector<Piece> pieces_;  ///< of batches_
    std::int64_t total_mm_ = 0;

    std::vector<bool> is_apart_;  ///< by batch
    std::size_t apart_ = 0;
    OrderSet open_;                          ///< orders of those
    std::vector<std::uint32_t> order_list_;  ///< of open_, those with the fewest batches first
    std::vector<std::vector<std::uint32_t>> lists_;  ///< by order: what may cover it
    std::vector<std::uint32_t> cover_;
    std::vector<std::uint32_t> best_cover_;
    double best_mm_ = 0;  ///< above its worth
    std::int64_t nodes_ = 0;
    std::int64_t looked_ = 0;
};

}  // namespace tally::planner
