#include "drivers/vda5050/sheet_advice.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace tally::vda5050 {

namespace {

using Texts = std::vector<std::string>;

/// What orders carry beyond what the schema asks for; names as factsheets have them.
constexpr std::array<std::string_view, 8> kWritten{"order.nodes.nodePosition",
                                                   "order.nodes.nodePosition.x",
                                                   "order.nodes.nodePosition.y",
                                                   "order.nodes.nodePosition.mapId",
                                                   "order.nodes.nodePosition.allowedDeviationXy",
                                                   "order.nodes.nodePosition.allowedDeviationXY",
                                                   "order.nodes.actions",
                                                   "order.nodes.actions.actionParameters"};

bool has(const Texts& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

void look_at_version(const Factsheet& sheet, Version version, Texts& found) {
    const std::string_view ours = to_string(version);
    const std::string_view until_patch = ours.substr(0, ours.rfind('.') + 1);
    if (!sheet.header.version.empty() && !sheet.header.version.starts_with(until_patch)) {
        found.push_back(
            fmt::format("speaks VDA 5050 {}, and is spoken to in {}; set version of its "
                        "[[vehicle]] to what it speaks",
                        sheet.header.version.substr(0, 20), ours));
    }
}

void look_at_body(const Factsheet& sheet, const VehicleNeeds& needs, Texts& found) {
    const auto turns_in = static_cast<std::int64_t>(std::ceil(
        std::hypot(static_cast<double>(sheet.length_mm), static_cast<double>(sheet.width_mm))));
    if (needs.clearance_mm > 0 && turns_in > needs.clearance_mm) {
        found.push_back(fmt::format(
            "is {} mm long and {} mm wide, so that it turns in a circle of {} mm, and clearance_mm "
            "in [fleet] keeps centres only {} mm apart: it may touch another one; set clearance_mm "
            "to that circle and the margin around it",
            sheet.length_mm, sheet.width_mm, turns_in, needs.clearance_mm));
    }
    if (sheet.speed_max_mm_s > 0 && sheet.speed_max_mm_s < needs.speed_min_mm_s) {
        found.push_back(fmt::format(
            "drives {} mm/s at most, and one that does not get on with {} mm/s is taken for stuck "
            "and driven around; raise its speed at the vehicle",
            sheet.speed_max_mm_s, needs.speed_min_mm_s));
    }
}

/// The parameters of an action that both speak of.
void look_at_parameters(const OfferedAction& offer, const VehicleAction& need, Texts& found) {
    const auto is_sent = [&](const OfferedAction::Parameter& wanted) {
        return std::any_of(
            need.parameters.begin(), need.parameters.end(),
            [&](const ActionParameter& parameter) { return parameter.key == wanted.key; });
    };
    for (const OfferedAction::Parameter& wanted : offer.parameters) {
        if (!wanted.optional && !is_sent(wanted)) {
            found.push_back(fmt::format(
                "asks for {} with action {}, and missions do not say it: it will refuse them; set "
                "it in [fleet] where there is a key for it, else ask its maker to do without",
                wanted.key, need.type));
        }
    }
    for (const ActionParameter& parameter : need.parameters) {
        const bool is_known = std::any_of(
            offer.parameters.begin(), offer.parameters.end(),
            [&](const OfferedAction::Parameter& one) { return one.key == parameter.key; });
        if (!is_known) {
            found.push_back(fmt::format(
                "does not know {} of action {}, which missions say: it may refuse them; leave it "
                "empty in [fleet] where there is a key for it, else ask its maker to pass it over",
                parameter.key, need.type));
        }
    }
}

struct ActionNeed {
    const VehicleAction& action;
    std::string_view scope;  ///< as factsheets name it
};

void look_at_action(const Factsheet& sheet, const ActionNeed& need, Texts& found) {
    const VehicleAction& action = need.action;
    const auto offer =
        std::find_if(sheet.actions.begin(), sheet.actions.end(),
                     [&](const OfferedAction& candidate) { return candidate.type == action.type; });
    const std::string_view where = need.scope == "NODE" ? "at nodes" : "at once";
    if (offer == sheet.actions.end() ||
        (!offer->scopes.empty() && !has(offer->scopes, need.scope))) {
        found.push_back(
            fmt::format("does not offer action {} {}, which it will be told to do here: it will "
                        "refuse that; let its maker switch it on, or give it no such work",
                        action.type, where));
        return;
    }
    if (!offer->blocking.empty() && !has(offer->blocking, to_string(action.blocking))) {
        found.push_back(
            fmt::format("does not take action {} with blocking type {}, as it is told to do here: "
                        "it may refuse "
                        "that; ask its maker",
                        action.type, to_string(action.blocking)));
    }
    look_at_parameters(*offer, action, found);
}

void look_at_actions(const Factsheet& sheet, const VehicleNeeds& needs, Texts& found) {
    if (sheet.actions.empty()) {
        return;
    }
    for (const VehicleAction& action : needs.at_nodes) {
        look_at_action(sheet, {action, "NODE"}, found);
    }
    Texts at_once{"cancelOrder"};
    at_once.insert(at_once.end(), needs.at_once.begin(), needs.at_once.end());
    for (const std::string& type : at_once) {
        const VehicleAction action{{}, type};
        look_at_action(sheet, {action, "INSTANT"}, found);
    }
}

void look_at_loads(const Factsheet& sheet, const VehicleNeeds& needs, Texts& found) {
    Texts told;
    for (const VehicleAction& action : needs.at_nodes) {
        for (const ActionParameter& parameter : action.parameters) {
            const std::string* const type = std::get_if<std::string>(&parameter.value);
            if (parameter.key == "loadType" && type != nullptr && !has(told, *type)) {
                told.push_back(*type);
            }
        }
    }
    for (const std::string& type : told) {
        if (!sheet.load_types.empty() && !has(sheet.load_types, type)) {
            found.push_back(
                fmt::format("takes loads of type {}, and missions say {}; set load_type "
                            "in [fleet] to what it takes",
                            fmt::join(sheet.load_types, ", "), type));
        }
    }
}

void look_at_demands(const Factsheet& sheet, Texts& found) {
    for (const std::string& demand : sheet.demands) {
        const std::string name = demand.starts_with("order.") ? demand : "order." + demand;
        const bool is_of_orders =
            name.starts_with("order.nodes") || name.starts_with("order.edges");
        if (is_of_orders && std::find(kWritten.begin(), kWritten.end(), name) == kWritten.end()) {
            found.push_back(
                fmt::format("demands {} in orders, which is not written here: it will "
                            "refuse them; ask its maker to do without",
                            demand));
        }
    }
}

void look_at_limits(const Factsheet& sheet, const SheetContext& context, Texts& found) {
    const ProtocolLimits& limits = sheet.limits;
    const SentSizes& sent = context.sent;
    const Address& address = context.address;
    struct Row {
        std::int64_t limit;
        std::size_t used;
        std::string_view what, next;
    };
    constexpr std::string_view kMaker = "ask its maker for room";
    constexpr std::string_view kNames =
        "give the nodes, the map, the site and the edge shorter names";
    const Row rows[] = {
        {limits.serial_chars, address.serial.size(), "characters of a serial number", kMaker},
        {limits.topic_part_chars, std::max(address.manufacturer.size(), address.interface.size()),
         "characters of a part of a topic", "give it a shorter maker, or [fleet] an interface"},
        {limits.id_chars, sent.id_chars, "characters of an id", kNames},
        {limits.word_chars, sent.word_chars, "characters of an action's type or key", kMaker},
        {limits.message_bytes, sent.message_bytes, "bytes of a message", kMaker},
        {limits.nodes, sent.nodes, "nodes of an order", kMaker},
        {limits.edges, sent.edges, "edges of an order", kMaker},
        {limits.node_actions, sent.node_actions, "actions at a node", kMaker},
        {limits.parameters, sent.parameters, "parameters of an action", kMaker},
        {limits.instant_actions, sent.instant_actions, "actions told at once", kMaker}};
    for (const Row& row : rows) {
        if (row.limit > 0 && static_cast<std::int64_t>(row.used) > row.limit) {
            found.push_back(
                fmt::format("takes {} {} at most, and is sent {}: it may refuse that; {}",
                            row.limit, row.what, row.used, row.next));
        }
    }
    if (limits.are_ids_numbers) {
        found.push_back(
            "takes only numbers for ids, and ids are words here: it will refuse every "
            "order; ask its maker to take words");
    }
}

}  // namespace

void SentSizes::note(const VehicleAction& action) {
    id_chars = std::max(id_chars, action.id.size());
    word_chars = std::max(word_chars, action.type.size());
    parameters = std::max(parameters, action.parameters.size());
    for (const ActionParameter& parameter : action.parameters) {
        word_chars = std::max(word_chars, parameter.key.size());
    }
}

void SentSizes::note(const Order& order, std::size_t bytes) {
    message_bytes = std::max(message_bytes, bytes);
    nodes = std::max(nodes, order.nodes.size());
    edges = std::max(edges, order.edges.size());
    id_chars = std::max(id_chars, order.id.size());
    for (const OrderNode& node : order.nodes) {
        id_chars = std::max(id_chars, node.node.id.size());
        if (node.node.position) {
            id_chars = std::max(id_chars, node.node.position->map.size());
        }
        node_actions = std::max(node_actions, node.node.actions.size());
        for (const VehicleAction& action : node.node.actions) {
            note(action);
        }
    }
    for (const OrderEdge& edge : order.edges) {
        id_chars = std::max(id_chars, edge.id.size());
    }
}

void SentSizes::note(const std::vector<VehicleAction>& at_once, std::size_t bytes) {
    message_bytes = std::max(message_bytes, bytes);
    instant_actions = std::max(instant_actions, at_once.size());
    for (const VehicleAction& action : at_once) {
        note(action);
    }
}

Texts contradictions(const Factsheet& sheet, const SheetContext& context) {
    Texts found;
    look_at_version(sheet, context.version, found);
    look_at_body(sheet, context.needs, found);
    look_at_actions(sheet, context.needs, found);
    look_at_loads(sheet, context.needs, found);
    look_at_demands(sheet, found);
    look_at_limits(sheet, context, found);
    for (std::string& text : found) {
        text.insert(0, "by its factsheet it ");
    }
    return found;
}

}  // namespace tally::vda5050
