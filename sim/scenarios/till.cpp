#include "sim/scenarios/till.hpp"

#include "firmware/messages/order_answer.hpp"
#include "firmware/messages/order_request.hpp"

namespace tally::sim {

namespace {

constexpr const char* kUser = "till";

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
    const Sent& sent = waiting_[order.id] = {edge, encode_order_request(order)};
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
    for (std::size_t i = 0; answer && i < answer->orders.size(); ++i) {
        const OrderTaken& order = answer->orders[i];
        if (order.outcome != OrderOutcome::refused) {
            taken_[answer->edge].insert(order.id);
        } else {
            refused_ += waiting_.contains(order.id) ? 1 : 0;
        }
        waiting_.erase(order.id);
    }
}

const std::set<std::string>& Till::taken(const EdgeId& edge) const {
    static const std::set<std::string> kNone;
    const auto found = taken_.find(edge);
    return found == taken_.end() ? kNone : found->second;
}

}  // namespace tally::sim
