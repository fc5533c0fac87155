// The RegisterBus of virtual time: a Modbus TCP client over streams, written from the specification
// beside the server. It keeps the promises of the port (tests/conformance) and nothing else.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "firmware/ports/register_bus.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/ports/stream.hpp"

namespace tally::sim {

/// Single-threaded, on the loop. One request at a time; a new connection after anything unexpected.
class StreamBus final : public RegisterBus, private StreamHandler {
 public:
    StreamBus(StreamDialer& dialer, Scheduler& scheduler, Endpoint to);
    ~StreamBus() override;

    void read(const RegisterRead& request, std::function<void(Values)> reply) override;
    void write(const RegisterWrite& request, std::function<void(Result<void>)> reply) override;

 private:
    struct Job {
        std::uint8_t unit = 0;
        Result<Bytes> pdu;  ///< an error is answered in its turn, and nothing sent
        Duration timeout{};
        std::function<void(Result<Bytes>)> done;
    };

    void on_open() override;
    void on_bytes(ByteView bytes) override;
    void on_closed(const Error& why) override;
    void add(Job job);
    void begin();
    void send();
    void finish(Result<Bytes> answer);
    void drop();

    static constexpr std::size_t kWaitingMax = 64;

    StreamDialer& dialer_;
    Endpoint to_;
    std::unique_ptr<Stream> stream_;
    std::unique_ptr<Stream> ended_;  ///< until the next turn: it may be calling us
    bool open_ = false;
    bool busy_ = false;
    std::uint16_t transaction_ = 0;
    Bytes received_;
    std::deque<Job> jobs_;
    Timer begin_timer_;
    Timer timeout_timer_;
};

}  // namespace tally::sim
