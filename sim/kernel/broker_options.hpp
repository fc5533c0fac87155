// How kind or unkind a simulated broker is: every number that a seed may draw, by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "firmware/base/time.hpp"

namespace tally::sim {

/// Whether retained messages live through a restart of the broker.
enum class RetainedOnRestart { kept, lost };

/// Chances are in parts per million. The defaults are a broker that never misbehaves.
struct BrokerOptions {
    RetainedOnRestart retained_on_restart = RetainedOnRestart::kept;
    std::size_t client_in_flight_max = 256;   ///< unacknowledged publishes of a client (MQTT 5
                                              ///< receive maximum); more are `exhausted`
    std::size_t queued_messages_max = 1'000;  ///< on the way to one client; more are dropped
    std::uint32_t duplicate_ppm = 0;          ///< of a delivery: made twice in a row
    std::uint32_t reorder_ppm = 0;            ///< of a delivery: other topics may overtake it
    Duration reorder_hold_max = std::chrono::milliseconds(50);
    std::uint32_t refuse_ppm = 0;     ///< of a connect: turned away (server busy)
    std::uint32_t break_ppm = 0;      ///< of a publish: the connection breaks, before or
                                      ///< after the broker took the message
    std::uint32_t late_will_ppm = 0;  ///< of a will: published late
    Duration late_will_max = std::chrono::seconds(30);
    Duration connect_timeout = std::chrono::seconds(10);  ///< of the client
};

/// "broker.duplicate_ppm=100", one line an option, in the order above; durations in microseconds.
std::vector<std::string> describe(const BrokerOptions& options);

/// What one user may do, as topic filters. A denied publish is answered `refused`; a denied read is
/// silent: the subscription stands, nothing comes (both as mosquitto does with MQTT 5).
struct BrokerRights {
    std::vector<std::string> write;
    std::vector<std::string> read;

    static BrokerRights everything() { return {{"#"}, {"#"}}; }
};

}  // namespace tally::sim
