// Floors as files: our own TOML, the VDMA Layout Interchange Format (LIF, JSON) and grid maps as
// used for path-finding benchmarks. docs/planner.md shows each. All lengths become whole mm.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/layout/floor_layout.hpp"

namespace tally {

/// A floor as read: always a graph, and the aisle floor it was written as, if it was.
struct FloorFile {
    FloorLayout layout;
    std::optional<AisleFloor> aisles;
    std::vector<AisleStop> aisle_stops;  ///< the stops again, as points of the aisle floor
    /// What the floor is taken for that it is not, one sentence each, with what to do.
    std::vector<std::string> warnings;
};

inline constexpr std::size_t kFloorFileMax = std::size_t{16} * 1024 * 1024;
inline constexpr std::int32_t kGridCell_mm = 1'000;

/// Tells the format by what stands in the text: '{' begins LIF, "type" a grid map, all else is
/// TOML. Errors name `name`, the place and what to write; nothing here throws.
Result<FloorFile> read_floor(std::string_view text, std::string_view name);

/// TOML: [floor], [[block]], [[row]], [[stop]], [[closure]], [[one_way]], or [[node]] and [[lane]].
Result<FloorFile> read_floor_toml(std::string_view text, std::string_view name);

/// LIF 1.0: nodes, edges (directed; two opposite ones are one lane) and stations of the first
/// layout. A curved edge counts as its chord, since LIF gives no length: a warning for each lane
/// whose trajectory (a NURBS curve) has control points more than 20 mm off the chord.
Result<FloorFile> read_lif(std::string_view text);

/// `type`, `height`, `width`, `map`, then rows: '.', 'G', 'S' and 'E' are free, neighbours up,
/// down, left and right are joined; 'S' and 'E' are also slots, named "x-y".
Result<FloorLayout> read_grid_map(std::string_view text);

}  // namespace tally
