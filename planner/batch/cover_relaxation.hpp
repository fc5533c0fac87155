// What covering every element once costs at least, if sets may be taken in fractions, and what each
// element is worth by it (its dual). Revised simplex with a dense inverse; the right-hand side is
// disturbed a little, so that it never turns in circles (Charnes, Econometrica 20, 1952).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tally::planner {

/// For some hundreds of elements: a pivot takes time and the inverse room by their square.
/// Single-threaded.
class CoverRelaxation {
 public:
    /// Every element in one set at least, and `sets_min` sets at least (not more than elements).
    /// Begins with one set an element, at these costs.
    CoverRelaxation(std::span<const std::int32_t> alone_costs, std::size_t sets_min);

    void add(std::span<const std::uint32_t> elements, std::int32_t cost);

    /// Takes one set in and another out. False: no set that was added can make it cheaper.
    bool pivot();

    /// By element, then that of a set for being one. Once `pivot` is false: none below 0 by more
    /// than rounding, and no set that was added costs less than what is in it.
    [[nodiscard]] std::span<const double> prices() const noexcept { return prices_; }
    [[nodiscard]] std::size_t set_count() const noexcept { return costs_.size(); }

 private:
    /// A set, or what a row has too much (then `set` is set_count() + row).
    struct Entering {
        std::size_t set = 0;
        double reduced = 0;
    };

    [[nodiscard]] Entering cheapest();
    [[nodiscard]] double reduced_cost(std::size_t set) const;
    void fill_column(std::size_t set);

    std::size_t rows_;
    std::vector<std::uint32_t> elements_;  ///< of all sets
    std::vector<std::size_t> ends_;        ///< in elements_, by set
    std::vector<double> costs_;
    std::vector<double> inverse_;  ///< by row of the basis
    std::vector<double> values_;   ///< of the basis
    std::vector<double> prices_;
    std::vector<double> column_;
    std::size_t next_ = 0;  ///< set to look at
};

}  // namespace tally::planner
