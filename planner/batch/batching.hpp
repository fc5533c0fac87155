// Orders to batches: which orders one vehicle takes together, so that all tours together are short.
// Every tour is the optimal one. First the savings heuristic C&W(ii) (Clarke and Wright 1964; de
// Koster, van der Poort and Wolters, IJPR 37, 1999), then annealing over moves, swaps, two-for-one
// swaps and rings of three; with a larger budget several, and after each its batches are mixed anew
// by what orders are worth, which is a bound near the optimum too. Deterministic for a seed and a
// budget; at any time there is a valid answer.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "firmware/base/prng.hpp"
#include "firmware/base/result.hpp"
#include "planner/batch/batch_length.hpp"
#include "planner/batch/batch_mixing.hpp"
#include "planner/batch/batch_prices.hpp"

namespace tally::planner {

inline constexpr std::size_t kBatchOrdersMax = 2'000;

struct BatchingProblem {
    AisleFloor floor;
    FloorPoint depot;  ///< where every tour starts and ends
    std::vector<BatchOrder> orders;
    std::int32_t capacity = 0;  ///< most weight in a batch
};

struct Batch {
    std::vector<std::uint32_t> orders;  ///< sorted
    std::int64_t length_mm = 0;

    bool operator==(const Batch&) const = default;
};

struct Batching {
    std::vector<Batch> batches;  ///< by their first order
    std::int64_t total_mm = 0;
    std::int64_t lower_bound_mm = 0;  ///< no batching is shorter in total

    [[nodiscard]] double gap() const;  ///< (total - bound) / bound; 0 if both are 0
    bool operator==(const Batching&) const = default;
};

struct BatchSearchOptions {
    std::uint64_t seed = 1;
    std::int64_t work = 4'000'000;  ///< to spend in all
    /// Of an annealing and of mixing its batches anew. With less in all, or with more than
    /// BatchMixing::kOrdersMax orders, all of it is one annealing.
    std::int64_t round_work = 60'000'000;
    /// Tours that the savings heuristic may plan beside: 100 orders take some 12,000, 2,000 orders
    /// 4 million.
    std::int64_t savings_tours = 8'000'000;
};

/// A batching search in slices. Single-threaded. Work is counted in moves tried, some 20 ns each; a
/// tour that has to be planned rather than remembered counts as ten. The savings heuristic comes
/// first and has an allowance of its own; cut short, the search goes on from what it has merged or
/// from orders as they came, whichever is shorter.
class BatchSearch {
 public:
    /// Refuses no orders, more than kBatchOrdersMax, an order without picks or off the floor,
    /// weights under 1, and an order that alone exceeds the capacity. Ends with orders batched as
    /// they came: a tour an order and one a batch.
    static Result<BatchSearch> on(BatchingProblem problem, const BatchSearchOptions& options);

    /// On any floor, whose tours `length` knows; of the problem only weights and capacity count.
    /// The bound holds for tours that are not the shortest too: see BatchLength::least.
    static Result<BatchSearch> on(BatchingProblem problem, std::unique_ptr<BatchLength> length,
                                  const BatchSearchOptions& options);

    /// Spends about `work` more. True when the savings are done and all work of the options is
    /// spent.
    bool step(std::int64_t work);

    /// The shortest found so far; never longer than orders batched as they came.
    [[nodiscard]] Batching best() const;

    /// How often a tour was really planned rather than remembered.
    [[nodiscard]] std::uint64_t planned_count() const noexcept { return planned_; }

 private:
    struct Group {
        std::vector<std::uint32_t> orders;
        std::uint64_t key = 0;  ///< of the set: the sum of its orders' keys
        std::int64_t weight = 0;
        std::int32_t length_mm = 0;
    };
    struct Known {
        std::uint64_t key = 0;
        std::int32_t length_mm = 0;
    };
    struct Draw {
        std::uint32_t first;
        std::uint32_t second;
        std::uint32_t third;
        std::uint32_t kind;       ///< 0 to 255
        std::uint32_t threshold;  ///< index into thresholds_
    };
    /// Which batch each order is in.
    struct Found {
        std::vector<std::uint32_t> group_of;
        std::int64_t total_mm = 0;
    };
    /// With which later group a group saves most, as far as is known.
    struct Partner {
        std::int32_t saving_mm = 0;
        std::uint32_t group = 0;
        bool is_stale = true;
    };
    enum class Phase { savings, annealing, pricing, gathering, mixing };

    static constexpr std::int64_t kWorkPerTour = 10;
    static constexpr std::int32_t kUnknown = std::numeric_limits<std::int32_t>::min();

    BatchSearch() = default;

    void begin();
    [[nodiscard]] std::vector<std::uint32_t> first_come() const;
    void take_groups(const std::vector<std::uint32_t>& group_of);
    std::int64_t save();
    std::int64_t look_at(std::uint32_t row);
    std::int64_t weigh(std::uint32_t row, std::uint32_t other);
    bool merge_best();
    void end_savings();

    void settle();
    void begin_round();
    void end_annealing();
    void raise_bound();
    void begin_gathering(double share);
    void gather();
    void begin_mixing();
    void mix();
    void cool();

    Draw draw();
    void try_any();
    void try_move(const Draw& draw);
    void try_swap(const Draw& draw);
    void try_two_for_one(const Draw& draw);
    void try_ring(const Draw& draw);
    [[nodiscard]] std::int64_t limit_of(const Draw& draw) const;
    [[nodiscard]] std::int64_t guess_limit_of(const Draw& draw) const;
    std::int32_t length_with(std::size_t group, std::uint32_t order);
    std::int32_t length_without(std::uint32_t order);
    std::int32_t length_changed(std::size_t group, std::span<const std::uint32_t> out,
                                std::span<const std::uint32_t> in);
    std::int32_t length_exchanged(std::uint32_t out, std::uint32_t in);
    std::int32_t guess_exchanged(std::uint32_t out, std::uint32_t in);
    [[nodiscard]] Known& slot_of(std::uint64_t key);
    std::int32_t length_of(std::uint64_t key, std::span<const std::uint32_t> orders);
    std::size_t empty_group();
    void put(std::uint32_t order, std::size_t to);
    void set_length(std::size_t group, std::int32_t length_mm);
    [[nodiscard]] std::int64_t overload_by(const Group& group, std::int64_t more) const;
    [[nodiscard]] std::int64_t price_of(std::int64_t overload) const;
    void note_change(std::int64_t delta_mm, std::int64_t overload);

    BatchingProblem problem_;
    BatchSearchOptions options_;
    std::unique_ptr<BatchLength> length_;
    Prng prng_{0};
    std::vector<std::uint64_t> order_keys_;
    std::vector<Group> groups_;             ///< some may be empty
    std::vector<std::uint32_t> group_of_;   ///< by order
    std::vector<std::int32_t> with_mm_;     ///< by batch and order that would join it; or kUnknown
    std::vector<std::int32_t> without_mm_;  ///< by order that would leave its batch; or kUnknown
    std::vector<Known> known_;              ///< by key
    std::vector<std::int32_t> savings_;     ///< by two groups, while they are merged
    std::vector<Partner> partners_;         ///< by group, while they are merged
    std::uint32_t row_ = 0;                 ///< of the sweep over the partners
    std::uint32_t merged_ = 0;              ///< the group that has grown before this sweep
    std::int64_t savings_left_ = 0;         ///< tours that the savings may still plan
    std::vector<std::uint32_t> scratch_;
    std::array<float, 1024> thresholds_{};
    float temperature_mm_ = 0;
    float first_temperature_mm_ = 0;
    float mean_price_mm_ = 0;    ///< length a unit of weight, of the savings heuristic
    float price_mm_ = 0;         ///< of a unit above the capacity
    std::int64_t load_max_ = 0;  ///< what a batch may weigh while it pays for it
    std::int64_t overload_ = 0;  ///< of all batches together; 0 in an answer
    std::int64_t total_mm_ = 0;
    Found found_;  ///< the best of this round
    Found best_;
    std::int64_t lower_bound_mm_ = 0;

    Phase phase_ = Phase::savings;
    std::int64_t work_done_ = 0;
    std::int64_t round_begin_ = 0;
    std::int64_t annealing_end_ = 0;
    std::int64_t round_end_ = 0;
    std::int64_t next_cooling_ = 0;
    std::optional<BatchPrices> prices_;
    std::optional<BatchMixing> mixing_;
    double gathered_share_ = 0;  ///< of the gap
    std::uint64_t planned_ = 0;
};

/// Orders in the order they came, a new batch whenever the next does not fit: what is done today.
Result<Batching> first_come_batching(const BatchingProblem& problem);

}  // namespace tally::planner
