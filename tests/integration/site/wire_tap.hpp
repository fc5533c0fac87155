// A witness: what mosquitto_sub, a foreign MQTT 5 client, hears of one broker.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "firmware/messages/sync/ack.hpp"
#include "tests/support/process.hpp"

namespace tally::test {

struct TappedMessage {
    std::string topic, payload;
    /// The last level: "delta", "ack".
    [[nodiscard]] std::string kind() const { return topic.substr(topic.rfind('/') + 1); }
    [[nodiscard]] std::string edge() const;
};

/// What is known of one edge from the wire alone.
struct TappedEdge {
    std::vector<Ack> acks;       ///< each that differs from the one before
    std::uint64_t sent_end = 0;  ///< highest seq in a delta so far
    std::uint64_t deltas = 0;
    [[nodiscard]] std::uint64_t acknowledged() const {
        return acks.empty() ? 0 : acks.back().next_seq.value() - 1;
    }
};

/// Reads what the witness has written so far whenever it is asked. The witness reconnects by
/// itself; what is said while it is away it does not hear.
class WireTap {
 public:
    enum class Keep { figures, everything };

    WireTap(std::filesystem::path log, std::vector<std::string> login);

    /// Listens from now on; returns when it does.
    void start(std::uint16_t port, Keep keep);

    /// Takes in what came since the last call.
    const std::map<std::string, TappedEdge>& edges();
    [[nodiscard]] const TappedEdge& edge(const std::string& id);
    /// All of it, if kept.
    [[nodiscard]] const std::vector<TappedMessage>& messages();

 private:
    void read_on();
    void take(TappedMessage message);

    std::filesystem::path log_;
    std::vector<std::string> login_;
    Keep keep_ = Keep::figures;
    Process witness_;
    std::uintmax_t read_to_ = 0;
    std::string pending_;
    std::map<std::string, TappedEdge> edges_;
    std::vector<TappedMessage> messages_;
};

}  // namespace tally::test
