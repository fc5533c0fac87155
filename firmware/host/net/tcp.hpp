// The stream port over TCP: IPv4 and IPv6, non-blocking, on the daemon's loop.
#pragma once

#include <cstddef>
#include <memory>

#include "firmware/host/loop/loop.hpp"
#include "firmware/ports/stream.hpp"

namespace tally::host {

class Resolver;

/// Limits of one stream; the defaults suit devices on a local network.
struct TcpOptions {
    Duration connect_timeout = std::chrono::seconds(5);     ///< over name look-up and all addresses
    Duration dead_peer_timeout = std::chrono::seconds(20);  ///< unacknowledged data or keepalives
    Duration close_timeout = std::chrono::seconds(5);       ///< close(): without any progress
    std::size_t send_bytes_max = std::size_t{4} << 20;      ///< waiting to be sent
};

/// Dials numeric addresses and "localhost" at once; other names are looked up on the thread
/// "tally-resolve", which starts with the first of them. Failures come as on_closed, in a later
/// turn. Ends before the loop does; its end waits for a running look-up (the system's time-out).
class TcpDialer final : public StreamDialer {
 public:
    explicit TcpDialer(Loop& loop, TcpOptions options = {});
    ~TcpDialer() override;

    std::unique_ptr<Stream> dial(const Endpoint& to, StreamHandler& handler) override;

 private:
    Loop& loop_;
    TcpOptions options_;
    std::unique_ptr<Resolver> resolver_;
};

/// Listens on numeric addresses or "localhost". `conflict`: the port is taken; `refused`: no right
/// to it; `malformed`: not an address; `offline`: no interface here has it.
class TcpAcceptor final : public StreamAcceptor {
 public:
    explicit TcpAcceptor(Loop& loop, TcpOptions options = {}) : loop_(loop), options_(options) {}

    Result<std::unique_ptr<StreamListener>> listen(const Endpoint& at,
                                                   AcceptHandler& handler) override;

 private:
    Loop& loop_;
    TcpOptions options_;
};

}  // namespace tally::host
