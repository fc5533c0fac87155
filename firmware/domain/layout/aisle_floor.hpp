// A rectangular warehouse floor: parallel aisles of one spacing, joined by straight cross aisles.
// The planner has exact tours for it. A value, checked once with check_floor, then only read.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tally {

/// A point on an aisle of an AisleFloor. Cross aisle 0 is the front, at y_mm = 0.
struct FloorPoint {
    std::int32_t aisle = 0;
    std::int32_t y_mm = 0;  ///< from the front, along the aisle

    auto operator<=>(const FloorPoint&) const = default;
};

/// Which way vehicles may drive in an aisle.
enum class AisleDirection : std::uint8_t {
    both,
    to_back,   ///< only towards growing y
    to_front,  ///< only towards the front
};

/// The inside of this stretch of an aisle cannot be entered; its two end points can be reached.
struct AisleBlockage {
    std::int32_t aisle = 0;
    std::int32_t from_mm = 0;
    std::int32_t to_mm = 0;

    bool operator==(const AisleBlockage&) const = default;
};

/// The stretch of a cross aisle between `aisle` and `aisle + 1` cannot be passed.
struct CrossBlockage {
    std::int32_t cross = 0;
    std::int32_t aisle = 0;

    bool operator==(const CrossBlockage&) const = default;
};

struct AisleFloor {
    std::int32_t aisles = 1;
    std::int32_t spacing_mm = 0;          ///< between neighbouring aisles
    std::vector<std::int32_t> blocks_mm;  ///< lengths between cross aisles, front to back
    std::vector<AisleBlockage> blocked_aisles;
    std::vector<CrossBlockage> blocked_crosses;
    std::vector<AisleDirection> directions;  ///< one an aisle, or none: all both ways
    std::int32_t turn_mm = 0;  ///< cost of each turn between aisle and cross aisle, as length

    [[nodiscard]] std::size_t cross_count() const noexcept { return blocks_mm.size() + 1; }

    /// Where each cross aisle lies; front first.
    [[nodiscard]] std::vector<std::int32_t> cross_y_mm() const;

    bool operator==(const AisleFloor&) const = default;
};

/// Everything wrong with a floor, one sentence each; empty means usable. Bounds: 1 to 100,000
/// aisles, 2 to 1,000 cross aisles at least 1 mm apart, lengths not negative, the whole floor's
/// lanes together at most 2^29 mm (536 km), so that the length of every tour fits 32 bits.
std::vector<std::string> check_floor(const AisleFloor& floor);

}  // namespace tally
