// The message bus over MQTT 5, through Eclipse Paho C++ 1.2. A pipe, never a store: clean start,
// session expiry 0, no persistence, no buffering, no automatic reconnect (docs/adr, design 8).
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>

#include "firmware/host/loop/loop.hpp"
#include "firmware/host/loop/worker.hpp"
#include "firmware/host/mqtt/mqtt_options.hpp"
#include "firmware/ports/message_bus.hpp"

namespace tally::host {

class PahoLink;
struct OutgoingMessage;

/// Lives on the loop. Everything Paho does that may block (connecting, publishing behind its global
/// lock, disconnecting, destroying) happens on the thread "tally-mqtt"; Paho's own two threads only
/// post into the loop. One Paho client a connection: reconnecting makes a new one, and nothing that
/// an old one still has to say is heard. Messages that come before the subscriptions are confirmed
/// wait for on_connected. Publishing above `in_flight_max` unanswered messages is `exhausted`. If
/// more than `inbox_max` received messages wait for the loop, the connection is given up
/// (on_lost, `exhausted`). Errors of on_lost: `refused` (login, rights, client id: a person must
/// act), `conflict` (another client took the id), `offline` and `timeout` (try again later).
/// Its end says goodbye to the broker (no will) and sends what waits and waits up to 4 s for that.
class PahoMessageBus final : public MessageBus {
 public:
    PahoMessageBus(Loop& loop, MqttOptions options);
    ~PahoMessageBus() override;

    void connect(const BusSession& session, BusHandler& handler) override;
    Result<std::uint64_t> publish(BusMessage message) override;
    void disconnect() override;

 private:
    struct Connection;

    [[nodiscard]] std::shared_ptr<PahoLink> make_link(
        const BusSession& session, const std::shared_ptr<Connection>& connection);
    void heard_connected(const std::shared_ptr<Connection>& connection);
    void heard_message(const std::shared_ptr<Connection>& connection, BusMessage message);
    static void deliver(Connection& connection, const BusMessage& message);
    void heard_published(const std::shared_ptr<Connection>& connection, std::uint64_t token,
                         const Result<void>& outcome);
    void hand_over(Connection& connection);
    void heard_lost(const std::shared_ptr<Connection>& connection, const Error& why);
    void retire(std::deque<OutgoingMessage> last_words);

    Loop& loop_;
    const MqttOptions options_;
    std::shared_ptr<Connection> connection_;  ///< null: none
    std::uint64_t last_token_ = 0;
    Worker worker_;
};

}  // namespace tally::host
