// How long a cart's tour over the stops of some orders is, on any floor.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "planner/batch/batch_length.hpp"
#include "planner/tour/stop_tour.hpp"

namespace tally {

/// Round tours through the places of some orders, from the station at 0 and back: the nearest next,
/// then 2-opt. An upper bound, cheap enough to be asked thousands of times; with more places the
/// tour may by luck be shorter.
class StopLength final : public planner::BatchLength {
 public:
    /// `places` of each order, as rows of `ways`. Ways need not be the shortest: a lane may have
    /// been blocked while they were asked for.
    StopLength(planner::WayMatrix ways, std::vector<std::vector<std::uint32_t>> places);

    std::int32_t of(std::span<const std::uint32_t> orders) override;
    [[nodiscard]] bool is_exact() const override { return false; }
    /// There and back to the place of the order that is the furthest.
    std::int32_t least(std::uint32_t order) override;

 private:
    void improve(std::vector<std::uint32_t>& tour) const;
    [[nodiscard]] std::int64_t length(const std::vector<std::uint32_t>& tour) const;

    planner::WayMatrix ways_;
    std::vector<std::vector<std::uint32_t>> places_;
    std::vector<std::int64_t> there_and_back_;  ///< by place
};

}  // namespace tally
