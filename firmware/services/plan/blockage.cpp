#include "firmware/services/plan/blockage.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace tally {

namespace {

std::optional<std::int32_t> number_in(std::string_view text) {
    std::int32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number >= 0
               ? std::optional(number)
               : std::nullopt;
}

Result<AisleBlockage> aisle_stretch(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::size_t dash = text.find('-', colon == std::string::npos ? 0 : colon);
    if (colon != std::string::npos && dash != std::string::npos) {
        const std::string_view all = text;
        const auto aisle = number_in(all.substr(0, colon));
        const auto from = number_in(all.substr(colon + 1, dash - colon - 1));
        const auto to = number_in(all.substr(dash + 1));
        if (aisle && from && to) {
            return AisleBlockage{*aisle, *from, *to};
        }
    }
    return fail(ErrorKind::malformed, "'" + text +
                                          "' is no stretch of an aisle; write AISLE:FROM-TO in mm, "
                                          "for example 3:2000-6500");
}

bool is_inside(const FloorPoint& point, const AisleBlockage& closed) {
    return point.aisle == closed.aisle && closed.from_mm < point.y_mm && point.y_mm < closed.to_mm;
}

Result<void> close_aisle(FloorFile& floor, const std::string& text) {
    TALLY_TRY_ASSIGN(const AisleBlockage closed, aisle_stretch(text));
    floor.aisles->blocked_aisles.push_back(closed);
    std::erase_if(floor.aisle_stops,
                  [&](const AisleStop& stop) { return is_inside(stop.at, closed); });
    Result<FloorLayout> layout = layout_of(*floor.aisles, floor.aisle_stops);
    if (!layout) {
        return fail("closing " + text, layout.error());
    }
    floor.layout = std::move(*layout);
    return {};
}

/// Where a stop at the end of a lane stands as well: on another lane of that node.
std::optional<std::pair<std::uint32_t, std::int32_t>> other_lane(const FloorLayout& floor,
                                                                 std::uint32_t node,
                                                                 const std::vector<char>& is_gone) {
    for (std::uint32_t i = 0; i < floor.lanes.size(); ++i) {
        const FloorLane& lane = floor.lanes[i];
        if (is_gone[i] == 0 && (lane.from == node || lane.to == node)) {
            return std::pair{i, lane.from == node ? 0 : lane.length_mm};
        }
    }
    return std::nullopt;
}

Result<void> close_lanes(FloorLayout& floor, const std::string& text) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string a = text.substr(0, colon);
    const std::string b = colon < text.size() ? text.substr(colon + 1) : std::string();
    std::vector<char> is_gone(floor.lanes.size(), 0);
    for (std::size_t i = 0; i < floor.lanes.size(); ++i) {
        const std::string& from = floor.nodes[floor.lanes[i].from].id;
        const std::string& to = floor.nodes[floor.lanes[i].to].id;
        is_gone[i] = (from == a && to == b) || (from == b && to == a) ? 1 : 0;
    }
    if (std::find(is_gone.begin(), is_gone.end(), 1) == is_gone.end()) {
        return fail(ErrorKind::refused,
                    "no lane joins '" + a + "' and '" + b + "'; write NODE:NODE of a lane");
    }
    std::vector<FloorStop> stops;
    for (FloorStop stop : floor.stops) {
        if (is_gone[stop.lane] != 0) {
            const FloorLane& lane = floor.lanes[stop.lane];
            const bool is_at_end = stop.offset_mm == 0 || stop.offset_mm == lane.length_mm;
            const auto other =
                is_at_end ? other_lane(floor, stop.offset_mm == 0 ? lane.from : lane.to, is_gone)
                          : std::nullopt;
            if (!other) {
                continue;
            }
            std::tie(stop.lane, stop.offset_mm) = *other;
        }
        stops.push_back(std::move(stop));
    }
    std::vector<std::uint32_t> new_index(floor.lanes.size(), 0);
    std::vector<FloorLane> lanes;
    for (std::size_t i = 0; i < floor.lanes.size(); ++i) {
        new_index[i] = static_cast<std::uint32_t>(lanes.size());
        if (is_gone[i] == 0) {
            lanes.push_back(floor.lanes[i]);
        }
    }
    for (FloorStop& stop : stops) {
        stop.lane = new_index[stop.lane];
    }
    floor.lanes = std::move(lanes);
    floor.stops = std::move(stops);
    return {};
}

}  // namespace

Result<void> close_stretches(FloorFile& floor, const std::string& closed) {
    for (std::size_t at = 0; at < closed.size();) {
        const std::size_t end = std::min(closed.find(',', at), closed.size());
        const std::string one = closed.substr(at, end - at);
        TALLY_TRY(floor.aisles ? close_aisle(floor, one) : close_lanes(floor.layout, one));
        at = end + 1;
    }
    return {};
}

}  // namespace tally
