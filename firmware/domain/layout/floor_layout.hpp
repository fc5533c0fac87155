// Any floor as a graph: nodes joined by lanes, and the places that vehicles stop at. A value, read
// from site files, LIF or grid maps (messages/layout), checked once, then only read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/ids.hpp"
#include "firmware/domain/layout/aisle_floor.hpp"

namespace tally {

/// Where lanes meet or end.
struct FloorNode {
    std::string id;
    std::int32_t x_mm = 0;
    std::int32_t y_mm = 0;

    bool operator==(const FloorNode&) const = default;
};

enum class LaneDirection : std::uint8_t { both, forward };

/// A straight or curved way from one node to another.
struct FloorLane {
    std::uint32_t from = 0;  ///< index of a node
    std::uint32_t to = 0;
    std::int32_t length_mm = 0;
    LaneDirection direction = LaneDirection::both;

    bool operator==(const FloorLane&) const = default;
};

enum class StopKind : std::uint8_t {
    slot,
    station,
    door,     ///< vehicles come through it
    charger,  ///< one vehicle charges here
    parking,  ///< one vehicle stands here and is in nobody's way
};
std::string_view to_string(StopKind kind) noexcept;

/// A place that vehicles stop at, on a lane. At a node: offset 0 or the length of one of its lanes.
struct FloorStop {
    PlaceId place;
    StopKind kind = StopKind::slot;
    std::uint32_t lane = 0;
    std::int32_t offset_mm = 0;  ///< from the lane's first node

    bool operator==(const FloorStop&) const = default;
};

struct FloorLayout {
    std::vector<FloorNode> nodes;
    std::vector<FloorLane> lanes;
    std::vector<FloorStop> stops;
    std::int32_t turn_mm = 0;  ///< cost of a turn of 45 degrees or more, as length; turning back: 2

    bool operator==(const FloorLayout&) const = default;
};

inline constexpr std::size_t kFloorNodesMax = 100'000;
inline constexpr std::size_t kFloorLanesMax = 400'000;
inline constexpr std::size_t kFloorStopsMax = 100'000;

/// Everything wrong with a floor by itself, one sentence each, at most 20; empty means usable:
/// sizes within the bounds above, ids unique and printable, lanes between nodes that exist and of 1
/// mm to 100 km, stops on their lane. Whether all stops can be reached: check_reach of planner/map.
std::vector<std::string> check_floor_layout(const FloorLayout& floor);

/// An aisle floor as a graph, one node a crossing ("a3c0": aisle 3, cross aisle 0). Blocked
/// stretches are left out; stops are those given, each on its aisle.
struct AisleStop {
    PlaceId place;
    StopKind kind = StopKind::slot;
    FloorPoint at;
};
/// Refuses what check_floor refuses, and stops off the floor or inside a blockage.
Result<FloorLayout> layout_of(const AisleFloor& floor, const std::vector<AisleStop>& stops);

}  // namespace tally
