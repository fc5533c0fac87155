#include "planner/map/floor_graph.hpp"

#include <algorithm>
#include <cstdlib>
#include <queue>

namespace tally::planner {

namespace {

constexpr std::uint32_t kNoArc = 0xffffffff;
constexpr std::size_t kProblemsMax = 20;

using Open = std::pair<std::int32_t, std::uint32_t>;  ///< length, arc
using Queue = std::priority_queue<Open, std::vector<Open>, std::greater<>>;

}  // namespace

FloorGraph::FloorGraph(FloorLayout layout) : layout_(std::move(layout)) {
    const auto index = [&](auto node_of_arc, std::vector<std::uint32_t>& first,
                           std::vector<std::uint32_t>& arcs) {
        first.assign(layout_.nodes.size() + 1, 0);
        const auto count = static_cast<std::uint32_t>(2 * layout_.lanes.size());
        for (std::uint32_t arc = 0; arc < count; ++arc) {
            first[node_of_arc(arc) + 1] += is_open(arc) ? 1 : 0;
        }
        for (std::size_t i = 1; i < first.size(); ++i) {
            first[i] += first[i - 1];
        }
        arcs.resize(first.back());
        std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
        for (std::uint32_t arc = 0; arc < count; ++arc) {
            if (is_open(arc)) {
                arcs[next[node_of_arc(arc)]++] = arc;
            }
        }
    };
    index([&](std::uint32_t arc) { return tail(arc); }, first_out_, out_);
    index([&](std::uint32_t arc) { return head(arc); }, first_in_, in_);
    for (std::uint32_t i = 0; i < layout_.stops.size(); ++i) {
        by_place_.emplace_back(layout_.stops[i].place, i);
    }
    std::sort(by_place_.begin(), by_place_.end());
}

Result<FloorGraph> FloorGraph::on(FloorLayout layout) {
    const std::vector<std::string> problems = check_floor_layout(layout);
    if (!problems.empty()) {
        return fail(ErrorKind::refused, problems.front());
    }
    return FloorGraph(std::move(layout));
}

std::uint32_t FloorGraph::tail(std::uint32_t arc) const {
    const FloorLane& lane = layout_.lanes[arc / 2];
    return arc % 2 == 0 ? lane.from : lane.to;
}

bool FloorGraph::is_open(std::uint32_t arc) const {
    return arc % 2 == 0 || layout_.lanes[arc / 2].direction == LaneDirection::both;
}

std::optional<std::uint32_t> FloorGraph::node_of(const FloorStop& stop) const {
    const FloorLane& lane = layout_.lanes[stop.lane];
    if (stop.offset_mm == 0) {
        return lane.from;
    }
    return stop.offset_mm == lane.length_mm ? std::optional(lane.to) : std::nullopt;
}

std::optional<std::uint32_t> FloorGraph::find(const PlaceId& place) const {
    const auto at = std::lower_bound(
        by_place_.begin(), by_place_.end(), place,
        [](const auto& entry, const PlaceId& wanted) { return entry.first < wanted; });
    return at != by_place_.end() && at->first == place ? std::optional(at->second) : std::nullopt;
}

/// A turn of 45 degrees or more has a price, turning back twice as much.
std::int32_t FloorGraph::turn_mm(std::uint32_t arc, std::uint32_t next) const {
    if (layout_.turn_mm == 0) {
        return 0;
    }
    if (next == (arc ^ 1U)) {
        return 2 * layout_.turn_mm;
    }
    const FloorNode& from = layout_.nodes[tail(arc)];
    const FloorNode& at = layout_.nodes[head(arc)];
    const FloorNode& to = layout_.nodes[head(next)];
    const std::int64_t ax = std::int64_t{at.x_mm} - from.x_mm;
    const std::int64_t ay = std::int64_t{at.y_mm} - from.y_mm;
    const std::int64_t bx = std::int64_t{to.x_mm} - at.x_mm;
    const std::int64_t by = std::int64_t{to.y_mm} - at.y_mm;
    const double along = static_cast<double>(ax * bx) + static_cast<double>(ay * by);
    const double across = static_cast<double>(ax * by) - static_cast<double>(ay * bx);
    return along > std::abs(across) ? 0 : layout_.turn_mm;
}

FloorGraph::Field FloorGraph::field_from(std::uint32_t stop,
                                         const std::vector<char>& is_halt) const {
    Field field{std::vector<std::int32_t>(2 * layout_.lanes.size(), kNoWay),
                std::vector<std::uint32_t>(2 * layout_.lanes.size(), kNoArc)};
    Queue queue;
    const auto enter = [&](std::uint32_t arc, std::int64_t length_mm, std::uint32_t before) {
        if (length_mm < field.enter_mm[arc]) {
            field.enter_mm[arc] = static_cast<std::int32_t>(length_mm);
            field.before[arc] = before;
            queue.emplace(field.enter_mm[arc], arc);
        }
    };
    const auto leave = [&](std::uint32_t arc, std::int64_t length_mm, std::uint32_t before) {
        const std::uint32_t node = head(arc);
        const bool is_free = !is_halt.empty() && is_halt[node] != 0;
        for (std::uint32_t i = first_out_[node]; i < first_out_[node + 1]; ++i) {
            enter(out_[i], length_mm + (is_free ? 0 : turn_mm(arc, out_[i])), before);
        }
    };
    const FloorStop& start = layout_.stops[stop];
    if (const auto node = node_of(start)) {
        for (std::uint32_t i = first_out_[*node]; i < first_out_[*node + 1]; ++i) {
            enter(out_[i], 0, kNoArc);
        }
    } else {
        leave(2 * start.lane, layout_.lanes[start.lane].length_mm - start.offset_mm, kNoArc);
        if (is_open(2 * start.lane + 1)) {
            leave(2 * start.lane + 1, start.offset_mm, kNoArc);
        }
    }
    while (!queue.empty()) {
        const auto [length_mm, arc] = queue.top();
        queue.pop();
        if (length_mm == field.enter_mm[arc]) {
            leave(arc, std::int64_t{length_mm} + layout_.lanes[arc / 2].length_mm, arc);
        }
    }
    return field;
}

FloorGraph::Arrival FloorGraph::arrival(const Field& field, std::uint32_t from,
                                        std::uint32_t to) const {
    const FloorStop& start = layout_.stops[from];
    const FloorStop& goal = layout_.stops[to];
    const std::int32_t lane_mm = layout_.lanes[goal.lane].length_mm;
    Arrival best;
    const auto offer = [&](std::int64_t length_mm, std::uint32_t arc, bool is_direct) {
        if (length_mm < best.length_mm) {
            best = {static_cast<std::int32_t>(length_mm), arc, is_direct};
        }
    };
    if (start.lane == goal.lane) {
        const std::int32_t ahead_mm = goal.offset_mm - start.offset_mm;
        if (ahead_mm >= 0 || is_open(2 * goal.lane + 1)) {
            offer(std::abs(ahead_mm), 2 * goal.lane, true);
        }
    }
    offer(std::int64_t{field.enter_mm[2 * goal.lane]} + goal.offset_mm, 2 * goal.lane, false);
    offer(std::int64_t{field.enter_mm[2 * goal.lane + 1]} + lane_mm - goal.offset_mm,
          2 * goal.lane + 1, false);
    if (const auto node = node_of(goal)) {
        if (node_of(start) == node) {
            offer(0, 2 * goal.lane, true);
        }
        if (head(2 * start.lane) == *node) {
            offer(layout_.lanes[start.lane].length_mm - start.offset_mm, 2 * start.lane, true);
        } else if (tail(2 * start.lane) == *node && is_open(2 * start.lane + 1)) {
            offer(start.offset_mm, 2 * start.lane + 1, true);
        }
        for (std::uint32_t i = first_in_[*node]; i < first_in_[*node + 1]; ++i) {
            const std::uint32_t arc = in_[i];
            offer(std::int64_t{field.enter_mm[arc]} + layout_.lanes[arc / 2].length_mm, arc, false);
        }
    }
    return best;
}

std::vector<std::int32_t> FloorGraph::ways_from(std::uint32_t stop) const {
    const Field field = field_from(stop);
    std::vector<std::int32_t> ways(layout_.stops.size());
    for (std::uint32_t other = 0; other < ways.size(); ++other) {
        ways[other] = other == stop ? 0 : arrival(field, stop, other).length_mm;
    }
    return ways;
}

Result<WayMatrix> FloorGraph::ways(std::span<const std::uint32_t> stops) const {
    return ways_by(stops, {});
}

Result<WayMatrix> FloorGraph::tour_ways(std::span<const std::uint32_t> stops) const {
    std::vector<char> is_halt(layout_.nodes.size(), 0);
    for (const std::uint32_t stop : stops) {
        const auto node = stop < layout_.stops.size() ? node_of(layout_.stops[stop]) : std::nullopt;
        if (node) {
            is_halt[*node] = 1;
        }
    }
    return ways_by(stops, is_halt);
}

Result<WayMatrix> FloorGraph::ways_by(std::span<const std::uint32_t> stops,
                                      const std::vector<char>& is_halt) const {
    if (stops.size() > kWayMatrixStopsMax) {
        return fail(ErrorKind::exhausted, "ways between " + std::to_string(stops.size()) +
                                              " stops at once; ask for up to 10000");
    }
    for (const std::uint32_t stop : stops) {
        if (stop >= layout_.stops.size()) {
            return fail(ErrorKind::refused, std::to_string(stop) + " is no stop of this floor");
        }
    }
    const auto side = static_cast<Eigen::Index>(stops.size());
    WayMatrix ways(side, side);
    for (Eigen::Index row = 0; row < side; ++row) {
        const std::uint32_t from = stops[static_cast<std::size_t>(row)];
        const Field field = field_from(from, is_halt);
        for (Eigen::Index column = 0; column < side; ++column) {
            const std::uint32_t to = stops[static_cast<std::size_t>(column)];
            ways(row, column) = from == to ? 0 : arrival(field, from, to).length_mm;
        }
    }
    return ways;
}

std::vector<std::uint32_t> FloorGraph::path(std::uint32_t from, std::uint32_t to) const {
    const Field field = field_from(from);
    const Arrival end = arrival(field, from, to);
    std::vector<std::uint32_t> nodes;
    const auto goal_node = node_of(layout_.stops[to]);
    if (from == to || end.is_direct || end.length_mm >= kNoWay) {
        if (goal_node && from != to && end.length_mm > 0 && end.length_mm < kNoWay) {
            nodes.push_back(*goal_node);
        }
        return nodes;
    }
    for (std::uint32_t arc = end.arc; arc != kNoArc; arc = field.before[arc]) {
        nodes.push_back(tail(arc));
    }
    std::reverse(nodes.begin(), nodes.end());
    if (goal_node && nodes.back() != *goal_node) {
        nodes.push_back(*goal_node);
    }
    return nodes;
}

/// Nodes that can be driven to from a stop, or, backwards, from which it can be driven to.
std::vector<char> FloorGraph::reached(std::uint32_t stop, bool is_backwards) const {
    std::vector<std::vector<std::uint32_t>> next(layout_.nodes.size());
    for (const FloorLane& lane : layout_.lanes) {
        const bool is_both = lane.direction == LaneDirection::both;
        if (is_both || !is_backwards) {
            next[lane.from].push_back(lane.to);
        }
        if (is_both || is_backwards) {
            next[lane.to].push_back(lane.from);
        }
    }
    const FloorStop& base = layout_.stops[stop];
    const FloorLane& lane = layout_.lanes[base.lane];
    std::vector<std::uint32_t> open;
    if (const auto node = node_of(base)) {
        open.push_back(*node);
    } else {
        open.push_back(is_backwards ? lane.from : lane.to);
        if (lane.direction == LaneDirection::both) {
            open.push_back(is_backwards ? lane.to : lane.from);
        }
    }
    std::vector<char> is_reached(layout_.nodes.size(), 0);
    for (const std::uint32_t node : open) {
        is_reached[node] = 1;
    }
    while (!open.empty()) {
        const std::uint32_t node = open.back();
        open.pop_back();
        for (const std::uint32_t other : next[node]) {
            if (is_reached[other] == 0) {
                is_reached[other] = 1;
                open.push_back(other);
            }
        }
    }
    return is_reached;
}

std::vector<std::string> FloorGraph::check_reach() const {
    std::vector<std::string> problems;
    if (layout_.stops.empty()) {
        problems.emplace_back("the floor has no stops; name at least one slot or station");
        return problems;
    }
    std::uint32_t base = 0;
    for (const StopKind kind : {StopKind::door, StopKind::station}) {
        const auto at = std::find_if(layout_.stops.begin(), layout_.stops.end(),
                                     [&](const FloorStop& stop) { return stop.kind == kind; });
        base = at == layout_.stops.end() ? base
                                         : static_cast<std::uint32_t>(at - layout_.stops.begin());
    }
    const std::vector<char> to = reached(base, false);
    const std::vector<char> back = reached(base, true);
    const std::string name = "'" + layout_.stops[base].place.str() + "'";
    for (std::size_t i = 0; i < layout_.stops.size(); ++i) {
        const FloorStop& stop = layout_.stops[i];
        const FloorLane& lane = layout_.lanes[stop.lane];
        const auto node = node_of(stop);
        const bool is_both = lane.direction == LaneDirection::both;
        const bool may_come =
            node ? to[*node] != 0 : to[lane.from] != 0 || (is_both && to[lane.to] != 0);
        const bool may_go =
            node ? back[*node] != 0 : back[lane.to] != 0 || (is_both && back[lane.from] != 0);
        if ((may_come && may_go) || i == base || problems.size() >= kProblemsMax) {
            continue;
        }
        problems.push_back("place '" + stop.place.str() + "' cannot be " +
                           (may_come ? "left back to " : "reached from ") + name +
                           "; add a lane or mend the direction of one");
    }
    return problems;
}

}  // namespace tally::planner
