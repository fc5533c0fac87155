// One TCP connection from dialling to its last byte. Internal to host/net.
#pragma once

#include <memory>
#include <vector>

#include "firmware/host/loop/fd.hpp"
#include "firmware/host/loop/loop.hpp"
#include "firmware/host/net/address.hpp"
#include "firmware/host/net/resolver.hpp"
#include "firmware/host/net/tcp.hpp"

namespace tally::host {

/// Shared by its TcpStream and by the loop, so that either may go first: a destroyed stream ends it
/// at once, a closed one lets it send what is queued. Never calls its handler from inside send() or
/// close().
class Connection : public std::enable_shared_from_this<Connection> {
 public:
    Connection(Loop& loop, const TcpOptions& options, Endpoint peer)
        : loop_(loop), options_(options), peer_(std::move(peer)), timer_(loop) {}

    /// Dialling: either of the two, once. `resolver` must outlive the look-up.
    void dial_addresses(std::vector<Address> addresses, StreamHandler& handler);
    void dial_name(Resolver& resolver, StreamHandler& handler);

    /// Accepting: adopts a connected socket; its handler comes later.
    void adopt(Fd socket);
    void set_handler(StreamHandler& handler);

    Result<void> send(ByteView bytes);
    void set_reading(Stream::Reading reading);
    void close();
    void abandon();  ///< the stream is destroyed

 private:
    enum class State { dialling, open, lingering, ended };

    void start_dialling(StreamHandler& handler);
    void try_next_address(Error why_not_last);
    [[nodiscard]] int start_connect(const Address& address);
    void on_ready(Ready ready);
    void finish_connect();
    void become_open();
    void read_some();
    void flush();
    void discard_until_end();
    void half_close_if_sent();
    void watch(Interest interest);
    void update_interest();
    void finish(Error why);
    void finish_later(Error why);
    void end();
    [[nodiscard]] int take_socket_error() const;
    [[nodiscard]] std::size_t waiting_bytes() const { return out_.size() - out_sent_; }

    Loop& loop_;
    const TcpOptions options_;
    const Endpoint peer_;
    State state_ = State::dialling;
    StreamHandler* handler_ = nullptr;  ///< null: nobody listens (any more)
    bool closing_ = false;
    bool reading_ = true;
    Lookup lookup_;
    std::vector<Address> untried_;  ///< last first
    Fd socket_;
    WatchId watch_ = 0;
    Interest interest_;
    Bytes out_;
    std::size_t out_sent_ = 0;
    Timer timer_;  ///< connect time-out, then close time-out
};

/// The owner's end of a connection.
class TcpStream final : public Stream {
 public:
    explicit TcpStream(std::shared_ptr<Connection> connection)
        : connection_(std::move(connection)) {}
    ~TcpStream() override { connection_->abandon(); }
    TcpStream(const TcpStream&) = delete;
    TcpStream& operator=(const TcpStream&) = delete;

    Result<void> send(ByteView bytes) override { return connection_->send(bytes); }
    void set_reading(Reading reading) override { connection_->set_reading(reading); }
    void close() override { connection_->close(); }

 private:
    std::shared_ptr<Connection> connection_;
};

}  // namespace tally::host
