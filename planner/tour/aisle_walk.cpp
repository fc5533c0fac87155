#include "planner/tour/aisle_walk.hpp"

#include <algorithm>
#include <cstdlib>

#include "firmware/base/check.hpp"
#include "planner/tour/aisle_tour.hpp"

namespace tally::planner {

namespace {

constexpr std::uint32_t kNotReached = 0xffffffff;
constexpr std::uint32_t kInside = 0xffffffff;

/// Takes lanes one by one until none is left.
class Hierholzer {
 public:
    Hierholzer(const AisleNodes& nodes, const AisleLanes& lanes)
        : nodes_(nodes), left_(lanes), crossing_of_(nodes.size(), kInside) {
        for (std::uint32_t i = 0; i < nodes.crossings.size(); ++i) {
            crossing_of_[nodes.crossings[i]] = i;
        }
    }

    /// Nodes from start to end.
    std::vector<std::uint32_t> run(std::uint32_t start) {
        std::vector<std::uint32_t> open{start};
        std::vector<std::uint32_t> walk;
        while (!open.empty()) {
            const std::uint32_t next = leave(open.back());
            if (next != kNotReached) {
                open.push_back(next);
            } else {
                walk.push_back(open.back());
                open.pop_back();
            }
        }
        std::reverse(walk.begin(), walk.end());
        return walk;
    }

 private:
    std::uint32_t leave(std::uint32_t node) {
        if (take(left_.up[node])) {
            return node + 1;
        }
        if (node > 0 && take(left_.up[node - 1])) {
            return node - 1;
        }
        const std::uint32_t crossing = crossing_of_[node];
        if (crossing == kInside) {
            return kNotReached;
        }
        if (take(left_.along[crossing])) {
            return nodes_.crossings[crossing + nodes_.crosses];
        }
        if (crossing >= nodes_.crosses && take(left_.along[crossing - nodes_.crosses])) {
            return nodes_.crossings[crossing - nodes_.crosses];
        }
        return kNotReached;
    }

    static bool take(std::uint8_t& lanes) {
        if (lanes == 0) {
            return false;
        }
        --lanes;
        return true;
    }

    const AisleNodes& nodes_;
    AisleLanes left_;
    std::vector<std::uint32_t> crossing_of_;
};

bool is_straight(FloorPoint a, FloorPoint b, FloorPoint c) {
    if (a.aisle == b.aisle && b.aisle == c.aisle) {
        return (a.y_mm < b.y_mm) == (b.y_mm < c.y_mm);
    }
    return a.y_mm == b.y_mm && b.y_mm == c.y_mm && (a.aisle < b.aisle) == (b.aisle < c.aisle);
}

/// Appends a point, and drops the one before where the way goes straight on.
void append(std::vector<FloorPoint>& walk, FloorPoint point) {
    if (!walk.empty() && walk.back() == point) {
        return;
    }
    if (walk.size() > 1 && is_straight(walk[walk.size() - 2], walk.back(), point)) {
        walk.pop_back();
    }
    walk.push_back(point);
}

/// Picks by the rank of their node, ties by index.
std::vector<std::uint32_t> ordered(const std::vector<std::uint32_t>& node_of_pick,
                                   const std::vector<std::uint32_t>& rank_of_node,
                                   std::size_t ranks) {
    std::vector<std::uint32_t> begin(ranks + 1, 0);
    for (const std::uint32_t node : node_of_pick) {
        TALLY_CHECK(rank_of_node[node] != kNotReached, "the tour reaches every pick");
        ++begin[rank_of_node[node] + 1];
    }
    for (std::size_t i = 1; i < begin.size(); ++i) {
        begin[i] += begin[i - 1];
    }
    std::vector<std::uint32_t> sequence(node_of_pick.size());
    for (std::uint32_t pick = 0; pick < node_of_pick.size(); ++pick) {
        sequence[begin[rank_of_node[node_of_pick[pick]]]++] = pick;
    }
    return sequence;
}

}  // namespace

AisleTour walk_of(const AisleNodes& nodes, const AisleLanes& lanes) {
    const std::vector<std::uint32_t> walk = Hierholzer(nodes, lanes).run(nodes.start_node);
    TALLY_CHECK(walk.back() == nodes.end_node, "an Euler walk ends at the other odd node");
    return tour_of(nodes, walk);
}

AisleTour tour_of(const AisleNodes& nodes, const std::vector<std::uint32_t>& walk) {
    std::vector<std::uint32_t> rank_of_node(nodes.size(), kNotReached);
    std::int64_t spacing_mm = 0;
    AisleTour tour;
    tour.walk.reserve(walk.size());
    std::int32_t aisle = nodes.point(walk.front()).aisle;
    for (std::uint32_t i = 0; i < walk.size(); ++i) {
        rank_of_node[walk[i]] = std::min(rank_of_node[walk[i]], i);
        if (i > 0) {
            const bool is_along =
                walk[i] + 1 != walk[i - 1] && walk[i] != walk[i - 1] + 1 && walk[i] != walk[i - 1];
            if (is_along) {
                aisle += walk[i] > walk[i - 1] ? 1 : -1;
                spacing_mm += nodes.spacing_mm;
            } else {
                tour.length_mm += std::abs(nodes.y_mm[walk[i]] - nodes.y_mm[walk[i - 1]]);
            }
        }
        append(tour.walk, {aisle, nodes.y_mm[walk[i]]});
    }
    tour.length_mm += spacing_mm;
    tour.sequence = ordered(nodes.node_of_pick, rank_of_node, walk.size());
    return tour;
}

}  // namespace tally::planner
