// Orders, updates and instant actions, as section 6.6 of the standard has them.
#include <algorithm>
#include <cmath>

#include "sim/devices/vda5050_agv/agv.hpp"

namespace tally::sim::agv {

bool Agv::active() const {
    return !nodes_.empty() || !cancelling_.empty() ||
           std::any_of(actions_.begin(), actions_.end(),
                       [](const Action& action) { return !action.ended(); });
}

const char* Agv::why_no_order() const {
    if (!cancelling_.empty()) {
        return "an order is being cancelled";
    }
    if (emergency_) {
        return "emergency stop";
    }
    if (mode_ != "AUTOMATIC" && mode_ != "SEMIAUTOMATIC") {
        return "not in automatic mode";
    }
    return charging_ ? "charging" : nullptr;
}

void Agv::take_order(std::string_view text) {
    auto order = read_order(text);
    if (!order) {
        errors_.push_back({"validationError", "WARNING", order.error().text, {}, true});
        say_state();
        return;
    }
    const bool same = order->id == order_.id;
    if (same && order->update == order_.update) {
        say_state();  // It is being repeated: the echo was lost.
        return;
    }
    if (faults_.refuse_next > 0) {
        --faults_.refuse_next;
        refuse_order(*order, same ? "orderUpdateError" : "orderError", "it does not like to");
    } else if (const char* const why = why_no_order()) {
        refuse_order(*order, "orderError", why);
    } else if (std::string cannot = why_not_executable(*order); !cannot.empty()) {
        refuse_order(*order, "orderError", std::move(cannot));
    } else if (same && order->update < order_.update) {
        refuse_order(*order, "orderUpdateError", "an older update");
    } else if (same) {
        const Node& first = order->nodes.front();
        const bool stitched = first.id == base_end_.id && first.sequence == base_end_.sequence;
        if (!stitched) {
            refuse_order(*order, "orderUpdateError", "does not begin at the last base node");
        } else {
            accept_update(std::move(*order));
        }
    } else if (active()) {
        refuse_order(*order, "orderError", "it has an order");
    } else if (order->nodes.front().id != last_.id || is_off(order->nodes.front())) {
        refuse_order(*order, "noRouteError", "it does not stand at the first node");
    } else {
        accept_new(std::move(*order));
    }
}

/// What it cannot do, or is not told enough for (6.6.4.3); empty: it can do all of it.
std::string Agv::why_not_executable(const OrderText& order) {
    for (const Node& node : order.nodes) {
        for (const Action& action : node.actions) {
            const auto skill =
                std::find_if(skills().begin(), skills().end(),
                             [&](const Skill& one) { return one.type == action.type; });
            if (skill == skills().end()) {
                return "it cannot do " + action.type;
            }
            for (const std::string_view want : skill->wants) {
                if (std::find(action.parameters.begin(), action.parameters.end(), want) ==
                    action.parameters.end()) {
                    return action.type + " without parameter " + std::string(want);
                }
            }
        }
    }
    return {};
}

/// Farther from a node than its order allows.
bool Agv::is_off(const Node& node) const {
    return node.placed && node.deviation > 0 &&
           std::hypot(node.x - x_, node.y - y_) > node.deviation;
}

void Agv::accept_new(OrderText order) {
    ++truth_.orders_taken;
    order_.id = order.id;
    order_.update = order.update;
    std::erase_if(errors_, [](const Error& error) { return error.of_order; });
    actions_.clear();
    nodes_.clear();
    edges_.clear();
    here_.clear();
    base_end_ = order.nodes.front();
    last_.sequence = order.nodes.front().sequence;
    for (const Node& node : order.nodes) {
        actions_.insert(actions_.end(), node.actions.begin(), node.actions.end());
        if (node.released) {
            base_end_ = node;
        }
    }
    nodes_.assign(order.nodes.begin() + 1, order.nodes.end());
    edges_.assign(order.edges.begin(), order.edges.end());
    enter_node(order.nodes.front());
    say_state();
}

void Agv::accept_update(OrderText order) {
    ++truth_.updates_taken;
    order_.update = order.update;
    std::erase_if(errors_, [](const Error& error) { return error.of_order; });
    // The horizon and its actions were a plan.
    while (!nodes_.empty() && !nodes_.back().released) {
        for (const Action& planned : nodes_.back().actions) {
            std::erase_if(actions_, [&](const Action& action) { return action.id == planned.id; });
        }
        nodes_.pop_back();
        edges_.pop_back();
    }
    for (std::size_t i = 1; i < order.nodes.size(); ++i) {
        const Node& node = order.nodes[i];
        actions_.insert(actions_.end(), node.actions.begin(), node.actions.end());
        if (node.released) {
            base_end_ = node;
        }
        nodes_.push_back(node);
        edges_.push_back(order.edges[i - 1]);
    }
    say_state();
}

void Agv::refuse_order(const OrderText& order, const char* type, std::string text) {
    ++truth_.refused;
    errors_.push_back({type,
                       "WARNING",
                       std::move(text),
                       {{"topic", "order"},
                        {"orderId", order.id},
                        {"orderUpdateId", std::to_string(order.update)}},
                       true});
    constexpr std::size_t kErrorsMax = 10;
    if (errors_.size() > kErrorsMax) {
        errors_.erase(errors_.begin());
    }
    say_state();
}

void Agv::refuse_action(const Action& action, const char* type, std::string text) {
    Error error{
        type,
        "WARNING",
        std::move(text),
        {{"topic", "instantActions"}, {"actionId", action.id}, {"actionType", action.type}}};
    error.states_left = 3;
    errors_.push_back(std::move(error));
    say_state();
}

void Agv::take_instant(std::string_view text) {
    auto actions = read_instant_actions(text);
    if (!actions) {
        errors_.push_back({"validationError", "WARNING", actions.error().text, {}, true});
        say_state();
        return;
    }
    for (Action& action : *actions) {
        const bool known = std::any_of(instants_.begin(), instants_.end(),
                                       [&](const Action& other) { return other.id == action.id; });
        if (known) {
            say_state();  // Repeated.
        } else {
            do_instant(std::move(action));
        }
    }
}

void Agv::do_instant(Action action) {
    if (action.type == "cancelOrder") {
        begin_cancel(std::move(action));
        return;
    }
    if (action.type == "startPause" || action.type == "stopPause") {
        paused_ = action.type == "startPause";
    } else if (action.type == "startCharging" || action.type == "stopCharging") {
        if (action.type == "startCharging" && active()) {
            refuse_action(action, "instantActionError", "it has an order");
            return;
        }
        if (std::string why = why_out_of_reach(action.type); !why.empty()) {
            refuse_action(action, "instantActionError", std::move(why));
            return;
        }
        charging_ = action.type == "startCharging";
    } else if (action.type == "factsheetRequest") {
        say_factsheet();
    } else if (action.type != "stateRequest") {
        refuse_action(action, "instantActionError", "it cannot do that");
        return;
    }
    action.status = Status::finished;
    instants_.push_back(std::move(action));
    say_state();
}

void Agv::begin_cancel(Action action) {
    if (!active() || !cancelling_.empty()) {
        refuse_action(action, "noOrderToCancel",
                      cancelling_.empty() ? "it has no order" : "it is cancelling already");
        return;
    }
    cancelling_ = action.id;
    action.status = Status::running;
    instants_.push_back(std::move(action));
    for (Action& other : actions_) {
        if (!other.ended()) {
            other.status = Status::failed;
        }
    }
    here_.clear();
    // It stops at the next node at which it can, or where it stands.
    if (driving_) {
        cut_way();
    } else {
        nodes_.clear();
        edges_.clear();
    }
    if (!nodes_.empty()) {
        say_state();
    } else {
        finish_cancel();
    }
}

void Agv::finish_cancel() {
    ++truth_.cancelled;
    for (Action& action : instants_) {
        if (action.id == cancelling_) {
            action.status = Status::finished;
        }
    }
    cancelling_.clear();
    nodes_.clear();
    edges_.clear();
    // Whoever continues a cancelled order must not find an end to continue it from.
    base_end_ = Node{};
    say_state();
}

}  // namespace tally::sim::agv
