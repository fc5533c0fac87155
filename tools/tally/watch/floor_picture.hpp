// The floor of a site drawn with characters: lanes as lines, stations and doors by name, vehicles
// where they say they are. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "tools/tally/watch/picture.hpp"

namespace tally::cli {

/// As GET /v1/floor tells it; lengths in mm.
struct DrawnFloor {
    struct Point {
        double x_mm = 0, y_mm = 0;
    };
    struct Node {
        std::string id;
        Point at;
    };
    struct Stop {
        std::string place, kind;
        Point at;
    };
    std::vector<Node> nodes;
    std::vector<std::pair<std::size_t, std::size_t>> lanes;  ///< nodes from and to
    std::vector<Stop> stops;

    /// Where a node or the place of a stop is; null if there is none of that name.
    [[nodiscard]] const Point* find(std::string_view name) const;
};

/// malformed: it is no answer of that kind.
Result<DrawnFloor> read_floor_answer(std::string_view answer);

struct DrawnVehicle {
    std::string id;
    DrawnFloor::Point at;
    Ink ink = Ink::plain;
};

/// Lines of which character set: box drawing, or plain ASCII for terminals without UTF-8.
enum class Strokes : std::uint8_t { boxes, ascii };

/// Fills `area` with the whole floor, each axis stretched for itself: it shows what is where, not
/// how far. The y axis points up. Vehicles are drawn last; a name that would cover another vehicle
/// is left out.
void draw_floor(Picture& picture, const Area& area, const DrawnFloor& floor,
                const std::vector<DrawnVehicle>& vehicles, Strokes strokes);

}  // namespace tally::cli
