#include "sim/scenarios/till.hpp"

#include "firmware/base/sha256.hpp"
#include "firmware/messages/order_request.hpp"

namespace tally::sim {

namespace {

constexpr const char* kUser = "till";

std::string cancel_key(const std::string& order) {
    return order + ":cancel";  // No id of an order has a colon.
}

const std::set<std::string>& ids_of(const std::map<EdgeId, std::set<std::string>>& all,
                                    const EdgeId& edge) {
    static const std::set<std::string> kNone;
    const auto found = all.find(edge);
    return found == all.end() ? kNone : found->second;
}

}  // namespace

Till::Till(SimBroker& broker, Node& node, SiteId site)
    : site_(std::move(site)), bus_(broker.client(node, kUser)), connect_again_(node), again_(node) {
    const std::string all = "tally/v1/" + site_.str() + "/+/";
    broker.set_rights(kUser, {{all + std::string(to_string(TopicKind::in_orders))},
                              {all + std::string(to_string(TopicKind::out_orders))}});
    connect();
    send_again();
}

std::string Till::topic(const EdgeId& edge, TopicKind kind) const {
    return *topic_text({site_, edge, kind});
}

void Till::connect() {
    BusSession session;
    session.client_id = kUser;
    session.subscriptions = {"tally/v1/" + site_.str() + "/+/" +
                             std::string(to_string(TopicKind::out_orders))};
    bus_->connect(session, *this);
}

void Till::on_connected() {
    for (const auto& [id, sent] : waiting_) {
        publish(sent);
    }
}

void Till::on_lost(const Error&) {
    connect_again_.arm(std::chrono::seconds(1), [this] { connect(); });
}

void Till::send(const EdgeId& edge, const Order& order) {
    send(order.id, edge, encode_order_request(order));
}

void Till::cancel(const EdgeId& edge, const std::string& order) {
    send(cancel_key(order), edge, encode_cancel_message({order, "the customer went away"}));
}

void Till::send(const std::string& key, const EdgeId& edge, std::string text) {
    std::string sha = to_hex(sha256(as_bytes(text)));
    const Sent& sent = waiting_[key] = {edge, std::move(text), std::move(sha)};
    publish(sent);
}

void Till::publish(const Sent& sent) {
    static_cast<void>(bus_->publish({topic(sent.edge, TopicKind::in_orders), sent.text}));
}

void Till::send_again() {
    for (const auto& [id, sent] : waiting_) {
        publish(sent);
    }
    again_.arm(kAgain, [this] { send_again(); });
}

void Till::on_message(const BusMessage& message) {
    const Result<OrderAnswer> answer = decode_order_answer(message.payload);
    if (!answer) {
        return;
    }
    for (const OrderTaken& order : answer->orders) {
        const auto cancel = waiting_.find(cancel_key(order.id));
        if (cancel != waiting_.end() && cancel->second.sha256 == answer->sha256) {
            waiting_.erase(cancel);
            hear_cancel(answer->edge, order);
        } else if (const auto sent = waiting_.find(order.id);
                   sent != waiting_.end() && sent->second.sha256 == answer->sha256) {
            waiting_.erase(sent);
            hear_order(answer->edge, order);
        }
    }
}

void Till::hear_order(const EdgeId& edge, const OrderTaken& order) {
    if (order.outcome != OrderOutcome::refused) {
        taken_[edge].insert(order.id);
    } else {
        ++refused_;
    }
}

void Till::hear_cancel(const EdgeId& edge, const OrderTaken& order) {
    if (order.outcome != OrderOutcome::refused) {
        cancelled_[edge].insert(order.id);
    } else {
        ++not_cancelled_;
    }
}

const std::set<std::string>& Till::taken(const EdgeId& edge) const {
    return ids_of(taken_, edge);
}

const std::set<std::string>& Till::cancelled(const EdgeId& edge) const {
    return ids_of(cancelled_, edge);
}

}  // namespace tally::sim
