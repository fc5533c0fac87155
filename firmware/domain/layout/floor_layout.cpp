#include "firmware/domain/layout/floor_layout.hpp"

#include <algorithm>
#include <set>

#include "firmware/domain/layout/site.hpp"

namespace tally {

namespace {

constexpr std::size_t kProblemsMax = 20;
constexpr std::int32_t kLaneMax_mm = 100'000'000;

class Checker {
 public:
    explicit Checker(const FloorLayout& floor) : floor_(floor) {}

    std::vector<std::string> run() {
        check_sizes();
        if (problems_.empty()) {
            check_nodes();
            check_lanes();
        }
        if (problems_.empty()) {
            check_stops();
        }
        return problems_;
    }

 private:
    void report(std::string text) {
        if (problems_.size() < kProblemsMax) {
            problems_.push_back(std::move(text));
        }
    }

    void check_sizes() {
        if (floor_.nodes.size() < 2 || floor_.nodes.size() > kFloorNodesMax) {
            report("the floor has " + std::to_string(floor_.nodes.size()) +
                   " nodes; it needs 2 to 100000");
        }
        if (floor_.lanes.empty() || floor_.lanes.size() > kFloorLanesMax) {
            report("the floor has " + std::to_string(floor_.lanes.size()) +
                   " lanes; it needs 1 to 400000");
        }
        if (floor_.stops.size() > kFloorStopsMax) {
            report("the floor has " + std::to_string(floor_.stops.size()) +
                   " stops; up to 100000 can be planned");
        }
        if (floor_.turn_mm < 0) {
            report("the cost of a turn is a length; write 0 mm or more");
        }
    }

    void check_nodes() {
        std::set<std::string_view> ids;
        for (const FloorNode& node : floor_.nodes) {
            if (!is_printable_id(node.id)) {
                report("'" + node.id + "' is no node id; use up to 64 of A-Z a-z 0-9 . _ -");
            } else if (!ids.insert(node.id).second) {
                report("node '" + node.id + "' is there twice; give each node an id of its own");
            }
        }
    }

    void check_lanes() {
        for (std::size_t i = 0; i < floor_.lanes.size(); ++i) {
            const FloorLane& lane = floor_.lanes[i];
            const std::string name = "lane " + std::to_string(i);
            if (lane.from >= floor_.nodes.size() || lane.to >= floor_.nodes.size()) {
                report(name + " joins a node that does not exist");
            } else if (lane.from == lane.to) {
                report(name + " leads from node '" + floor_.nodes[lane.from].id + "' to itself");
            }
            if (lane.length_mm < 1 || lane.length_mm > kLaneMax_mm) {
                report(name + " is " + std::to_string(lane.length_mm) +
                       " mm long; a lane is 1 mm to 100 km");
            }
        }
    }

    void check_stops() {
        std::set<PlaceId> places;
        for (const FloorStop& stop : floor_.stops) {
            const std::string& id = stop.place.str();
            if (!is_printable_id(id)) {
                report("'" + id + "' is no place id; use up to 64 of A-Z a-z 0-9 . _ -");
            } else if (!places.insert(stop.place).second) {
                report("place '" + id + "' is there twice; a place has one stop");
            }
            if (stop.lane >= floor_.lanes.size() || stop.offset_mm < 0 ||
                stop.offset_mm > floor_.lanes[stop.lane].length_mm) {
                report("place '" + id + "' does not lie on its lane");
            }
        }
    }

    const FloorLayout& floor_;
    std::vector<std::string> problems_;
};

/// Writes an aisle floor as nodes and lanes, aisle by aisle.
class Writer {
 public:
    explicit Writer(const AisleFloor& floor) : floor_(floor), crosses_mm_(floor.cross_y_mm()) {}

    FloorLayout run() {
        layout_.turn_mm = floor_.turn_mm;
        for (std::int32_t aisle = 0; aisle < floor_.aisles; ++aisle) {
            add_aisle(aisle);
        }
        for (std::int32_t aisle = 0; aisle + 1 < floor_.aisles; ++aisle) {
            for (std::size_t cross = 0; cross < crosses_mm_.size(); ++cross) {
                const CrossBlockage blockage{static_cast<std::int32_t>(cross), aisle};
                const auto& blocked = floor_.blocked_crosses;
                if (std::find(blocked.begin(), blocked.end(), blockage) == blocked.end()) {
                    layout_.lanes.push_back({crossing(aisle, cross), crossing(aisle + 1, cross),
                                             std::max(1, floor_.spacing_mm), LaneDirection::both});
                }
            }
        }
        return std::move(layout_);
    }

    /// The lane of an aisle on which a point lies; none inside a blockage.
    [[nodiscard]] std::vector<std::pair<FloorPoint, std::uint32_t>>& aisle_lanes() {
        return aisle_lanes_;
    }

 private:
    [[nodiscard]] std::uint32_t crossing(std::int32_t aisle, std::size_t cross) const {
        return crossings_[static_cast<std::size_t>(aisle) * crosses_mm_.size() + cross];
    }

    void add_aisle(std::int32_t aisle) {
        std::set<std::int32_t> ys(crosses_mm_.begin(), crosses_mm_.end());
        for (const AisleBlockage& blockage : floor_.blocked_aisles) {
            if (blockage.aisle == aisle) {
                ys.insert({blockage.from_mm, blockage.to_mm});
            }
        }
        std::int32_t before_mm = -1;
        for (const std::int32_t y_mm : ys) {
            const auto node = static_cast<std::uint32_t>(layout_.nodes.size());
            const auto cross = std::find(crosses_mm_.begin(), crosses_mm_.end(), y_mm);
            const std::string name = "a" + std::to_string(aisle);
            if (cross != crosses_mm_.end()) {
                crossings_.push_back(node);
                layout_.nodes.push_back({name + "c" + std::to_string(cross - crosses_mm_.begin()),
                                         aisle * floor_.spacing_mm, y_mm});
            } else {
                layout_.nodes.push_back(
                    {name + "y" + std::to_string(y_mm), aisle * floor_.spacing_mm, y_mm});
            }
            if (before_mm >= 0 && !is_blocked(aisle, before_mm, y_mm)) {
                add_lane(aisle, before_mm, y_mm, node);
            }
            before_mm = y_mm;
        }
    }

    void add_lane(std::int32_t aisle, std::int32_t from_mm, std::int32_t to_mm,
                  std::uint32_t node) {
        const AisleDirection way = floor_.directions.empty()
                                       ? AisleDirection::both
                                       : floor_.directions[static_cast<std::size_t>(aisle)];
        FloorLane lane{node - 1, node, to_mm - from_mm, LaneDirection::both};
        if (way != AisleDirection::both) {
            lane.direction = LaneDirection::forward;
        }
        if (way == AisleDirection::to_front) {
            std::swap(lane.from, lane.to);
        }
        aisle_lanes_.push_back(
            {{aisle, from_mm}, static_cast<std::uint32_t>(layout_.lanes.size())});
        layout_.lanes.push_back(lane);
    }

    [[nodiscard]] bool is_blocked(std::int32_t aisle, std::int32_t from, std::int32_t to) const {
        return std::any_of(floor_.blocked_aisles.begin(), floor_.blocked_aisles.end(),
                           [&](const AisleBlockage& blockage) {
                               return blockage.aisle == aisle && from < blockage.to_mm &&
                                      blockage.from_mm < to;
                           });
    }

    const AisleFloor& floor_;
    std::vector<std::int32_t> crosses_mm_;
    FloorLayout layout_;
    std::vector<std::uint32_t> crossings_;
    std::vector<std::pair<FloorPoint, std::uint32_t>> aisle_lanes_;  ///< front ends, sorted
};

}  // namespace

std::string_view to_string(StopKind kind) noexcept {
    switch (kind) {
        case StopKind::slot:
            return "slot";
        case StopKind::station:
            return "station";
        case StopKind::door:
            return "door";
        case StopKind::charger:
            return "charger";
        case StopKind::parking:
            return "parking";
    }
    return {};
}

std::vector<std::string> check_floor_layout(const FloorLayout& floor) {
    return Checker(floor).run();
}

Result<FloorLayout> layout_of(const AisleFloor& floor, const std::vector<AisleStop>& stops) {
    const std::vector<std::string> problems = check_floor(floor);
    if (!problems.empty()) {
        return fail(ErrorKind::refused, problems.front());
    }
    Writer writer(floor);
    FloorLayout layout = writer.run();
    const auto& lanes = writer.aisle_lanes();
    for (const AisleStop& stop : stops) {
        auto at =
            std::upper_bound(lanes.begin(), lanes.end(), stop.at,
                             [](FloorPoint point, const auto& lane) { return point < lane.first; });
        const bool has_lane = at != lanes.begin() && (--at)->first.aisle == stop.at.aisle;
        const std::int32_t along_mm = has_lane ? stop.at.y_mm - at->first.y_mm : 0;
        if (!has_lane || along_mm > layout.lanes[at->second].length_mm) {
            return fail(ErrorKind::refused,
                        "place '" + stop.place.str() + "' lies off the floor or inside a blockage");
        }
        const FloorLane& lane = layout.lanes[at->second];
        const bool is_turned = layout.nodes[lane.from].y_mm > layout.nodes[lane.to].y_mm;
        layout.stops.push_back(
            {stop.place, stop.kind, at->second, is_turned ? lane.length_mm - along_mm : along_mm});
    }
    return layout;
}

}  // namespace tally
