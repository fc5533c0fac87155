// Port: publish and subscribe, at least once unless a message says otherwise. Real: MQTT 5 over
// Paho. Simulated: a broker model, which loses nothing that it took, whatever its QoS. The bus is a
// pipe, never a store: clean start, no session, no buffering while offline (design 8).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/base/time.hpp"

namespace tally {

enum class Retain { no, yes };

/// MQTT's QoS 1 and 0. What is sent at most once may be lost, and nobody is told.
enum class Qos { at_least_once, at_most_once };

/// One message. Of a received one `retain` says that the broker had kept it: its age is unknown.
struct BusMessage {
    std::string topic;
    std::string payload;
    Retain retain = Retain::no;
    Qos qos = Qos::at_least_once;  ///< of one to be published
};

/// What one connection needs. `will` is published by the broker if the connection dies.
struct BusSession {
    std::string client_id;
    std::optional<BusMessage> will;
    Duration keepalive = std::chrono::seconds(20);
    std::vector<std::string> subscriptions;  ///< topic filters, subscribed before on_connected
};

/// All calls come from the loop, none from inside a MessageBus call; the handler may call the bus
/// from within any of them. No on_message comes before on_connected. After on_lost nothing more
/// comes: publishes still unanswered have no outcome, whoever needs them publishes them again.
class BusHandler {
 public:
    virtual ~BusHandler() = default;
    virtual void on_connected() = 0;                         ///< connected and subscribed
    virtual void on_message(const BusMessage& message) = 0;  ///< at least once, in order per topic
    virtual void on_lost(const Error& why) = 0;              ///< refused or broken; connect() again
    virtual void on_published(std::uint64_t token, const Result<void>& outcome) = 0;
};

/// One client of one broker. No automatic reconnect: the owner decides when to connect() again.
class MessageBus {
 public:
    virtual ~MessageBus() = default;

    /// Starts connecting; ends in on_connected or on_lost. Drops any earlier connection first.
    virtual void connect(const BusSession& session, BusHandler& handler) = 0;

    /// Hands a message to the broker; its acceptance arrives as on_published(token). That proves
    /// nothing about the receiver. offline if not connected; exhausted if too many are in flight.
    virtual Result<std::uint64_t> publish(BusMessage message) = 0;

    /// Ends the connection in order, so that no will is sent. No callback follows.
    virtual void disconnect() = 0;
};

}  // namespace tally
