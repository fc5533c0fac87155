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

/// Exact tour lengths of sets of orders, from the depot and back. Single-threaded.
class BatchLength {
 public:
    virtual ~BatchLength() = default;

    /// Length of the shortest closed tour through the depot and all picks of these orders, in mm.
    virtual std::int32_t of(std::span<const std::uint32_t> orders) = 0;
};

/// Picks the fastest exact way for the floor: without blockages, with two cross aisles and all
/// places on one grid of up to 64 an aisle, a batch is a row of bit masks, and its tour a table of
/// five states an aisle (some 0.1 us); otherwise the planner of aisle tours (some us). Refuses what
/// that refuses, and orders without picks.
Result<std::unique_ptr<BatchLength>> batch_length_on(const AisleFloor& floor, FloorPoint depot,
                                                     std::span<const BatchOrder> orders);

}  // namespace tally::planner
