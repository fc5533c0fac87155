#include "firmware/messages/layout/floor_svg.hpp"

#include <algorithm>
#include <cstdint>

namespace tally {

namespace {

constexpr std::int64_t kWidth = 1000;
constexpr std::int64_t kMargin = 20;

/// Whole mm to picture units, in tenths so that no rounding depends on the machine.
class Scale {
 public:
    explicit Scale(const FloorLayout& floor) {
        for (const FloorNode& node : floor.nodes) {
            low_x_ = std::min<std::int64_t>(low_x_, node.x_mm);
            high_x_ = std::max<std::int64_t>(high_x_, node.x_mm);
            low_y_ = std::min<std::int64_t>(low_y_, node.y_mm);
            high_y_ = std::max<std::int64_t>(high_y_, node.y_mm);
        }
        span_ = std::max<std::int64_t>(1, std::max(high_x_ - low_x_, high_y_ - low_y_));
    }

    [[nodiscard]] std::string x(std::int64_t x_mm) const { return text(x_mm - low_x_); }
    [[nodiscard]] std::string y(std::int64_t y_mm) const { return text(high_y_ - y_mm); }
    [[nodiscard]] std::string width() const { return text(high_x_ - low_x_ + extra()); }
    [[nodiscard]] std::string height() const { return text(high_y_ - low_y_ + extra()); }

 private:
    [[nodiscard]] std::int64_t extra() const { return kMargin * span_ / (kWidth - 2 * kMargin); }

    [[nodiscard]] std::string text(std::int64_t mm) const {
        const std::int64_t tenths = kMargin * 10 + mm * (kWidth - 2 * kMargin) * 10 / span_;
        return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
    }

    std::int64_t low_x_ = INT32_MAX, high_x_ = INT32_MIN;
    std::int64_t low_y_ = INT32_MAX, high_y_ = INT32_MIN;
    std::int64_t span_ = 1;
};

std::string_view colour_of(StopKind kind) {
    switch (kind) {
        case StopKind::slot:
            return "#5b7083";
        case StopKind::station:
            return "#c2410c";
        case StopKind::door:
            return "#15803d";
        case StopKind::charger:
            return "#a16207";
        case StopKind::parking:
            return "#6d28d9";
    }
    return {};
}

}  // namespace

std::pair<std::int32_t, std::int32_t> point_of(const FloorLayout& floor, const FloorStop& stop) {
    const FloorLane& lane = floor.lanes[stop.lane];
    const FloorNode& from = floor.nodes[lane.from];
    const FloorNode& to = floor.nodes[lane.to];
    const auto along = [&](std::int32_t a, std::int32_t b) {
        return static_cast<std::int32_t>(a +
                                         (std::int64_t{b} - a) * stop.offset_mm / lane.length_mm);
    };
    return {along(from.x_mm, to.x_mm), along(from.y_mm, to.y_mm)};
}

std::string floor_svg(const FloorLayout& floor, const FloorTrack& track) {
    const Scale scale(floor);
    std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + scale.width() +
                      " " + scale.height() + "\">\n";
    svg +=
        "<defs><marker id=\"way\" viewBox=\"0 0 6 6\" refX=\"3\" refY=\"3\" markerWidth=\"5\" "
        "markerHeight=\"5\" orient=\"auto\"><path d=\"M0 0L6 3L0 6z\" fill=\"#94a3b8\"/>"
        "</marker></defs>\n<g stroke=\"#cbd5e1\" stroke-width=\"2\">\n";
    for (const FloorLane& lane : floor.lanes) {
        const FloorNode& from = floor.nodes[lane.from];
        const FloorNode& to = floor.nodes[lane.to];
        svg += "<line x1=\"" + scale.x(from.x_mm) + "\" y1=\"" + scale.y(from.y_mm) + "\" x2=\"" +
               scale.x(to.x_mm) + "\" y2=\"" + scale.y(to.y_mm) + "\"";
        svg += lane.direction == LaneDirection::forward ? " marker-end=\"url(#way)\"/>\n" : "/>\n";
    }
    svg += "</g>\n";
    for (const FloorStop& stop : floor.stops) {
        const auto [x_mm, y_mm] = point_of(floor, stop);
        svg += "<circle cx=\"" + scale.x(x_mm) + "\" cy=\"" + scale.y(y_mm) + "\" r=\"" +
               (stop.kind == StopKind::slot ? "2" : "5") + "\" fill=\"" +
               std::string(colour_of(stop.kind)) + "\"><title>" + stop.place.str() +
               "</title></circle>\n";
    }
    if (!track.empty()) {
        svg += "<polyline fill=\"none\" stroke=\"#2563eb\" stroke-width=\"3\" points=\"";
        for (const auto& [x_mm, y_mm] : track) {
            svg += scale.x(x_mm) + "," + scale.y(y_mm) + " ";
        }
        svg.back() = '"';
        svg += "/>\n";
    }
    return svg + "</svg>\n";
}

}  // namespace tally
