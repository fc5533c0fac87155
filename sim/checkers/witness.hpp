// Somebody who listens to the broker and forgets nothing: which events were told under which
// identity, and what the bridge acknowledged. What was said must be true for ever.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "firmware/base/sha256.hpp"
#include "firmware/ports/message_bus.hpp"
#include "firmware/ports/scheduler.hpp"

namespace tally::sim {

/// Single-threaded; the ports outlive it. Hears what the broker delivers to it, so not everything.
class Witness final : private BusHandler {
 public:
    using Identity = std::tuple<std::string, std::uint64_t, std::uint64_t>;  ///< edge, epoch, seq

    Witness(MessageBus& bus, Scheduler& scheduler);

    /// Texts told under each identity; more than one is a fault by itself.
    [[nodiscard]] const std::map<Identity, std::set<std::string>>& told() const { return told_; }
    /// Heads acknowledged by the bridge: edge, epoch of the last event, its seq.
    [[nodiscard]] const std::map<Identity, std::set<Digest>>& acknowledged() const {
        return acknowledged_;
    }

 private:
    void on_connected() override {}
    void on_message(const BusMessage& message) override;
    void on_lost(const Error& why) override;
    void on_published(std::uint64_t, const Result<void>&) override {}
    void connect();

    MessageBus& bus_;
    std::map<Identity, std::set<std::string>> told_;
    std::map<Identity, std::set<Digest>> acknowledged_;
    Timer again_;
};

}  // namespace tally::sim
