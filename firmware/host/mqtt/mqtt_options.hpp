// How to reach a broker.
#pragma once

#include <cstddef>
#include <string>

#include "firmware/base/time.hpp"
#include "firmware/ports/stream.hpp"

namespace tally::host {

struct MqttOptions {
    Endpoint broker{};
    std::string user{};           ///< empty: anonymous
    std::string password_file{};  ///< its first line is the password; read again at each connect
    std::string ca_file{};        ///< PEM; given: TLS, and the broker must prove itself to it
    std::size_t in_flight_max = 256;  ///< unanswered publishes, waiting ones included
    /// Publishes that Paho has at a time; the others wait in the bus. No more than the broker's
    /// Receive Maximum (mosquitto: max_inflight_messages, 20), because Paho 1.3 falls into waits of
    /// a second when it runs into that: 500 batches/s instead of 5,000.
    std::size_t window = 20;
    std::size_t inbox_max = 20'000;
    Duration connect_timeout = std::chrono::seconds(5);
};

}  // namespace tally::host
