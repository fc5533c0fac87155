#include "tools/tally/watch/floor_picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "tools/tally/width.hpp"

namespace tally::cli {

namespace {

using Json = nlohmann::json;
using Point = DrawnFloor::Point;

enum Side : unsigned { left = 1, right = 2, up = 4, down = 8 };

/// By the sides that a cell is joined to.
constexpr std::array<std::string_view, 16> kBoxes = {" ", "─", "─", "─", "│", "┘", "└", "┴",
                                                     "│", "┐", "┌", "┬", "│", "┤", "├", "┼"};

std::string_view stroke_of(unsigned sides, Strokes strokes) {
    if (strokes == Strokes::boxes) {
        return kBoxes[sides];
    }
    const bool is_level = (sides & (left | right)) != 0;
    const bool is_upright = (sides & (up | down)) != 0;
    return is_level && is_upright ? "+" : is_level ? "-" : "|";
}

/// From the floor to cells of an area.
class Scale {
 public:
    Scale(const DrawnFloor& floor, const Area& area) : area_(area) {
        for (const DrawnFloor::Node& node : floor.nodes) {
            low_.x_mm = std::min(low_.x_mm, node.at.x_mm);
            low_.y_mm = std::min(low_.y_mm, node.at.y_mm);
            high_.x_mm = std::max(high_.x_mm, node.at.x_mm);
            high_.y_mm = std::max(high_.y_mm, node.at.y_mm);
        }
    }

    [[nodiscard]] Spot of(const Point& at) const {
        return {area_.x + cell(at.x_mm, low_.x_mm, high_.x_mm, area_.columns),
                area_.y + cell(-at.y_mm, -high_.y_mm, -low_.y_mm, area_.rows)};
    }

 private:
    /// Half a cell of slack at each end; a floor without extent lies in the middle.
    static int cell(double at, double low, double high, int cells) {
        const double share = high > low ? std::clamp((at - low) / (high - low), 0.0, 1.0) : 0.5;
        return static_cast<int>(std::lround(share * (cells - 1)));
    }

    Area area_;
    Point low_{INFINITY, INFINITY}, high_{-INFINITY, -INFINITY};
};

using Strokemap = std::map<std::pair<int, int>, unsigned>;  // by row and column

/// Along the longer axis first in single steps, so that every cell joins the next by a side.
void draw_lane(Strokemap& cells, Spot from, const Spot& to) {
    while (from.x != to.x || from.y != to.y) {
        const int dx = to.x - from.x;
        const int dy = to.y - from.y;
        Spot next = from;
        const bool goes_level = std::abs(dx) >= std::abs(dy);
        (goes_level ? next.x : next.y) += (goes_level ? dx : dy) > 0 ? 1 : -1;
        const unsigned out = goes_level ? (dx > 0 ? right : left) : (dy > 0 ? down : up);
        const unsigned in = goes_level ? (dx > 0 ? left : right) : (dy > 0 ? up : down);
        cells[{from.y, from.x}] |= out;
        cells[{next.y, next.x}] |= in;
        from = next;
    }
}

/// Cells that are spoken for.
using Taken = std::set<std::pair<int, int>>;

bool is_free(const Taken& taken, const Spot& at, int columns) {
    for (int x = at.x; x < at.x + columns; ++x) {
        if (taken.contains({at.y, x})) {
            return false;
        }
    }
    return true;
}

void write_name(Picture& picture, const Area& area, Taken& taken, Spot at, std::string_view name,
                Ink ink) {
    const int columns = static_cast<int>(display_width(name));
    if (at.x + columns > area.x + area.columns) {
        at.x -= columns + 1;  // to the left of its mark
    }
    if (at.x < area.x || !is_free(taken, at, columns)) {
        return;
    }
    picture.put(at, name, ink);
    for (int x = at.x; x < at.x + columns; ++x) {
        taken.insert({at.y, x});
    }
}

Point point_in(const Json& json) {
    return {json.at("x_mm").get<double>(), json.at("y_mm").get<double>()};
}

}  // namespace

const Point* DrawnFloor::find(std::string_view name) const {
    const auto node =
        std::find_if(nodes.begin(), nodes.end(), [&](const Node& one) { return one.id == name; });
    if (node != nodes.end()) {
        return &node->at;
    }
    const auto stop = std::find_if(stops.begin(), stops.end(),
                                   [&](const Stop& one) { return one.place == name; });
    return stop == stops.end() ? nullptr : &stop->at;
}

Result<DrawnFloor> read_floor_answer(std::string_view answer) try {
    const Json data = Json::parse(answer).at("data");
    DrawnFloor floor;
    for (const Json& node : data.at("nodes")) {
        floor.nodes.push_back({printable(node.at("node").get<std::string>()), point_in(node)});
    }
    for (const Json& lane : data.at("lanes")) {
        floor.lanes.emplace_back(lane.at("from"), lane.at("to"));
        if (std::max(floor.lanes.back().first, floor.lanes.back().second) >= floor.nodes.size()) {
            return fail(ErrorKind::malformed, "the box told a floor whose lanes lead nowhere");
        }
    }
    for (const Json& stop : data.at("stops")) {
        floor.stops.push_back({printable(stop.at("place").get<std::string>()),
                               stop.at("kind").get<std::string>(), point_in(stop)});
    }
    return floor;
} catch (const Json::exception&) {
    return fail(ErrorKind::malformed,
                "the box told its floor in a form that this tool does not "
                "know");
}

void draw_floor(Picture& picture, const Area& area, const DrawnFloor& floor,
                const std::vector<DrawnVehicle>& vehicles, Strokes strokes) {
    if (area.columns < 2 || area.rows < 2) {
        return;
    }
    const Scale scale(floor, area);
    Strokemap cells;
    for (const auto& [from, to] : floor.lanes) {
        draw_lane(cells, scale.of(floor.nodes[from].at), scale.of(floor.nodes[to].at));
    }
    for (const auto& [at, sides] : cells) {
        picture.put({at.second, at.first}, stroke_of(sides, strokes), Ink::faint);
    }
    Taken taken;
    for (const DrawnVehicle& vehicle : vehicles) {
        const Spot at = scale.of(vehicle.at);
        picture.put(at, strokes == Strokes::boxes ? "●" : "@", vehicle.ink);
        taken.insert({at.y, at.x});
    }
    for (const DrawnVehicle& vehicle : vehicles) {
        const Spot at = scale.of(vehicle.at);
        write_name(picture, area, taken, {at.x + 1, at.y}, vehicle.id, vehicle.ink);
    }
    for (const DrawnFloor::Stop& stop : floor.stops) {
        const Spot at = scale.of(stop.at);
        if (stop.kind != "slot" && !taken.contains({at.y, at.x})) {
            picture.put(at, strokes == Strokes::boxes ? "■" : "#", Ink::plain);
            taken.insert({at.y, at.x});
            write_name(picture, area, taken, {at.x + 1, at.y}, stop.place, Ink::plain);
        }
    }
}

}  // namespace tally::cli
