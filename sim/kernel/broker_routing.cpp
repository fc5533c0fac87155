// What the broker does with a message: rights, retained store, subscribers, queues.
#include <algorithm>

#include "sim/kernel/broker.hpp"
#include "sim/kernel/bus_client.hpp"
#include "sim/kernel/topic_filter.hpp"

namespace tally::sim {

namespace {

bool any_matches(const std::vector<std::string>& filters, const std::string& topic) {
    return std::any_of(filters.begin(), filters.end(),
                       [&](const std::string& filter) { return topic_matches(filter, topic); });
}

}  // namespace

bool SimBroker::may_write(const std::string& user, const std::string& topic) const {
    const auto found = rights_.find(user);
    return found != rights_.end() && any_matches(found->second.write, topic);
}

bool SimBroker::may_read(const std::string& user, const std::string& topic) const {
    const auto found = rights_.find(user);
    return found != rights_.end() && any_matches(found->second.read, topic);
}

void SimBroker::accept_message(const BusMessage& message) {
    if (message.retain == Retain::yes) {
        if (message.payload.empty()) {
            retained_.erase(message.topic);
        } else {
            retained_.insert_or_assign(message.topic, message);
        }
    }
    route({message.topic, message.payload, Retain::no});
}

// A will may come long after its client is back: receivers must tell it by its session number.
void SimBroker::publish_will(const Session& session) {
    if (!session.wanted.will || !may_write(session.user, session.wanted.will->topic)) {
        return;
    }
    Duration delay{0};
    if (prng_.chance_ppm(options_.late_will_ppm)) {
        delay = Duration(prng_.between(0, options_.late_will_max.count()));
    }
    kernel_.after(delay, [this, life = node_.life(), will = *session.wanted.will] {
        if (node_.alive() && node_.life() == life) {
            ++counts_.wills;
            kernel_.trace().record(kernel_.now(), node_.name(), "broker.will",
                                   {as_bytes(will.topic), as_bytes(will.payload)});
            accept_message(will);
        }
    });
}

void SimBroker::route(const BusMessage& message) {
    for (const auto& [client_id, id] : sessions_) {
        const Session& session = *find(id)->session;
        if (any_matches(session.wanted.subscriptions, message.topic) &&
            may_read(session.user, message.topic)) {
            enqueue(id, message);
        }
    }
}

void SimBroker::send_retained(LinkId id) {
    const Session& session = *find(id)->session;
    for (const auto& [topic, message] : retained_) {
        if (any_matches(session.wanted.subscriptions, topic) && may_read(session.user, topic)) {
            enqueue(id, message);
        }
    }
}

std::size_t SimBroker::queued_most() const {
    std::size_t most = 0;
    for (const auto& [id, link] : links_) {
        most = std::max(most, link.session ? link.session->queued : 0);
    }
    return most;
}

void SimBroker::enqueue(LinkId id, const BusMessage& message) {
    Session& session = *find(id)->session;
    if (session.queued >= options_.queued_messages_max) {
        ++counts_.dropped;
        kernel_.trace().record(kernel_.now(), node_.name(), "broker.drop",
                               {as_bytes(session.wanted.client_id), as_bytes(message.topic)});
        return;
    }
    int copies = 1;
    if (prng_.chance_ppm(options_.duplicate_ppm)) {
        ++counts_.duplicated;
        copies = 2;
    }
    for (; copies > 0; --copies) {
        ++session.queued;
        Duration hold{0};
        if (prng_.chance_ppm(options_.reorder_ppm)) {
            hold = Duration(prng_.between(0, options_.reorder_hold_max.count()));
        }
        hold_back(id, session, message, hold);
    }
}

// A message held back holds back its topic, and nothing else.
void SimBroker::hold_back(LinkId id, Session& session, const BusMessage& message, Duration hold) {
    const auto lane = session.held.find(message.topic);
    if (hold == Duration::zero() && lane == session.held.end()) {
        transmit(id, message);
        return;
    }
    Lane& held = session.held[message.topic];
    held.until = std::max(held.until, kernel_.now() + hold);
    held.messages.push_back(message);
    kernel_.after(held.until - kernel_.now(),
                  [this, id, topic = message.topic] { release_held(id, topic); });
}

void SimBroker::release_held(LinkId id, const std::string& topic) {
    Link* link = find(id);
    if (link == nullptr || !link->session) {
        return;
    }
    const auto lane = link->session->held.find(topic);
    if (lane == link->session->held.end()) {
        return;
    }
    const BusMessage message = std::move(lane->second.messages.front());
    lane->second.messages.pop_front();
    if (lane->second.messages.empty()) {
        link->session->held.erase(lane);
    }
    transmit(id, message);
}

void SimBroker::transmit(LinkId id, const BusMessage& message) {
    ++counts_.delivered;
    send_down(id, [this, id, message](BusClient& client) {
        if (Link* link = find(id); link->session) {
            --link->session->queued;
        }
        client.received(message);
    });
}

}  // namespace tally::sim
