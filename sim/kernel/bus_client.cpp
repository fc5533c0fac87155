#include "sim/kernel/bus_client.hpp"

#include "sim/kernel/broker.hpp"
#include "sim/kernel/topic_filter.hpp"

namespace tally::sim {

BusClient::BusClient(SimBroker& broker, Node& node, std::string user)
    : broker_(&broker), node_(node), user_(std::move(user)), timer_(node) {
    broker_->clients_.insert(this);
}

BusClient::~BusClient() {
    disconnect();
    if (broker_ != nullptr) {
        broker_->clients_.erase(this);
    }
}

void BusClient::connect(const BusSession& session, BusHandler& handler) {
    if (broker_ == nullptr || !node_.alive()) {
        return;
    }
    disconnect();
    handler_ = &handler;
    state_ = State::connecting;
    keepalive_ = session.keepalive;
    link_ = broker_->open_link(*this, node_);
    broker_->send_up(link_, [broker = broker_, id = link_, session, user = user_] {
        broker->on_connect(id, session, user);
    });
    timer_.arm(broker_->options_.connect_timeout, [this] {
        lost({ErrorKind::timeout, "the broker does not answer; check its address and the network"});
    });
}

Result<std::uint64_t> BusClient::publish(BusMessage message) {
    if (broker_ == nullptr || !node_.alive() || state_ != State::connected) {
        return fail(ErrorKind::offline, "not connected to the broker; connect first");
    }
    if (!valid_topic(message.topic)) {
        return fail(ErrorKind::malformed,
                    "\"" + message.topic + "\" is no topic; leave out wildcards");
    }
    if (unacknowledged_.size() >= broker_->options_.client_in_flight_max) {
        return fail(ErrorKind::exhausted,
                    std::to_string(unacknowledged_.size()) +
                        " messages wait for the broker; wait for one of them");
    }
    const std::uint64_t token = ++last_token_;
    unacknowledged_.insert(token);
    broker_->kernel_.trace().record(
        broker_->kernel_.now(), node_.name(), "bus.publish",
        {as_bytes(message.topic), as_bytes(message.retain == Retain::yes ? "retain" : ""),
         as_bytes(message.payload)});
    broker_->send_up(link_, [broker = broker_, id = link_, token, sent = std::move(message)] {
        broker->on_publish(id, token, sent);
    });
    return token;
}

void BusClient::disconnect() {
    if (broker_ == nullptr || link_ == 0) {
        return;
    }
    const std::uint64_t id = link_;
    const bool orderly = state_ == State::connected;
    forget_link();
    if (orderly) {
        broker_->send_up(id, [broker = broker_, id] { broker->on_disconnect(id); });
    }
    broker_->leave(id);
}

void BusClient::accepted() {
    if (state_ != State::connecting) {
        return;
    }
    state_ = State::connected;
    ping_unanswered_ = false;
    if (keepalive_ > Duration::zero()) {
        timer_.arm(keepalive_, [this] { keep_alive(); });
    } else {
        timer_.cancel();
    }
    handler_->on_connected();
}

// One ping a keepalive; if the last one was not answered, the broker is gone.
void BusClient::keep_alive() {
    if (ping_unanswered_) {
        lost({ErrorKind::timeout, "the broker fell silent; connect again"});
        return;
    }
    ping_unanswered_ = true;
    broker_->send_up(link_, [broker = broker_, id = link_] { broker->on_ping(id); });
    timer_.arm(keepalive_, [this] { keep_alive(); });
}

void BusClient::acknowledged(std::uint64_t token, const Result<void>& outcome) {
    unacknowledged_.erase(token);
    handler_->on_published(token, outcome);
}

void BusClient::received(const BusMessage& message) {
    broker_->kernel_.trace().record(
        broker_->kernel_.now(), node_.name(), "bus.deliver",
        {as_bytes(message.topic), as_bytes(message.retain == Retain::yes ? "retain" : ""),
         as_bytes(message.payload)});
    handler_->on_message(message);
}

void BusClient::lost(const Error& why) {
    const std::uint64_t id = link_;
    BusHandler* handler = handler_;
    forget_link();
    broker_->leave(id);
    broker_->kernel_.trace().record(broker_->kernel_.now(), node_.name(), "bus.lost",
                                    {as_bytes(to_string(why.kind)), as_bytes(why.text)});
    handler->on_lost(why);
}

void BusClient::forget_link() {
    link_ = 0;
    state_ = State::idle;
    handler_ = nullptr;
    unacknowledged_.clear();
    timer_.cancel();
}

void BusClient::detach() {
    forget_link();
    broker_ = nullptr;
}

}  // namespace tally::sim
