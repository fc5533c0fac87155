#include "planner/batch/batch_length.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "firmware/base/check.hpp"
#include "planner/tour/aisle_tour.hpp"

namespace tally::planner {

namespace {

constexpr std::int32_t kPlacesMax = 64;
constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::max() / 4;

/// Ratliff and Rosenthal's states at a cut between two aisles: lanes along the front and the back
/// cross aisle, and whether they hang together to the left.
struct Cut {
    std::int32_t odd = kNever;     ///< one lane at each, connected
    std::int32_t front = kNever;   ///< two at the front only
    std::int32_t back = kNever;    ///< two at the back only
    std::int32_t both = kNever;    ///< two at each, connected
    std::int32_t parted = kNever;  ///< two at each, not connected yet
    std::int32_t closed = 0;       ///< the whole tour, if it ends here
};

/// What serving an aisle costs.
struct AisleCost {
    std::int32_t front = 0;  ///< out and back from the front
    std::int32_t back = 0;
    std::int32_t gap = 0;  ///< from both, the widest gap left out
    std::int32_t least = 0;
};

/// Places of a floor that lie on one grid, so that an aisle's picks are a mask.
struct PlaceGrid {
    std::int32_t first_mm = 0;
    std::int32_t step_mm = 1;
};

/// Longest run of ones, without a branch that depends on the mask.
std::int32_t longest_run(std::uint64_t ones) {
    std::array<std::uint64_t, 6> runs{ones};  ///< starts of runs of 1, 2, 4, ... 32
    for (unsigned i = 1; i < runs.size(); ++i) {
        runs[i] = runs[i - 1] & (runs[i - 1] >> (1U << (i - 1)));
    }
    std::uint64_t starts = ~std::uint64_t{0};
    unsigned length = 0;
    for (unsigned i = runs.size(); i > 0; --i) {
        const std::uint64_t longer = starts & (runs[i - 1] >> length);
        const bool is_longer = longer != 0;
        starts = is_longer ? longer : starts;
        length += is_longer ? 1U << (i - 1) : 0U;
    }
    return static_cast<std::int32_t>(length);
}

class OneBlockLength : public BatchLength {
 public:
    OneBlockLength(const AisleFloor& floor, PlaceGrid grid)
        : grid_(grid),
          aisles_(static_cast<std::size_t>(floor.aisles)),
          length_mm_(floor.blocks_mm.front()),
          spacing_mm_(floor.spacing_mm),
          depot_(aisles_, 0),
          batch_(aisles_, 0) {}

    void set_depot(FloorPoint depot) { mark(depot_.data(), depot); }

    void add_order(const BatchOrder& order) {
        masks_.resize(masks_.size() + aisles_, 0);
        for (const FloorPoint& pick : order.picks) {
            mark(masks_.data() + masks_.size() - aisles_, pick);
        }
    }

    std::int32_t of(std::span<const std::uint32_t> orders) override {
        std::uint64_t* batch = batch_.data();
        std::copy(depot_.begin(), depot_.end(), batch);
        for (const std::uint32_t order : orders) {
            const std::uint64_t* masks = masks_.data() + order * aisles_;
            for (std::size_t aisle = 0; aisle < aisles_; ++aisle) {
                batch[aisle] |= masks[aisle];
            }
        }
        return tour_length();
    }

 private:
    void mark(std::uint64_t* masks, FloorPoint point) const {
        masks[point.aisle] |= std::uint64_t{1} << ((point.y_mm - grid_.first_mm) / grid_.step_mm);
    }

    [[nodiscard]] AisleCost cost_of(std::uint64_t mask) const {
        const int first = std::countr_zero(mask);
        const int last = 63 - std::countl_zero(mask);
        const std::uint64_t inside =
            (~std::uint64_t{0} << first) & (~std::uint64_t{0} >> (63 - last));
        const std::int32_t gap = first == last ? 0 : longest_run(inside & ~mask) + 1;
        AisleCost cost{2 * (grid_.first_mm + last * grid_.step_mm),
                       2 * (length_mm_ - grid_.first_mm - first * grid_.step_mm),
                       2 * (length_mm_ - gap * grid_.step_mm), 0};
        cost.least = std::min({cost.front, cost.back, cost.gap});
        return cost;
    }

    std::int32_t tour_length() const {
        Cut cut;
        std::size_t before = aisles_;
        std::size_t served = 0;
        for (std::size_t aisle = 0; aisle < aisles_; ++aisle) {
            if (batch_[aisle] == 0) {
                continue;
            }
            const AisleCost cost = cost_of(batch_[aisle]);
            if (before == aisles_) {
                cut = first_cut(cost);
            } else {
                const auto columns = static_cast<std::int32_t>(aisle - before);
                cut = next_cut(cut, cost, 2 * spacing_mm_ * columns);
            }
            before = aisle;
            ++served;
        }
        if (served == 1) {  // The depot's own aisle: no crossing need be touched.
            const std::uint64_t mask = batch_[before];
            const int span = 63 - std::countl_zero(mask) - std::countr_zero(mask);
            return 2 * span * grid_.step_mm;
        }
        return std::min({cut.closed, cut.front, cut.back});
    }

    /// `front`, `back`, `both` and `parted` are kept as they are right of the aisle's crossings.
    [[nodiscard]] Cut first_cut(const AisleCost& cost) const {
        Cut cut;
        cut.odd = length_mm_;
        cut.closed = 2 * length_mm_;
        cut.front = cost.front;
        cut.back = cost.back;
        cut.parted = cost.gap;
        cut.both = cut.closed;
        return cut;
    }

    /// `pair_mm`: two lanes to this aisle along one cross aisle.
    [[nodiscard]] Cut next_cut(const Cut& cut, const AisleCost& cost, std::int32_t pair_mm) const {
        const std::int32_t odd = cut.odd + pair_mm;
        const std::int32_t front = std::min(cut.front, cut.closed) + pair_mm;
        const std::int32_t back = std::min(cut.back, cut.closed) + pair_mm;
        const std::int32_t both = cut.both + 2 * pair_mm;
        const std::int32_t parted = cut.parted + 2 * pair_mm;
        const std::int32_t least_but_odd = std::min({front, back, both, parted});
        Cut next;
        next.odd = std::min(odd + cost.least, least_but_odd + length_mm_);
        next.closed = std::min({odd + length_mm_, both + cost.least,
                                std::min({front, back, parted}) + 2 * length_mm_});
        next.both = next.closed;
        next.front = front + cost.front;
        next.back = back + cost.back;
        next.parted = std::min({parted + cost.least, front + std::min(cost.back, cost.gap),
                                back + std::min(cost.front, cost.gap)});
        return next;
    }

    PlaceGrid grid_;
    std::size_t aisles_;
    std::int32_t length_mm_;
    std::int32_t spacing_mm_;
    std::vector<std::uint64_t> depot_;
    std::vector<std::uint64_t> masks_;  ///< by order and aisle
    std::vector<std::uint64_t> batch_;
};

class PlannedLength : public BatchLength {
 public:
    PlannedLength(AisleTourPlanner planner, FloorPoint depot, std::span<const BatchOrder> orders)
        : planner_(std::move(planner)), depot_(depot) {
        for (const BatchOrder& order : orders) {
            picks_.push_back(order.picks);
        }
    }

    std::int32_t of(std::span<const std::uint32_t> orders) override {
        batch_.clear();
        for (const std::uint32_t order : orders) {
            batch_.insert(batch_.end(), picks_[order].begin(), picks_[order].end());
        }
        const Result<std::int64_t> length = planner_.length_mm({batch_, depot_, {}});
        TALLY_CHECK(length, "every order was planned alone at the start");
        return static_cast<std::int32_t>(*length);
    }

 private:
    AisleTourPlanner planner_;
    FloorPoint depot_;
    std::vector<std::vector<FloorPoint>> picks_;
    std::vector<FloorPoint> batch_;
};

/// The grid on which the depot and all picks lie; none if it has more places than a mask has bits.
std::optional<PlaceGrid> grid_of(FloorPoint depot, std::span<const BatchOrder> orders) {
    std::int32_t low = depot.y_mm;
    std::int32_t high = depot.y_mm;
    std::int32_t step = 0;
    for (const BatchOrder& order : orders) {
        for (const FloorPoint& pick : order.picks) {
            low = std::min(low, pick.y_mm);
            high = std::max(high, pick.y_mm);
            step = std::gcd(step, pick.y_mm - depot.y_mm);
        }
    }
    step = std::max(step, 1);
    if ((high - low) / step >= kPlacesMax) {
        return std::nullopt;
    }
    return PlaceGrid{low, step};
}

}  // namespace

Result<std::unique_ptr<BatchLength>> batch_length_on(const AisleFloor& floor, FloorPoint depot,
                                                     std::span<const BatchOrder> orders) {
    TALLY_TRY_ASSIGN(AisleTourPlanner planner, AisleTourPlanner::on(floor));
    for (std::size_t i = 0; i < orders.size(); ++i) {
        if (orders[i].picks.empty()) {
            return fail(ErrorKind::refused, "order " + std::to_string(i) + " has no picks");
        }
        if (const auto alone = planner.length_mm({orders[i].picks, depot, {}}); !alone) {
            return fail("order " + std::to_string(i), alone.error());
        }
    }
    const bool is_plain = floor.blocks_mm.size() == 1 && floor.blocked_aisles.empty() &&
                          floor.blocked_crosses.empty();
    const std::optional<PlaceGrid> grid =
        is_plain ? grid_of(depot, orders) : std::optional<PlaceGrid>();
    if (!grid) {
        return std::make_unique<PlannedLength>(std::move(planner), depot, orders);
    }
    auto length = std::make_unique<OneBlockLength>(floor, *grid);
    length->set_depot(depot);
    for (const BatchOrder& order : orders) {
        length->add_order(order);
    }
    return length;
}

}  // namespace tally::planner
