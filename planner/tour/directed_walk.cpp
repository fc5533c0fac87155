// From the best whole state back to lanes, and along them to a walk.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "firmware/base/check.hpp"
#include "planner/tour/aisle_walk.hpp"
#include "planner/tour/directed_tour.hpp"

namespace tally::planner {

namespace {

/// `choice` counts from DirectedTourPlanner::kTwice.
BlockUse use_of(int choice) {
    constexpr BlockUse kUses[] = {BlockUse::twice, BlockUse::front, BlockUse::back, BlockUse::gap};
    return kUses[choice];
}

}  // namespace

DirectedTourPlanner::Lanes DirectedTourPlanner::traced() const {
    const std::size_t nodes = nodes_.size();
    const std::size_t crossings = nodes_.crossings.size();
    Lanes lanes{std::vector<int>(nodes, 0),     std::vector<int>(nodes, 0),
                std::vector<int>(crossings, 0), std::vector<int>(crossings, 0),
                std::vector<int>(crossings, 0), std::vector<int>(crossings, 0)};
    std::size_t at = best_->entry;
    for (std::size_t i = best_->stage; i > 0; --i) {
        const Stage& stage = stages_[i];
        const Entry& entry = entries_[at];
        const Shape before = Shape::of(entries_[entry.before].code);
        const std::size_t crossing = stage.column * nodes_.crosses + stage.index;
        if (stage.kind == StageKind::along && entry.choice == 1) {
            const int net = before.balance[stage.index];
            lanes.right[crossing] = net == 0 ? 1 : std::max(net, 0);
            lanes.left[crossing] = net == 0 ? 1 : std::max(-net, 0);
        } else if (stage.kind == StageKind::turn && entry.choice == 1) {
            const int net = before.balance[nodes_.crosses];
            lanes.into_cross[crossing] = net == 0 ? 1 : std::max(net, 0);
            lanes.into_aisle[crossing] = net == 0 ? 1 : std::max(-net, 0);
        } else if (stage.kind == StageKind::block && entry.choice < kTwice) {
            for (std::uint32_t node = nodes_.crossings[crossing];
                 node < nodes_.crossings[crossing + 1]; ++node) {
                lanes.up[node] = std::max<int>(entry.choice, 0);
                lanes.down[node] = std::max<int>(-entry.choice, 0);
            }
        } else if (stage.kind == StageKind::block && entry.choice < kNone) {
            const BlockNodes block = nodes_.block(stage.column, stage.index);
            std::vector<std::uint8_t> pairs(block.segments, 0);
            lanes_of(block, use_of(entry.choice - kTwice), pairs.data());
            for (std::size_t k = 0; k < pairs.size(); ++k) {
                lanes.up[nodes_.crossings[crossing] + k] = pairs[k] / 2;
                lanes.down[nodes_.crossings[crossing] + k] = pairs[k] / 2;
            }
        }
        at = entry.before;
    }
    return lanes;
}

/// Hierholzer over aisle halves (the nodes) and cross-aisle halves (behind them), against the
/// lanes, so that the walk comes out in driving order.
std::vector<std::uint32_t> DirectedTourPlanner::euler_walk(Lanes lanes) const {
    const auto nodes = static_cast<std::uint32_t>(nodes_.size());
    const auto crosses = static_cast<std::uint32_t>(nodes_.crosses);
    std::vector<std::uint32_t> crossing_of(nodes, AisleNodes::kNoNode);
    for (std::uint32_t i = 0; i < nodes_.crossings.size(); ++i) {
        crossing_of[nodes_.crossings[i]] = i;
    }
    const auto take = [](int& count) { return count > 0 && count-- > 0; };
    /// A node from which an unused lane leads to this one.
    const auto previous = [&](std::uint32_t at) {
        if (at >= nodes) {
            const std::uint32_t crossing = at - nodes;
            if (crossing >= crosses && take(lanes.right[crossing - crosses])) {
                return at - crosses;
            }
            if (crossing + crosses < nodes_.crossings.size() && take(lanes.left[crossing])) {
                return at + crosses;
            }
            return take(lanes.into_cross[crossing]) ? nodes_.crossings[crossing]
                                                    : AisleNodes::kNoNode;
        }
        if (at > 0 && take(lanes.up[at - 1])) {
            return at - 1;
        }
        if (at + 1 < nodes && take(lanes.down[at])) {
            return at + 1;
        }
        const std::uint32_t crossing = crossing_of[at];
        return crossing != AisleNodes::kNoNode && take(lanes.into_aisle[crossing])
                   ? nodes + crossing
                   : AisleNodes::kNoNode;
    };
    const auto has_aisle_lane = [&](std::uint32_t at) {
        return (at > 0 && (lanes.up[at - 1] > 0 || lanes.down[at - 1] > 0)) || lanes.up[at] > 0 ||
               lanes.down[at] > 0;
    };
    const std::uint32_t end = nodes_.end_node;
    const std::uint32_t crossing = crossing_of[end];
    const bool is_in_aisle = crossing == AisleNodes::kNoNode ||
                             (nodes_.is_open_tour ? is_end_in_aisle_ : has_aisle_lane(end));
    std::vector<std::uint32_t> open{is_in_aisle ? end : nodes + crossing};
    std::vector<std::uint32_t> walk;
    while (!open.empty()) {
        const std::uint32_t next = previous(open.back());
        if (next != AisleNodes::kNoNode) {
            open.push_back(next);
        } else {
            const std::uint32_t at = open.back();
            walk.push_back(at < nodes ? at : nodes_.crossings[at - nodes]);
            open.pop_back();
        }
    }
    return walk;
}

Result<AisleTour> DirectedTourPlanner::take() {
    if (local_.length_mm < LocalTour{}.length_mm) {
        AisleTour tour = walk_of(nodes_, local_lanes(nodes_, local_));
        tour.lower_bound_mm = tour.length_mm;
        return tour;
    }
    if (is_exhausted_) {
        return fail(ErrorKind::exhausted,
                    "this floor has too many possible states for the exact method; plan it as a "
                    "graph");
    }
    if (!is_finished_) {
        return fail(ErrorKind::timeout,
                    "the search stopped after " +
                        std::to_string(next_column_ == 0 ? 0 : next_column_ - 1) + " of " +
                        std::to_string(nodes_.columns()) + " aisles; give it more work");
    }
    if (!best_) {
        return fail(
            ErrorKind::refused,
            "no tour reaches all picks: a blockage or a one-way aisle cuts one of them off");
    }
    for (std::size_t i = best_->stage, at = best_->entry; i > 0; at = entries_[at].before, --i) {
        const Stage& stage = stages_[i];
        if (stage.kind == StageKind::mark &&
            nodes_.crossing(stage.column, stage.index) == nodes_.end_node) {
            is_end_in_aisle_ = entries_[at].choice == 0;
        }
    }
    AisleTour tour = tour_of(nodes_, euler_walk(traced()));
    TALLY_CHECK(tour.walk.front() == nodes_.point(nodes_.start_node),
                "the walk begins at its start");
    tour.length_mm = best_->length_mm;
    tour.lower_bound_mm = best_->length_mm;
    if (may_cut_ && least_dropped_mm_ < best_->length_mm) {
        tour.lower_bound_mm =
            std::min(tour.length_mm, std::max<std::int64_t>(relaxed_mm_, least_dropped_mm_));
    }
    return tour;
}

}  // namespace tally::planner
