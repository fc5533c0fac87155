// One connection of one Paho client, from creation to destruction. Internal to host/mqtt.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "firmware/base/result.hpp"
#include "firmware/host/loop/worker.hpp"
#include "firmware/host/mqtt/mqtt_options.hpp"
#include "firmware/ports/message_bus.hpp"

namespace tally::host {

/// A message on its way out, by the token that publish() gave for it.
struct OutgoingMessage {
    std::uint64_t token = 0;
    BusMessage message;
};

/// What a link reports. Called from Paho's threads and the worker, partly under Paho's global lock:
/// they only hand over and return.
struct LinkReports {
    std::function<void()> connected;  ///< and subscribed
    std::function<void(Error)> lost;  ///< may come more than once; the first one counts
    std::function<void(BusMessage)> message;
    std::function<void(std::uint64_t token, Result<void>)> published;
};

/// Every member runs on `worker`'s thread, which must outlive the link's retirement.
class PahoLink : public std::enable_shared_from_this<PahoLink> {
 public:
    PahoLink(Worker& worker, MqttOptions options, BusSession session, LinkReports reports);
    ~PahoLink();
    PahoLink(const PahoLink&) = delete;
    PahoLink& operator=(const PahoLink&) = delete;

    /// Creates the client and starts connecting.
    void connect();
    void publish(const OutgoingMessage& outgoing);

    /// Publishes `last_words` as the window allows, says goodbye if there is a connection, then
    /// destroys the client; no report that matters follows. Takes 4 s at most, plus the rest of a
    /// connect under way.
    void retire(const std::deque<OutgoingMessage>& last_words);

 private:
    struct Client;

    void start();
    void finish_connect();
    void explain_no_tls(const std::string& detail);
    void say_goodbye(const std::deque<OutgoingMessage>& last_words);
    [[nodiscard]] Result<std::string> password() const;

    Worker& worker_;
    const MqttOptions options_;
    const BusSession session_;
    const LinkReports reports_;
    std::unique_ptr<Client> client_;
};

}  // namespace tally::host
