#include "firmware/host/mqtt/paho_message_bus.hpp"

#include <atomic>
#include <deque>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "firmware/host/mqtt/mqtt_errors.hpp"
#include "firmware/host/mqtt/paho_link.hpp"

namespace tally::host {

/// One connection as the loop sees it. What its link posts finds it even after the bus has gone on
/// to the next one; `handler` then is null and nothing is said.
struct PahoMessageBus::Connection {
    BusHandler* handler = nullptr;
    bool up = false;
    std::deque<BusMessage> early;         ///< received before the subscriptions were confirmed
    std::deque<OutgoingMessage> waiting;  ///< not yet handed to Paho
    std::set<std::uint64_t> in_flight;    ///< handed to Paho, not yet answered
    std::shared_ptr<PahoLink> link;
    std::atomic<std::size_t> inbox{
        0};  ///< received, not yet taken by the loop; the only shared part
};

PahoMessageBus::PahoMessageBus(Loop& loop, MqttOptions options)
    : loop_(loop), options_(std::move(options)), worker_("tally-mqtt") {}

PahoMessageBus::~PahoMessageBus() {
    disconnect();
}

void PahoMessageBus::connect(const BusSession& session, BusHandler& handler) {
    retire({});
    connection_ = std::make_shared<Connection>();
    connection_->handler = &handler;
    connection_->link = make_link(session, connection_);
    worker_.submit([link = connection_->link] { link->connect(); });
}

std::shared_ptr<PahoLink> PahoMessageBus::make_link(const BusSession& session,
                                                    const std::shared_ptr<Connection>& connection) {
    // Each task holds the connection, not the bus: a task that runs after the bus is gone finds no
    // handler and touches nothing else.
    const std::weak_ptr<Connection> weak = connection;
    const auto on_loop = [this, weak](auto task) {
        loop_.post([this, weak, task = std::move(task)]() mutable {
            const auto alive = weak.lock();
            if (alive && alive->handler != nullptr) {
                task(*this, alive);
            }
        });
    };
    using Alive = const std::shared_ptr<Connection>&;
    LinkReports reports;
    reports.connected = [on_loop] {
        on_loop([](PahoMessageBus& bus, Alive alive) { bus.heard_connected(alive); });
    };
    reports.lost = [on_loop](Error why) {
        on_loop([why = std::move(why)](PahoMessageBus& bus, Alive alive) {
            bus.heard_lost(alive, why);
        });
    };
    reports.message = [on_loop, weak, this](BusMessage message) {
        const auto alive = weak.lock();
        if (!alive) {
            return;
        }
        const std::size_t waiting = alive->inbox.fetch_add(1);
        if (waiting < options_.inbox_max) {
            on_loop([message = std::move(message)](PahoMessageBus& bus, Alive to) mutable {
                bus.heard_message(to, std::move(message));
            });
        } else if (waiting == options_.inbox_max) {
            on_loop([](PahoMessageBus& bus, Alive to) {
                bus.heard_lost(to, inbox_error(bus.options_));
            });
        }
    };
    reports.published = [on_loop](std::uint64_t token, Result<void> outcome) {
        on_loop([token, outcome = std::move(outcome)](PahoMessageBus& bus, Alive alive) {
            bus.heard_published(alive, token, outcome);
        });
    };
    return std::make_shared<PahoLink>(worker_, options_, session, std::move(reports));
}

void PahoMessageBus::heard_connected(const std::shared_ptr<Connection>& connection) {
    connection->up = true;
    connection->handler->on_connected();
    while (connection->handler != nullptr && !connection->early.empty()) {
        const BusMessage message = std::move(connection->early.front());
        connection->early.pop_front();
        deliver(*connection, message);
    }
}

void PahoMessageBus::heard_message(const std::shared_ptr<Connection>& connection,
                                   BusMessage message) {
    if (connection->up) {
        deliver(*connection, message);
    } else {
        connection->early.push_back(std::move(message));
    }
}

void PahoMessageBus::deliver(Connection& connection, const BusMessage& message) {
    connection.inbox.fetch_sub(1);
    connection.handler->on_message(message);
}

void PahoMessageBus::heard_lost(const std::shared_ptr<Connection>& connection, const Error& why) {
    BusHandler* const told = connection->handler;
    retire({});
    told->on_lost(why);
}

Result<std::uint64_t> PahoMessageBus::publish(BusMessage message) {
    if (!connection_ || !connection_->up) {
        return fail(ErrorKind::offline,
                    fmt::format("cannot publish to '{}': not connected to the broker at {}:{}; "
                                "publish again after on_connected",
                                message.topic, options_.broker.host, options_.broker.port));
    }
    Connection& connection = *connection_;
    if (connection.in_flight.size() + connection.waiting.size() >= options_.in_flight_max) {
        return fail(ErrorKind::exhausted,
                    fmt::format("cannot publish to '{}': {} messages wait for the broker's answer, "
                                "the most allowed; publish again after some on_published",
                                message.topic, options_.in_flight_max));
    }
    const std::uint64_t token = ++last_token_;
    connection.waiting.push_back({token, std::move(message)});
    hand_over(connection);
    return token;
}

void PahoMessageBus::hand_over(Connection& connection) {
    while (!connection.waiting.empty() && connection.in_flight.size() < options_.window) {
        connection.in_flight.insert(connection.waiting.front().token);
        worker_.submit([link = connection.link, next = std::move(connection.waiting.front())] {
            link->publish(next);
        });
        connection.waiting.pop_front();
    }
}

void PahoMessageBus::heard_published(const std::shared_ptr<Connection>& connection,
                                     std::uint64_t token, const Result<void>& outcome) {
    if (connection->in_flight.erase(token) == 0) {
        return;
    }
    hand_over(*connection);
    connection->handler->on_published(token, outcome);
}

void PahoMessageBus::disconnect() {
    retire(connection_ ? std::move(connection_->waiting) : std::deque<OutgoingMessage>());
}

void PahoMessageBus::retire(std::deque<OutgoingMessage> last_words) {
    if (!connection_) {
        return;
    }
    connection_->handler = nullptr;
    worker_.submit([link = std::move(connection_->link), words = std::move(last_words)] {
        link->retire(words);
    });
    connection_.reset();
}

}  // namespace tally::host
