// The client end of a simulated bus connection. For broker*.cpp and bus_client.cpp only.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "firmware/ports/message_bus.hpp"
#include "sim/kernel/node.hpp"

namespace tally::sim {

class SimBroker;

/// What a process holds: connects, publishes, pings, and finds out about a silent broker by itself.
/// Its end, like disconnect(), says goodbye, so that no will is sent; a killed process says
/// nothing.
class BusClient final : public MessageBus {
 public:
    BusClient(SimBroker& broker, Node& node, std::string user);
    ~BusClient() override;
    BusClient(const BusClient&) = delete;
    BusClient& operator=(const BusClient&) = delete;

    void connect(const BusSession& session, BusHandler& handler) override;
    Result<std::uint64_t> publish(BusMessage message) override;
    void disconnect() override;

    // Packets from the broker.
    void accepted();
    void pong() { ping_unanswered_ = false; }
    void acknowledged(std::uint64_t token, const Result<void>& outcome);
    void received(const BusMessage& message);
    void lost(const Error& why);

    /// The process died: no callback follows.
    void forget_link();
    /// The world is gone; every further call does nothing.
    void detach();

 private:
    enum class State { idle, connecting, connected };
    void keep_alive();

    SimBroker* broker_;
    Node& node_;
    std::string user_;
    BusHandler* handler_ = nullptr;
    State state_ = State::idle;
    std::uint64_t link_ = 0;
    std::uint64_t last_token_ = 0;
    std::set<std::uint64_t> unacknowledged_;
    Duration keepalive_{0};
    bool ping_unanswered_ = false;
    Timer timer_;
};

}  // namespace tally::sim
