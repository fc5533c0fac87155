// The life of a bus connection as the broker sees it.
#include "sim/kernel/broker.hpp"

#include <algorithm>

#include "sim/kernel/bus_client.hpp"
#include "sim/kernel/topic_filter.hpp"

namespace tally::sim {

namespace {

// MQTT 5.0, section 3.1.2.10: the server waits one and a half times the keepalive.
Duration patience(Duration keepalive) {
    return keepalive + keepalive / 2;
}

}  // namespace

SimBroker::SimBroker(Kernel& kernel, Network& network, Node& node, BrokerOptions options)
    : kernel_(kernel),
      network_(network),
      node_(node),
      options_(options),
      prng_(kernel.prng("broker:" + node.name())) {
    kernel_.watch(*this);
}

SimBroker::~SimBroker() {
    kernel_.unwatch(*this);
    for (BusClient* client : clients_) {
        client->detach();
    }
}

void SimBroker::set_rights(const std::string& user, BrokerRights rights) {
    rights_.insert_or_assign(user, std::move(rights));
}

std::unique_ptr<MessageBus> SimBroker::client(Node& at, std::string user) {
    return std::make_unique<BusClient>(*this, at, std::move(user));
}

SimBroker::Link* SimBroker::find(LinkId id) {
    const auto found = links_.find(id);
    return found == links_.end() ? nullptr : &found->second;
}

SimBroker::LinkId SimBroker::open_link(BusClient& client, Node& at) {
    const LinkId id = ++last_link_;
    Link& link = links_[id];
    link.node = &at;
    link.client = &client;
    link.up = network_.open_wire(at, node_);
    link.down = network_.open_wire(node_, at);
    return id;
}

// A socket closed before the broker has answered leaves nothing behind; a later one is noticed by
// the broker as a connection that broke without a goodbye (unless the goodbye went first).
void SimBroker::leave(LinkId id) {
    Link* link = find(id);
    if (link == nullptr) {
        return;
    }
    link->client = nullptr;
    if (link->session) {
        send_up(id, [this, id] { on_closed(id); });
    }
    erase_if_over(id);
}

void SimBroker::send_up(LinkId id, std::function<void()> packet) {
    if (const Link* link = find(id)) {
        network_.send(link->up, std::move(packet));
    }
}

void SimBroker::send_down(LinkId id, std::function<void(BusClient&)> packet) {
    if (const Link* link = find(id)) {
        network_.send(link->down, [this, id, deliver = std::move(packet)] {
            const Link* arrived = find(id);
            if (arrived != nullptr && arrived->client != nullptr) {
                deliver(*arrived->client);
            }
        });
    }
}

void SimBroker::hang_up(LinkId id, const Error& why) {
    send_down(id, [why](BusClient& client) { client.lost(why); });
}

void SimBroker::erase_if_over(LinkId id) {
    const auto found = links_.find(id);
    if (found != links_.end() && found->second.client == nullptr && !found->second.session) {
        network_.cut(found->second.up);
        network_.cut(found->second.down);
        links_.erase(found);
    }
}

void SimBroker::on_connect(LinkId id, const BusSession& wanted, const std::string& user) {
    Link* link = find(id);
    if (link == nullptr) {
        return;
    }
    if (!node_.alive()) {
        hang_up(id, {ErrorKind::offline, "the broker on " + node_.name() + " is not running"});
        return;
    }
    if (!rights_.contains(user)) {
        hang_up(id, {ErrorKind::refused,
                     "the broker does not know user " + user + "; check name and password"});
        return;
    }
    if (prng_.chance_ppm(options_.refuse_ppm)) {
        hang_up(id, {ErrorKind::offline, "the broker is busy; try again later"});
        return;
    }
    if (!std::all_of(wanted.subscriptions.begin(), wanted.subscriptions.end(), valid_filter)) {
        hang_up(id, {ErrorKind::malformed, "a subscription is no topic filter; correct it"});
        return;
    }
    if (const auto other = sessions_.find(wanted.client_id); other != sessions_.end()) {
        const LinkId old = other->second;
        end_session(old, Will::published);
        hang_up(old, {ErrorKind::conflict, "another client took the name " + wanted.client_id +
                                               " over; give each client its own"});
    }
    link->session = std::make_unique<Session>();
    link->session->wanted = wanted;
    link->session->user = user;
    link->session->last_heard = kernel_.now();
    sessions_[wanted.client_id] = id;
    send_down(id, [](BusClient& client) { client.accepted(); });
    send_retained(id);
    watch_keepalive(id, patience(wanted.keepalive));
}

void SimBroker::watch_keepalive(LinkId id, Duration wait) {
    if (wait <= Duration::zero()) {
        return;
    }
    kernel_.after(wait, [this, id] {
        const Link* link = find(id);
        if (link == nullptr || !link->session) {
            return;
        }
        const MonoTime expires =
            link->session->last_heard + patience(link->session->wanted.keepalive);
        if (kernel_.now() < expires) {
            watch_keepalive(id, expires - kernel_.now());
            return;
        }
        hang_up(id, {ErrorKind::timeout, "the broker heard nothing within the keepalive"});
        end_session(id, Will::published);
    });
}

void SimBroker::on_publish(LinkId id, std::uint64_t token, const BusMessage& message) {
    Link* link = find(id);
    if (link == nullptr) {
        return;
    }
    if (!link->session) {
        hang_up(id, {ErrorKind::offline, "the broker knows no such session; connect again"});
        return;
    }
    link->session->last_heard = kernel_.now();
    const bool breaks = prng_.chance_ppm(options_.break_ppm);
    const bool breaks_before = breaks && prng_.chance_ppm(500'000);
    const bool allowed = may_write(link->session->user, message.topic);
    if (allowed && !breaks_before) {
        ++counts_.accepted;
        accept_message(message);
    }
    if (breaks) {
        hang_up(id, {ErrorKind::offline, "the connection to the broker broke; connect again"});
        end_session(id, Will::published);
        return;
    }
    Result<void> outcome;
    if (!allowed) {
        ++counts_.refused;
        outcome = fail(ErrorKind::refused, "the broker does not let this user write " +
                                               message.topic + "; check its rights");
    }
    send_down(id, [token, outcome](BusClient& client) { client.acknowledged(token, outcome); });
}

void SimBroker::on_ping(LinkId id) {
    Link* link = find(id);
    if (link == nullptr) {
        return;
    }
    if (!link->session) {
        hang_up(id, {ErrorKind::offline, "the broker knows no such session; connect again"});
        return;
    }
    link->session->last_heard = kernel_.now();
    send_down(id, [](BusClient& client) { client.pong(); });
}

void SimBroker::on_disconnect(LinkId id) {
    end_session(id, Will::forgotten);
}

void SimBroker::on_closed(LinkId id) {
    end_session(id, Will::published);
}

void SimBroker::end_session(LinkId id, Will will) {
    Link* link = find(id);
    if (link == nullptr || !link->session) {
        return;
    }
    const std::unique_ptr<Session> session = std::move(link->session);
    const auto named = sessions_.find(session->wanted.client_id);
    if (named != sessions_.end() && named->second == id) {
        sessions_.erase(named);
    }
    if (will == Will::published) {
        publish_will(*session);
    }
    erase_if_over(id);
}

void SimBroker::break_connections(const Node& at) {
    kernel_.trace().record(kernel_.now(), at.name(), "bus.broken", {as_bytes(node_.name())});
    const Error why{ErrorKind::offline, "the connection to the broker broke; connect again"};
    std::vector<LinkId> ids;
    for (const auto& [id, link] : links_) {
        if (link.node == &at) {
            ids.push_back(id);
        }
    }
    for (const LinkId id : ids) {
        hang_up(id, why);
        end_session(id, Will::published);
    }
}

void SimBroker::make_half_open(const Node& at) {
    kernel_.trace().record(kernel_.now(), at.name(), "bus.half_open", {as_bytes(node_.name())});
    for (const auto& [id, link] : links_) {
        if (link.node == &at) {
            network_.silence(link.up);
            network_.silence(link.down);
        }
    }
}

void SimBroker::node_went_down(Node& node, Death death) {
    std::vector<LinkId> ids;
    for (const auto& [id, link] : links_) {
        if (&node == &node_ || link.node == &node) {
            ids.push_back(id);
        }
    }
    if (&node == &node_) {
        broker_died(ids, death);
        return;
    }
    for (const LinkId id : ids) {
        Link& link = *find(id);
        if (link.client != nullptr) {
            link.client->forget_link();
        }
        if (death == Death::process) {
            leave(id);
        } else {
            link.client = nullptr;
            erase_if_over(id);
        }
    }
}

// No will is published by a broker that is dead, and none later: sessions do not survive it.
void SimBroker::broker_died(const std::vector<LinkId>& ids, Death death) {
    for (const LinkId id : ids) {
        end_session(id, Will::forgotten);
        if (death == Death::process) {
            hang_up(id, {ErrorKind::offline, "the broker on " + node_.name() + " ended"});
        }
    }
    if (options_.retained_on_restart == RetainedOnRestart::lost) {
        retained_.clear();
    }
}

}  // namespace tally::sim
