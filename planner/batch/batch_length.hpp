// How long the shortest tour of a batch is, asked millions of times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/layout/aisle_floor.hpp"

namespace tally::planner {

struct BatchOrder {
    std::vector<FloorPoint> picks;
    std::int32_t weight = 0;  ///< what of the vehicle's capacity it takes
};

/// Tour lengths of sets of orders, from the depot and back, in mm. Single-threaded.
class BatchLength {
 public:
    virtual ~BatchLength() = default;

    /// Length of a closed tour through the depot and all picks of these orders: the shortest, if
    /// these lengths are exact.
    virtual std::int32_t of(std::span<const std::uint32_t> orders) = 0;

    /// Whether `of` gives the shortest tour. Only then has no batch a shorter tour than a part of
    /// it, on which bounds by prices rest.
    [[nodiscard]] virtual bool is_exact() const { return true; }

    /// No tour that `of` gives for a batch with this order in it is shorter. To be told anew where
    /// lengths are not exact: a longer batch may have the better luck.
    virtual std::int32_t least(std::uint32_t order) { return of({&order, 1}); }
};

/// Picks the fastest exact way for the floor: without blockages, with two cross aisles and all
/// places on one grid of up to 64 an aisle, a batch is a row of bit masks, and its tour a table of
/// five states an aisle (some 0.1 us); otherwise the planner of aisle tours (some us). Refuses what
/// that refuses, and orders without picks.
Result<std::unique_ptr<BatchLength>> batch_length_on(const AisleFloor& floor, FloorPoint depot,
                                                     std::span<const BatchOrder> orders);

}  // namespace tally::planner
