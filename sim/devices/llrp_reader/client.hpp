// One TCP connection to the emulated reader: cuts what comes in, remembers what was negotiated.
#pragma once

#include <memory>
#include <optional>

#include "firmware/ports/stream.hpp"
#include "sim/devices/llrp_reader/decode.hpp"
#include "sim/devices/llrp_reader/outlet.hpp"

namespace tally::sim::llrp {

class Client;

/// Told what a client does, on the loop.
class ClientOwner {
 public:
    virtual ~ClientOwner() = default;
    virtual void client_said(Client& client, const Message& message) = 0;
    virtual void client_gone(Client& client, const std::string& why) = 0;
};

class Client final : public StreamHandler {
 public:
    Client(Scheduler& scheduler, const Faults& faults, ClientOwner& owner,
           std::unique_ptr<Stream> stream)
        : owner_(owner), stream_(std::move(stream)), outlet_(scheduler, faults, *stream_) {}

    void on_open() override {}
    void on_bytes(ByteView bytes) override;
    void on_closed(const Error& why) override;

    Result<void> send(ByteView frame) { return outlet_.send(frame); }

    /// Sends what waits, then ends the connection; nothing is heard of it any more.
    void close();

    std::uint8_t version = kVersion101;  ///< of messages now
    bool negotiated = false;             ///< SET_PROTOCOL_VERSION was accepted
    bool greeted = false;                ///< the ConnectionAttemptEvent is out
    bool holding = false;                ///< reports and events wait for message 64
    int keepalives_unanswered = 0;

 private:
    ClientOwner& owner_;
    std::unique_ptr<Stream> stream_;
    Outlet outlet_;
    MessageCutter cutter_;
    bool ended_ = false;
};

}  // namespace tally::sim::llrp
