#include "drivers/vda5050/order_run.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "drivers/vda5050/advice.hpp"

namespace tally::vda5050 {

namespace {

constexpr int kEndedEarlyMin = 2;

/// Of the base this index, of the order this sequence number.
std::uint32_t sequence_of(std::size_t node) {
    return static_cast<std::uint32_t>(2 * node);
}

bool ended(ActionPhase phase) {
    return phase == ActionPhase::finished || phase == ActionPhase::failed;
}

const ActionReport* action_in(const State& state, const std::string& id) {
    const auto found = std::find_if(state.actions.begin(), state.actions.end(),
                                    [&](const ActionReport& action) { return action.id == id; });
    return found == state.actions.end() ? nullptr : &*found;
}

}  // namespace

Result<void> OrderRun::check(const DriveOrder& order) {
    if (order.id.empty() || order.start.id.empty()) {
        return fail(ErrorKind::malformed, "an order needs an id and the node where it starts");
    }
    if (order.released > order.legs.size()) {
        return fail(ErrorKind::malformed, "an order cannot release more legs than it has");
    }
    std::set<std::string> ids;
    const auto unique = [&](const WayNode& node) {
        return std::all_of(
            node.actions.begin(), node.actions.end(),
            [&](const VehicleAction& action) { return ids.insert(action.id).second; });
    };
    bool fine = unique(order.start);
    for (const WayLeg& leg : order.legs) {
        fine = fine && unique(leg.node) && !leg.node.id.empty() && !leg.edge_id.empty();
    }
    if (!fine) {
        return fail(ErrorKind::malformed,
                    "every leg needs an edge and a node, and every action an id of its own");
    }
    return {};
}

OrderRun::OrderRun(DriveOrder order) {
    status_.id = std::move(order.id);
    status_.phase = OrderPhase::sent;
    status_.acknowledged = false;
    for (const VehicleAction& action : order.start.actions) {
        actions_[action.id] = false;
    }
    nodes_.push_back(std::move(order.start));
    append(std::move(order.legs), order.released);
}

void OrderRun::append(std::vector<WayLeg> legs, std::size_t released) {
    for (std::size_t i = 0; i < legs.size(); ++i) {
        WayNode node = std::move(legs[i].node);
        if (i < released) {
            for (const VehicleAction& action : node.actions) {
                actions_[action.id] = false;
            }
        }
        nodes_.push_back(std::move(node));
        legs_.push_back(std::move(legs[i]));
    }
    status_.base_end += released;
    status_.nodes = nodes_.size();
}

Result<void> OrderRun::update(std::vector<WayLeg> onward, std::size_t released) {
    if (status_.phase != OrderPhase::driving) {
        return fail(ErrorKind::conflict, "order " + status_.id + " is " +
                                             std::string(to_string(status_.phase)) +
                                             "; only one that is driven can be continued");
    }
    if (!status_.acknowledged) {
        return fail(ErrorKind::conflict, "the vehicle has not acknowledged update " +
                                             std::to_string(status_.update) + " of order " +
                                             status_.id + " yet; continue it when it has");
    }
    DriveOrder whole{status_.id, WayNode{nodes_[status_.base_end].id}, onward, released};
    TALLY_TRY(check(whole));
    before_ = Before{nodes_, legs_, status_.base_end, stitch_};
    stitch_ = status_.base_end;
    nodes_.resize(status_.base_end + 1);
    legs_.resize(status_.base_end);
    append(std::move(onward), released);
    ++status_.update;
    status_.acknowledged = false;
    return {};
}

void OrderRun::cancel(std::string action_id) {
    status_.phase = OrderPhase::cancelling;
    cancel_action_ = std::move(action_id);
}

std::optional<Order> OrderRun::to_send() const {
    if (status_.acknowledged || over() || status_.phase == OrderPhase::cancelling) {
        return std::nullopt;
    }
    Order order;
    order.id = status_.id;
    order.update = status_.update;
    for (std::size_t i = stitch_; i < nodes_.size(); ++i) {
        OrderNode node{sequence_of(i), i <= status_.base_end, nodes_[i]};
        if (i == stitch_ && status_.update > 0) {
            node.node.actions.clear();
        }
        order.nodes.push_back(std::move(node));
        if (i > stitch_) {
            order.edges.push_back({sequence_of(i) - 1, i <= status_.base_end, legs_[i - 1].edge_id,
                                   nodes_[i - 1].id, nodes_[i].id, legs_[i - 1].speed_max_mm_s});
        }
    }
    return order;
}

bool OrderRun::take(const State& state) {
    if (over()) {
        return false;
    }
    const OrderStatus before = status_;
    status_.contradiction.clear();
    const bool shown = state.order_id == status_.id;
    if (shown) {
        take_own(state);
    }
    if (!over()) {
        take_rejections(state);
    }
    if (!over() && status_.phase == OrderPhase::cancelling) {
        take_cancel(state);
    } else if (!over() && !shown && known_to_vehicle()) {
        end(OrderPhase::lost,
            "the vehicle has forgotten it: it was started anew or given another "
            "order; look where it stands, then send it again");
    }
    return !(status_ == before);
}

void OrderRun::take_own(const State& state) {
    if (state.order_update > status_.update) {
        status_.contradiction = "it shows update " + std::to_string(state.order_update) +
                                " of order " + status_.id +
                                ", which nobody here sent; another master is at work: stop "
                                "one of the two";
        return;
    }
    if (state.order_update == status_.update) {
        const bool is_new = !status_.acknowledged;
        acknowledged_update_ = status_.update;
        status_.acknowledged = true;
        before_.reset();
        if (is_new) {
            status_.text.clear();
        }
        if (status_.phase == OrderPhase::sent) {
            status_.phase = OrderPhase::driving;
        }
    } else if (!acknowledged_update_) {
        acknowledged_update_ = state.order_update;
    }
    for (auto& [id, is_ended] : actions_) {
        const ActionReport* const action = action_in(state, id);
        is_ended = is_ended || (action != nullptr && ended(action->phase));
    }
    take_position(state);
    if (status_.phase == OrderPhase::driving) {
        take_end(state);
    }
}

void OrderRun::take_position(const State& state) {
    const std::size_t index = state.last_sequence / 2;
    // Before it has counted its first node it still shows the last of the order before, which may
    // bear a name and a number of this one. What is still before it, it has not passed.
    const bool still_before =
        std::any_of(state.nodes.begin(), state.nodes.end(),
                    [&](const PartState& node) { return node.sequence <= state.last_sequence; });
    const bool counts = !still_before && state.last_sequence % 2 == 0 && index < nodes_.size() &&
                        nodes_[index].id == state.last_node;
    if (counts && index <= status_.base_end) {
        status_.passed = std::max(status_.passed, index);
    } else if (counts) {
        status_.contradiction = "it says that it is at " + state.last_node +
                                ", beyond what was released to it; stop it by hand and see why";
    } else if (status_.passed > 0 || state.last_sequence > 0) {
        const auto known = std::find_if(nodes_.begin(), nodes_.end(), [&](const WayNode& node) {
            return node.id == state.last_node;
        });
        if (known == nodes_.end()) {
            status_.contradiction =
                "it says that it is at '" + state.last_node +
                "', which is not on its way; stop it by hand and see where it stands";
        }
    }
    for (const PartState& node : state.nodes) {
        const std::size_t at = node.sequence / 2;
        if (node.released && at > status_.base_end && status_.contradiction.empty()) {
            status_.contradiction = "it takes " + node.id +
                                    " for released, which it is not; stop it by hand and see why";
        }
    }
}

bool OrderRun::still_at_work(const State& state) const {
    const auto at_work = [&](const ActionReport& action) {
        return actions_.contains(action.id) && !ended(action.phase);
    };
    return !state.nodes.empty() || !state.edges.empty() ||
           std::any_of(state.actions.begin(), state.actions.end(), at_work);
}

void OrderRun::take_end(const State& state) {
    if (!status_.acknowledged || still_at_work(state)) {
        ended_early_ = 0;
        return;
    }
    if (status_.passed == status_.base_end && status_.nodes == status_.base_end + 1) {
        end(OrderPhase::finished, {});
    } else if (++ended_early_ >= kEndedEarlyMin) {
        end(OrderPhase::lost,
            "the vehicle has ended it before its end; see at the vehicle why, "
            "then send it again");
    }
}

void OrderRun::take_rejections(const State& state) {
    if (status_.acknowledged || status_.phase == OrderPhase::cancelling) {
        return;  // What it has taken it has not refused: such an error is of a repetition.
    }
    for (const VehicleError& error : state.errors) {
        const std::string_view update = error.reference("orderUpdateId");
        const bool of_update =
            update == std::to_string(status_.update) || (update.empty() && status_.update == 0);
        if (is_rejection(error) && error.reference("orderId") == status_.id && of_update) {
            refuse(error);
            return;
        }
    }
}

void OrderRun::refuse(const VehicleError& error) {
    const std::string text = advice_of(error).text;
    if (!before_) {
        end(OrderPhase::refused, text);
        return;
    }
    nodes_ = std::move(before_->nodes);
    legs_ = std::move(before_->legs);
    status_.base_end = before_->base_end;
    status_.nodes = nodes_.size();
    before_.reset();
    status_.acknowledged = true;
    status_.text = "update " + std::to_string(status_.update) + " was refused: " + text;
}

void OrderRun::take_cancel(const State& state) {
    const bool ours = state.order_id == status_.id;
    const bool idle = !ours || !still_at_work(state);
    const ActionReport* const action = action_in(state, cancel_action_);
    const bool answered =
        (action != nullptr && ended(action->phase)) ||
        std::any_of(state.errors.begin(), state.errors.end(), [&](const VehicleError& error) {
            return error.type == "noOrderToCancel" &&
                   (error.reference("actionId").empty() ||
                    error.reference("actionId") == cancel_action_);
        });
    // One that it had and shows no more is over, whatever became of the word.
    if (!idle || !(answered || known_to_vehicle())) {
        return;
    }
    const bool whole = ours && known_to_vehicle() && status_.acknowledged &&
                       status_.passed == status_.base_end && status_.nodes == status_.base_end + 1;
    if (whole && (action == nullptr || action->phase != ActionPhase::finished)) {
        end(OrderPhase::finished, "it was done before it could be cancelled");
    } else {
        end(OrderPhase::cancelled, {});
    }
}

void OrderRun::end(OrderPhase phase, std::string text) {
    status_.phase = phase;
    status_.text = std::move(text);
    status_.acknowledged = true;
}

}  // namespace tally::vda5050
