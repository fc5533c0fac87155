// Orders and instant actions as JSON.
#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "drivers/vda5050/messages.hpp"

namespace tally::vda5050 {

namespace {

using Json = nlohmann::ordered_json;

constexpr double kMdegPerRad = 57'295.779513082323;

double metres(std::int64_t mm) {
    return static_cast<double>(mm) / 1000.0;
}

Json header_of(const Header& header, Version version) {
    return Json{{"headerId", header.id},
                {"timestamp", write_time(header.at)},
                {"version", std::string(to_string(version))},
                {"manufacturer", header.manufacturer},
                {"serialNumber", header.serial}};
}

Json action_of(const VehicleAction& action) {
    Json made{{"actionType", action.type},
              {"actionId", action.id},
              {"blockingType", std::string(to_string(action.blocking))}};
    if (!action.parameters.empty()) {
        Json& list = made["actionParameters"] = Json::array();
        for (const ActionParameter& parameter : action.parameters) {
            Json value;
            std::visit([&](const auto& given) { value = given; }, parameter.value);
            list.push_back({{"key", parameter.key}, {"value", std::move(value)}});
        }
    }
    return made;
}

Json position_of(const WayPosition& position, Version version) {
    Json made{{"x", metres(position.x_mm)}, {"y", metres(position.y_mm)}};
    if (position.heading_mdeg) {
        // A heading of more than half a turn looks the same way from the other side. The schema's
        // bound is pi cut after eleven digits.
        constexpr double kPiMax = 3.14159265359;
        const double theta = std::remainder(
            static_cast<double>(*position.heading_mdeg) / kMdegPerRad, 2 * 3.14159265358979323846);
        made["theta"] = std::min(std::max(theta, -kPiMax), kPiMax);
    }
    if (position.deviation_mm) {
        made[version == Version::v2_0 ? "allowedDeviationXy" : "allowedDeviationXY"] =
            metres(*position.deviation_mm);
    }
    made["mapId"] = position.map;
    return made;
}

Json node_of(const OrderNode& part, Version version) {
    Json made{{"nodeId", part.node.id}, {"sequenceId", part.sequence}, {"released", part.released}};
    if (part.node.position) {
        made["nodePosition"] = position_of(*part.node.position, version);
    }
    Json& actions = made["actions"] = Json::array();
    for (const VehicleAction& action : part.node.actions) {
        actions.push_back(action_of(action));
    }
    return made;
}

Json edge_of(const OrderEdge& part) {
    Json made{{"edgeId", part.id},         {"sequenceId", part.sequence},
              {"released", part.released}, {"startNodeId", part.start},
              {"endNodeId", part.end},     {"actions", Json::array()}};
    if (part.speed_max_mm_s) {
        made["maxSpeed"] = metres(*part.speed_max_mm_s);
    }
    return made;
}

std::string text_of(const Json& message) {
    return message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string_view to_string(Version version) noexcept {
    return version == Version::v2_0 ? "2.0.0" : "2.1.0";
}

std::string_view to_string(Blocking blocking) noexcept {
    switch (blocking) {
        case Blocking::none:
            return "NONE";
        case Blocking::soft:
            return "SOFT";
        case Blocking::hard:
            break;
    }
    return "HARD";
}

std::string write_order(const Header& header, Version version, const Order& order) {
    Json message = header_of(header, version);
    message["orderId"] = order.id;
    message["orderUpdateId"] = order.update;
    Json& nodes = message["nodes"] = Json::array();
    for (const OrderNode& node : order.nodes) {
        nodes.push_back(node_of(node, version));
    }
    Json& edges = message["edges"] = Json::array();
    for (const OrderEdge& edge : order.edges) {
        edges.push_back(edge_of(edge));
    }
    return text_of(message);
}

std::string write_instant_actions(const Header& header, Version version,
                                  const std::vector<VehicleAction>& actions) {
    Json message = header_of(header, version);
    Json list = Json::array();
    for (const VehicleAction& action : actions) {
        Json made = action_of(action);
        if (version == Version::v2_0) {
            made["actionName"] = action.type;
        }
        list.push_back(std::move(made));
    }
    if (version == Version::v2_0) {
        message["instantActions"] = list;
    }
    message["actions"] = std::move(list);
    return text_of(message);
}

}  // namespace tally::vda5050
