// Tours through stops of any floor, given the ways between them: exact for few stops, else a strong
// heuristic with a proven lower bound.
//  - up to 12 stops: Held and Karp's table (1962), the optimum;
//  - more, and ways as long in both directions: 2-opt and Or-opt moves over neighbour lists, kicked
//  by
//    double bridges (Or 1976; Bentley 1992; Martin, Otto and Felten 1991); bound by 1-trees with
//    subgradients (Held and Karp 1970, 1971);
//  - more, and one-way: Or-opt moves of whole segments; bound by assignment, or by 1-trees over the
//    shorter of both directions, whichever is higher.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include "firmware/base/prng.hpp"
#include "firmware/base/result.hpp"
#include "planner/tour/stop_bound.hpp"

namespace tally::planner {

/// Lengths of the ways from row to column, in mm; kNoWay where there is none.
using WayMatrix = Eigen::Matrix<std::int32_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
inline constexpr std::int32_t kNoWay = 1'000'000'000;

inline constexpr std::size_t kStopsMax = 2'000;
inline constexpr std::size_t kExactStopsMax = 12;

struct StopTourRequest {
    WayMatrix ways;                   ///< between stops; the first is the start
    bool is_round = true;             ///< back to the start; else the last stop is the end
    std::vector<std::int32_t> ranks;  ///< one a stop or none: lower ranks (heavy goods) come first;
                                      ///< those of start and end do not count
};

struct StopTour {
    std::vector<std::uint32_t> sequence;  ///< all stops, beginning with 0
    std::int64_t length_mm = 0;
    std::int64_t lower_bound_mm = 0;

    [[nodiscard]] double gap() const;
};

struct StopTourOptions {
    std::uint64_t seed = 1;
    std::int64_t work = 2'000'000;  ///< to spend in all, about a fifth of it on the bound
};

/// A search in slices. Work is counted in moves weighed, some 10 ns each. Single-threaded.
class StopTourSearch {
 public:
    /// Refuses no stops, more than kStopsMax, a matrix that is not square or has negative ways,
    /// ways above kNoWay, ranks of another number, and stops that no way leads to or from.
    static Result<StopTourSearch> on(StopTourRequest request, const StopTourOptions& options);

    /// Spends about `work` more. True when all is spent, or when the tour is proven optimal.
    bool step(std::int64_t work);

    /// The best so far; `refused` if no order of the stops was found that ways exist for.
    [[nodiscard]] Result<StopTour> best() const;

 private:
    StopTourSearch() = default;

    [[nodiscard]] std::int64_t way(std::uint32_t from, std::uint32_t to) const {
        return cost_[static_cast<std::size_t>(from) * size_ + to];
    }
    void solve_exactly();
    void begin_heuristic();
    void improve(std::vector<std::uint32_t>& open);
    bool improve_at(std::uint32_t stop, std::vector<std::uint32_t>& touched);
    bool try_two_opt(std::uint32_t stop, std::vector<std::uint32_t>& touched);
    bool try_or_opt(std::uint32_t stop, std::vector<std::uint32_t>& touched);
    void reverse(std::size_t from, std::size_t to);
    void shift(std::size_t from, std::size_t length, std::size_t after, bool is_reversed);
    void kick();
    [[nodiscard]] std::uint32_t at(std::size_t position) const {
        return tour_[position < size_ ? position : position - size_];
    }
    [[nodiscard]] std::int64_t length_of(const std::vector<std::uint32_t>& tour) const;

    StopTourRequest request_;
    StopTourOptions options_;
    Prng prng_{0};
    std::size_t size_ = 0;
    std::vector<std::int64_t> cost_;  ///< with ends tied together and ranks kept apart
    std::int64_t tie_mm_ = 0;         ///< what tying start and end takes off every tour
    bool is_symmetric_ = true;
    bool is_done_ = false;
    std::int64_t work_done_ = 0;
    std::int64_t bound_work_ = 0;

    std::vector<std::uint32_t> neighbours_;  ///< by stop, kNeighbours each, nearest first
    std::size_t neighbour_count_ = 0;
    std::vector<std::uint32_t> tour_;
    std::vector<std::uint32_t> position_;
    std::int64_t length_ = 0;
    std::vector<std::uint32_t> best_tour_;
    std::int64_t best_length_ = 0;
    std::int64_t bound_ = 0;
    std::optional<StopBound> bound_search_;
};

}  // namespace tally::planner
