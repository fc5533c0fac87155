// Grid maps as the path-finding benchmarks use them: a letter a cell.
#include <charconv>
#include <string>

#include "firmware/messages/layout/floor_file.hpp"

namespace tally {

namespace {

constexpr std::uint32_t kWall = 0xffffffff;

std::string_view next_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

/// "height 33": the number behind the word; 0 if it is anything else.
std::size_t number_after(std::string_view line, std::string_view word) {
    std::size_t value = 0;
    if (!line.starts_with(word) || line.size() < word.size() + 2) {
        return 0;
    }
    line.remove_prefix(word.size() + 1);
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    return error == std::errc() && end == line.data() + line.size() ? value : 0;
}

void add_lane(FloorLayout& floor, std::uint32_t from, std::uint32_t to) {
    if (from != kWall && to != kWall) {
        floor.lanes.push_back({from, to, kGridCell_mm, LaneDirection::both});
    }
}

}  // namespace

Result<FloorLayout> read_grid_map(std::string_view text) {
    static_cast<void>(next_line(text));
    const std::size_t height = number_after(next_line(text), "height");
    const std::size_t width = number_after(next_line(text), "width");
    if (height == 0 || width == 0 || height * width > 10'000'000 || next_line(text) != "map") {
        return fail(ErrorKind::malformed,
                    "a grid map begins with lines 'type', 'height N', 'width N' and 'map'");
    }
    FloorLayout floor;
    std::vector<std::uint32_t> above(width, kWall);
    std::vector<std::pair<std::uint32_t, std::string>> slots;
    for (std::size_t y = 0; y < height; ++y) {
        const std::string_view row = next_line(text);
        if (row.size() != width) {
            return fail(ErrorKind::malformed, "row " + std::to_string(y) + " of the map has " +
                                                  std::to_string(row.size()) + " of " +
                                                  std::to_string(width) + " cells");
        }
        std::uint32_t left = kWall;
        for (std::size_t x = 0; x < width; ++x) {
            const bool is_free = row[x] == '.' || row[x] == 'G' || row[x] == 'S' || row[x] == 'E';
            std::uint32_t here = kWall;
            if (is_free) {
                here = static_cast<std::uint32_t>(floor.nodes.size());
                const std::string id = std::to_string(x) + "-" + std::to_string(y);
                floor.nodes.push_back({id, static_cast<std::int32_t>(x) * kGridCell_mm,
                                       static_cast<std::int32_t>(y) * kGridCell_mm});
                if (row[x] == 'S' || row[x] == 'E') {
                    slots.emplace_back(here, id);
                }
            }
            add_lane(floor, left, here);
            add_lane(floor, above[x], here);
            left = here;
            above[x] = here;
        }
    }
    std::vector<std::uint32_t> lane_of(floor.nodes.size(), kWall);
    for (std::uint32_t i = 0; i < floor.lanes.size(); ++i) {
        lane_of[floor.lanes[i].from] = i;
        lane_of[floor.lanes[i].to] = i;
    }
    for (const auto& [node, id] : slots) {
        if (lane_of[node] != kWall) {
            const FloorLane& lane = floor.lanes[lane_of[node]];
            floor.stops.push_back(
                {PlaceId(id), StopKind::slot, lane_of[node], lane.from == node ? 0 : kGridCell_mm});
        }
    }
    return floor;
}

}  // namespace tally
