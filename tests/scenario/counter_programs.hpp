// Two tiny programs that use every port of the virtual world, so that the world itself can be
// tested before the real services live in it: edges count up and report each number, over a stream
// and over the bus; the center takes each number once and in order. Neither knows that it is
// simulated.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "firmware/ports/clock.hpp"
#include "firmware/ports/entropy.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/message_bus.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/ports/stream.hpp"

namespace tally::scenario {

/// The ports of one box.
struct Ports {
    Clock& clock;
    Scheduler& scheduler;
    Entropy& entropy;
    Events& events;
    StreamDialer& dialer;
    StreamAcceptor& acceptor;
};

constexpr std::uint16_t kCounterPort = 4000;

/// What an edge keeps through its deaths.
struct EdgeDisk {
    std::uint64_t made = 0;         ///< numbers 1..made exist
    std::uint64_t bus_taken = 0;    ///< of those, known to be with the center by the bus
    std::uint64_t lines_taken = 0;  ///< and by the stream
};

/// Makes a number about twice a second until `made_max`, and offers each until it is acknowledged.
class CounterEdge final : public BusHandler, public StreamHandler {
 public:
    CounterEdge(std::string name, Ports ports, std::unique_ptr<MessageBus> bus, EdgeDisk& disk,
                std::uint64_t made_max);

    void on_connected() override;
    void on_message(const BusMessage& message) override;
    void on_lost(const Error& why) override;
    void on_published(std::uint64_t token, const Result<void>& outcome) override;
    void on_open() override;
    void on_bytes(ByteView bytes) override;
    void on_closed(const Error& why) override;

 private:
    Duration jitter(Duration least);
    void make();
    void connect_bus();
    void offer_bus();
    void dial();
    void offer_lines();
    void look_after_stream();

    std::string name_;
    Ports ports_;
    EdgeDisk& disk_;
    std::uint64_t made_max_;
    bool bus_up_ = false;
    std::uint64_t bus_offered_ = 0;
    bool stream_up_ = false;
    std::uint64_t lines_offered_ = 0;
    std::uint64_t lines_taken_before_ = 0;
    std::string partial_;
    Timer making_, reconnecting_, redialling_, resending_, looking_;
    std::unique_ptr<Stream> stream_;
    std::unique_ptr<MessageBus> bus_;
};

/// What the center keeps through its deaths: how far each edge is known, by either way.
struct CenterDisk {
    std::map<std::string, std::uint64_t> by_bus;
    std::map<std::string, std::uint64_t> by_lines;
};

/// Takes numbers in order, once, and says how far it is.
class CounterCenter final : public BusHandler, public AcceptHandler {
 public:
    CounterCenter(Ports ports, std::unique_ptr<MessageBus> bus, CenterDisk& disk);
    ~CounterCenter() override;

    void on_connected() override;
    void on_message(const BusMessage& message) override;
    void on_lost(const Error& why) override;
    void on_published(std::uint64_t token, const Result<void>& outcome) override;
    StreamHandler* on_accept(std::unique_ptr<Stream> stream) override;

 private:
    class Guest;
    void connect_bus();
    void acknowledge(const std::string& edge);
    std::uint64_t take_line(const std::string& edge, std::uint64_t number);

    Ports ports_;
    CenterDisk& disk_;
    Timer reconnecting_, repeating_;
    std::unique_ptr<StreamListener> listener_;
    std::vector<std::unique_ptr<Guest>> guests_;
    std::unique_ptr<MessageBus> bus_;
};

}  // namespace tally::scenario
