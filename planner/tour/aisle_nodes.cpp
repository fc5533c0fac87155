#include "planner/tour/aisle_nodes.hpp"

#include <algorithm>
#include <string>

namespace tally::planner {

namespace {

std::string text_of(FloorPoint point) {
    return "aisle " + std::to_string(point.aisle) + " at " + std::to_string(point.y_mm) + " mm";
}

}  // namespace

Result<void> AisleNodes::check(const AisleFloor& floor, const AisleTourRequest& request) const {
    if (request.picks.size() > kTourPicksMax) {
        return fail(ErrorKind::exhausted,
                    "a tour of " + std::to_string(request.picks.size()) +
                        " picks; up to 100000 can be planned as one, so split it into batches");
    }
    if (request.picks.empty() && !request.start) {
        return fail(ErrorKind::refused, "a tour without picks and without a start is no tour");
    }
    if (request.end && !request.start) {
        return fail(ErrorKind::refused, "a tour with an end needs a start as well");
    }
    const std::int32_t depth_mm = cross_y_mm_.back();
    const auto is_off = [&](FloorPoint point) {
        return point.aisle < 0 || point.aisle >= floor.aisles || point.y_mm < 0 ||
               point.y_mm > depth_mm;
    };
    for (std::size_t i = 0; i < request.picks.size(); ++i) {
        if (is_off(request.picks[i])) {
            return fail(ErrorKind::refused, "pick " + std::to_string(i) + " (" +
                                                text_of(request.picks[i]) + ") lies off the floor");
        }
    }
    for (const auto& end : {request.start, request.end}) {
        if (end && is_off(*end)) {
            return fail(ErrorKind::refused,
                        "an end of the tour (" + text_of(*end) + ") lies off the floor");
        }
    }
    return {};
}

/// Sorts all points by column (counting) and y (few a column: insertion).
void AisleNodes::count(const AisleFloor& floor, const AisleTourRequest& request, Span span) {
    points_.assign(request.picks.begin(), request.picks.end());
    if (request.start) {
        points_.push_back(*request.start);
        is_open_tour = request.end && *request.end != *request.start;
        if (is_open_tour) {
            points_.push_back(*request.end);
        }
    }
    std::int32_t low = floor.aisles;
    std::int32_t high = 0;
    for (const FloorPoint& point : points_) {
        low = std::min(low, point.aisle);
        high = std::max(high, point.aisle);
    }
    has_blockages = !floor.blocked_aisles.empty() || !floor.blocked_crosses.empty();
    const bool is_whole = has_blockages || span == Span::whole_floor;
    first_aisle = is_whole ? 0 : low;
    first_required = static_cast<std::size_t>(low - first_aisle);
    last_required = static_cast<std::size_t>(high - first_aisle);
    const std::int32_t last_aisle = is_whole ? floor.aisles - 1 : high;
    const auto columns = static_cast<std::size_t>(last_aisle - first_aisle + 1);

    column_begin_.assign(columns + 2, 0);
    for (const FloorPoint& point : points_) {
        ++column_begin_[static_cast<std::size_t>(point.aisle - first_aisle) + 2];
    }
    for (std::size_t i = 2; i < column_begin_.size(); ++i) {
        column_begin_[i] += column_begin_[i - 1];
    }
    by_column_.resize(points_.size());
    for (std::uint32_t i = 0; i < points_.size(); ++i) {
        by_column_[column_begin_[static_cast<std::size_t>(points_[i].aisle - first_aisle) + 1]++] =
            i;
    }
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        return points_[a].y_mm != points_[b].y_mm ? points_[a].y_mm < points_[b].y_mm : a < b;
    };
    for (std::size_t column = 0; column < columns; ++column) {
        std::sort(by_column_.begin() + column_begin_[column],
                  by_column_.begin() + column_begin_[column + 1], before);
    }
}

/// One node a crossing and one a distinct inner y; points of one place share a node.
void AisleNodes::lay_columns() {
    crosses = cross_y_mm_.size();
    const std::size_t columns = column_begin_.size() - 2;
    y_mm.clear();
    is_required.clear();
    crossings.clear();
    column_node_.clear();
    node_of_point_.resize(points_.size());
    for (std::size_t column = 0; column < columns; ++column) {
        column_node_.push_back(static_cast<std::uint32_t>(y_mm.size()));
        std::uint32_t at = column_begin_[column];
        const std::uint32_t end = column_begin_[column + 1];
        for (std::size_t cross = 0; cross < crosses; ++cross) {
            const std::int32_t cross_y_mm = cross_y_mm_[cross];
            for (; at < end && points_[by_column_[at]].y_mm < cross_y_mm; ++at) {
                if (y_mm.back() != points_[by_column_[at]].y_mm) {
                    y_mm.push_back(points_[by_column_[at]].y_mm);
                    is_required.push_back(1);
                }
                node_of_point_[by_column_[at]] = static_cast<std::uint32_t>(y_mm.size() - 1);
            }
            y_mm.push_back(cross_y_mm);
            is_required.push_back(0);
            crossings.push_back(static_cast<std::uint32_t>(y_mm.size() - 1));
            for (; at < end && points_[by_column_[at]].y_mm == cross_y_mm; ++at) {
                is_required.back() = 1;
                node_of_point_[by_column_[at]] = crossings.back();
            }
        }
    }
    column_node_.push_back(static_cast<std::uint32_t>(y_mm.size()));
}

void AisleNodes::mark_blockages(const AisleFloor& floor) {
    cross_open.assign(columns() * crosses, 1);
    for (const CrossBlockage& blockage : floor.blocked_crosses) {
        cross_open[static_cast<std::size_t>(blockage.aisle) * crosses +
                   static_cast<std::size_t>(blockage.cross)] = 0;
    }
    for (const AisleBlockage& blockage : floor.blocked_aisles) {
        const auto column = static_cast<std::size_t>(blockage.aisle);
        is_plain[column] = 0;
        for (std::uint32_t node = column_node_[column]; node + 1 < column_node_[column + 1];
             ++node) {
            if (y_mm[node] < blockage.to_mm && blockage.from_mm < y_mm[node + 1]) {
                passable[node] = 0;
            }
        }
    }
}

void AisleNodes::mark(const AisleFloor& floor, const AisleTourRequest& request) {
    ends.assign(size(), 0);
    passable.assign(size(), 1);
    is_plain.assign(columns(), 1);
    node_of_pick.assign(node_of_point_.begin(),
                        node_of_point_.begin() + static_cast<std::ptrdiff_t>(request.picks.size()));
    start_node = request.start ? node_of_point_[request.picks.size()] : node_of_point_[0];
    end_node = start_node;
    if (is_open_tour) {
        end_node = node_of_point_.back();
        ends[start_node] = 1;
        ends[end_node] = 1;
        is_plain[column_of(start_node)] = 0;
        is_plain[column_of(end_node)] = 0;
    }
    if (has_blockages) {
        mark_blockages(floor);
    } else {
        cross_open.clear();
    }
}

Result<void> AisleNodes::build(const AisleFloor& floor, const AisleTourRequest& request,
                               Span span) {
    is_open_tour = false;
    spacing_mm = floor.spacing_mm;
    cross_y_mm_ = floor.cross_y_mm();
    TALLY_TRY(check(floor, request));
    count(floor, request, span);
    lay_columns();
    mark(floor, request);
    return {};
}

BlockNodes AisleNodes::block(std::size_t column, std::size_t block) const {
    const std::uint32_t from = crossing(column, block);
    const std::uint32_t to = crossing(column, block + 1);
    return {y_mm.data() + from, ends.data() + from, passable.data() + from, to - from,
            is_plain[column] != 0};
}

std::size_t AisleNodes::column_of(std::uint32_t node) const {
    const auto after = std::upper_bound(column_node_.begin(), column_node_.end(), node);
    return static_cast<std::size_t>(after - column_node_.begin()) - 1;
}

FloorPoint AisleNodes::point(std::uint32_t node) const {
    return {first_aisle + static_cast<std::int32_t>(column_of(node)), y_mm[node]};
}

}  // namespace tally::planner
