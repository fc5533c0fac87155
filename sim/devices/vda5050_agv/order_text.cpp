#include "sim/devices/vda5050_agv/order_text.hpp"

#include "sim/devices/vda5050_agv/json.hpp"

namespace tally::sim::agv {

namespace {

std::vector<Action> actions_of(const std::vector<Json>& list) {
    std::vector<Action> actions;
    for (const Json& item : list) {
        Action action;
        action.id = item.text_of("actionId");
        action.type = item.text_of("actionType");
        action.blocking = item.text_of("blockingType");
        for (const Json& parameter : item.list_of("actionParameters")) {
            action.parameters.push_back(parameter.text_of("key"));
            if (action.parameters.back() == "duration") {
                action.seconds = parameter.number_of("value", action.seconds);
            }
        }
        actions.push_back(std::move(action));
    }
    return actions;
}

bool whole(const Action& action) {
    return !action.id.empty() && !action.type.empty() &&
           (action.blocking == "NONE" || action.blocking == "SOFT" || action.blocking == "HARD");
}

Node node_of(const Json& item) {
    Node node;
    node.id = item.text_of("nodeId");
    node.sequence = static_cast<std::uint32_t>(item.number_of("sequenceId", 1));
    node.released = item.is_true("released");
    if (const Json* const position = item.find("nodePosition")) {
        node.placed = true;
        node.x = position->number_of("x", 0);
        node.y = position->number_of("y", 0);
        node.deviation =
            position->number_of("allowedDeviationXy", position->number_of("allowedDeviationXY", 0));
    }
    node.actions = actions_of(item.list_of("actions"));
    return node;
}

const char* what_is_wrong(const OrderText& order) {
    if (order.id.empty() || order.nodes.empty() || !order.nodes[0].released) {
        return "no orderId, or no released first node";
    }
    if (order.edges.size() + 1 != order.nodes.size()) {
        return "not one edge fewer than nodes";
    }
    for (std::size_t i = 0; i < order.nodes.size(); ++i) {
        const Node& node = order.nodes[i];
        if (node.id.empty() || node.sequence != order.nodes[0].sequence + 2 * i ||
            node.sequence % 2 != 0) {
            return "nodes are not numbered in steps of two";
        }
        for (const Action& action : node.actions) {
            if (!whole(action)) {
                return "an action without id, type or blockingType";
            }
        }
        if (i == 0) {
            continue;
        }
        const Edge& edge = order.edges[i - 1];
        if (edge.sequence != node.sequence - 1 || edge.released != node.released) {
            return "an edge that does not fit its node";
        }
        if (node.released && !order.nodes[i - 1].released) {
            return "base after horizon";
        }
    }
    return nullptr;
}

}  // namespace

Result<OrderText> read_order(std::string_view text) {
    TALLY_TRY_ASSIGN(const Json json, parse_json(text));
    OrderText order;
    order.id = json.text_of("orderId");
    order.update = static_cast<std::uint32_t>(json.number_of("orderUpdateId", 0));
    for (const Json& item : json.list_of("nodes")) {
        order.nodes.push_back(node_of(item));
    }
    for (const Json& item : json.list_of("edges")) {
        order.edges.push_back({item.text_of("edgeId"),
                               static_cast<std::uint32_t>(item.number_of("sequenceId", 0)),
                               item.is_true("released"), item.number_of("maxSpeed", 0)});
    }
    if (const char* const wrong = what_is_wrong(order)) {
        return fail(ErrorKind::malformed, wrong);
    }
    return order;
}

Result<std::vector<Action>> read_instant_actions(std::string_view text) {
    TALLY_TRY_ASSIGN(const Json json, parse_json(text));
    // 2.0 has both names, in its text and in its schema.
    const bool schema = json.find("actions") != nullptr;
    std::vector<Action> actions = actions_of(json.list_of(schema ? "actions" : "instantActions"));
    for (Action& action : actions) {
        action.instant = true;
        if (!whole(action)) {
            return fail(ErrorKind::malformed, "an action without id, type or blockingType");
        }
    }
    return actions;
}

}  // namespace tally::sim::agv
