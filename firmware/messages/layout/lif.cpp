// The VDMA Layout Interchange Format 1.0 (2024): what AGV makers hand over. Lengths in m.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "firmware/messages/layout/floor_file.hpp"

namespace tally {

namespace {

using nlohmann::json;

constexpr double kSideMax_m = 10'000;

const json* member(const json& object, const char* name) {
    const auto at = object.is_object() ? object.find(name) : object.end();
    return object.is_object() && at != object.end() ? &*at : nullptr;
}

std::optional<std::string> text_of(const json& object, const char* name) {
    const json* value = member(object, name);
    return value != nullptr && value->is_string() ? std::optional(value->get<std::string>())
                                                  : std::nullopt;
}

/// A coordinate in mm; nothing if it is no number or off any floor.
std::optional<std::int32_t> mm_of(const json* object, const char* name) {
    const json* value = object == nullptr ? nullptr : member(*object, name);
    if (value == nullptr || !value->is_number()) {
        return std::nullopt;
    }
    const double metres = value->get<double>();
    if (!(std::abs(metres) <= kSideMax_m)) {
        return std::nullopt;
    }
    return static_cast<std::int32_t>(std::lround(metres * 1000));
}

/// How far an edge may leave the straight line between its nodes, for any vehicle type: a NURBS
/// curve stays among its control points.
double bend_mm(const json& edge, const FloorNode& from, const FloorNode& to) {
    double most = 0;
    const double dx = to.x_mm - from.x_mm;
    const double dy = to.y_mm - from.y_mm;
    const double square = dx * dx + dy * dy;
    const json* types = member(edge, "vehicleTypeEdgeProperties");
    for (const json& type : types != nullptr && types->is_array() ? *types : json::array()) {
        const json* trajectory = member(type, "trajectory");
        const json* points = trajectory != nullptr ? member(*trajectory, "controlPoints") : nullptr;
        for (const json& point :
             points != nullptr && points->is_array() ? *points : json::array()) {
            const auto x_mm = mm_of(&point, "x");
            const auto y_mm = mm_of(&point, "y");
            if (!x_mm || !y_mm) {
                continue;
            }
            const double px = *x_mm - from.x_mm;
            const double py = *y_mm - from.y_mm;
            const double along =
                square > 0 ? std::clamp((px * dx + py * dy) / square, 0.0, 1.0) : 0;
            most = std::max(most, std::hypot(px - along * dx, py - along * dy));
        }
    }
    return most;
}

class LifReader {
 public:
    Result<FloorFile> read(const json& layout) {
        for (const auto& [name, read_one] : {std::pair{"nodes", &LifReader::add_node},
                                             {"edges", &LifReader::add_edge},
                                             {"stations", &LifReader::add_station}}) {
            const json* list = member(layout, name);
            if (list == nullptr || !list->is_array()) {
                return fail(ErrorKind::malformed, "the layout has no list of " + std::string(name));
            }
            for (std::size_t i = 0; i < list->size(); ++i) {
                if (std::string problem = (this->*read_one)((*list)[i]); !problem.empty()) {
                    return fail(ErrorKind::malformed, "layouts[0]." + std::string(name) + "[" +
                                                          std::to_string(i) + "]: " + problem);
                }
            }
        }
        FloorFile file;
        file.layout = std::move(floor_);
        for (const auto& [lane, off_mm] : curved_) {
            const std::string from = file.layout.nodes[file.layout.lanes[lane].from].id;
            const std::string to = file.layout.nodes[file.layout.lanes[lane].to].id;
            file.warnings.push_back(
                "the edge between '" + from + "' and '" + to +
                "' is curved, and taken for the straight line between them: vehicles drive up to " +
                std::to_string(std::lround(off_mm)) +
                " mm beside where they are kept clear of others; put nodes of the layout along the "
                "curve");
        }
        return file;
    }

 private:
    std::string add_node(const json& node) {
        const auto id = text_of(node, "nodeId");
        const json* position = member(node, "nodePosition");
        const auto x_mm = mm_of(position, "x");
        const auto y_mm = mm_of(position, "y");
        if (!id || !x_mm || !y_mm) {
            return "a node needs nodeId, and nodePosition with x and y within 10 km";
        }
        if (!nodes_.emplace(*id, floor_.nodes.size()).second) {
            return "node '" + *id + "' is there twice";
        }
        floor_.nodes.push_back({*id, *x_mm, *y_mm});
        return {};
    }

    std::string add_edge(const json& edge) {
        const auto from = node_named(text_of(edge, "startNodeId"));
        const auto to = node_named(text_of(edge, "endNodeId"));
        if (!from || !to || *from == *to) {
            return "an edge needs startNodeId and endNodeId of two nodes";
        }
        const FloorNode& a = floor_.nodes[*from];
        const FloorNode& b = floor_.nodes[*to];
        const double off_mm = bend_mm(edge, a, b);
        if (const auto same = lanes_.find({*from, *to}); same != lanes_.end()) {
            note_bend(same->second, off_mm);
            return {};  // Parallel edges are one lane.
        }
        if (const auto back = lanes_.find({*to, *from}); back != lanes_.end()) {
            floor_.lanes[back->second].direction = LaneDirection::both;
            note_bend(back->second, off_mm);
            return {};
        }
        const double chord = std::hypot(b.x_mm - a.x_mm, b.y_mm - a.y_mm);
        const auto lane = static_cast<std::uint32_t>(floor_.lanes.size());
        lanes_.emplace(std::pair{*from, *to}, lane);
        lane_at_.emplace(*from, std::pair{lane, true});
        lane_at_.emplace(*to, std::pair{lane, false});
        floor_.lanes.push_back(
            {*from, *to, static_cast<std::int32_t>(std::lround(chord)), LaneDirection::forward});
        note_bend(lane, off_mm);
        return {};
    }

    void note_bend(std::uint32_t lane, double off_mm) {
        constexpr double kStraight_mm = 20;
        if (off_mm > kStraight_mm) {
            double& most = curved_[lane];
            most = std::max(most, off_mm);
        }
    }

    std::string add_station(const json& station) {
        const auto id = text_of(station, "stationId");
        const json* at = member(station, "interactionNodeIds");
        if (!id || at == nullptr || !at->is_array() || at->empty() || !at->front().is_string()) {
            return "a station needs stationId and interactionNodeIds";
        }
        const auto node = node_named(at->front().get<std::string>());
        const auto lane = node ? lane_at_.find(*node) : lane_at_.end();
        if (lane == lane_at_.end()) {
            return "station '" + *id + "' stands at a node that no edge leads to";
        }
        const auto& [index, is_at_begin] = lane->second;
        floor_.stops.push_back({PlaceId(*id), StopKind::station, index,
                                is_at_begin ? 0 : floor_.lanes[index].length_mm});
        return {};
    }

    [[nodiscard]] std::optional<std::uint32_t> node_named(
        const std::optional<std::string>& id) const {
        const auto at = id ? nodes_.find(*id) : nodes_.end();
        return at == nodes_.end() ? std::nullopt : std::optional(at->second);
    }

    FloorLayout floor_;
    std::map<std::uint32_t, double> curved_;  ///< lanes, and how far they bend, mm
    std::map<std::string, std::uint32_t> nodes_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> lanes_;
    std::map<std::uint32_t, std::pair<std::uint32_t, bool>> lane_at_;  ///< a lane of each node
};

}  // namespace

Result<FloorFile> read_lif(std::string_view text) {
    const json document = json::parse(text.begin(), text.end(), nullptr, false);
    const json* layouts = member(document, "layouts");
    if (layouts == nullptr || !layouts->is_array() || layouts->empty()) {
        return fail(ErrorKind::malformed,
                    "this is no LIF file: it needs to be JSON with a list 'layouts'");
    }
    if (layouts->size() > 1) {
        return fail(ErrorKind::unsupported,
                    "the file has " + std::to_string(layouts->size()) +
                        " layouts and one floor is read at a time; leave the one you mean in it");
    }
    return LifReader().read(layouts->front());
}

}  // namespace tally
