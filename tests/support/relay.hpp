// A TCP relay between a client and a server that a test can cut, so that both lose each other
// without a goodbye.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "firmware/base/check.hpp"
#include "firmware/host/net/tcp.hpp"

namespace tally::test {

/// Runs on the loop of the test, with the project's own streams.
class Relay final : private AcceptHandler {
 public:
    Relay(host::Loop& loop, Endpoint server)
        : dialer_(loop), acceptor_(loop), server_(std::move(server)) {
        auto listening = acceptor_.listen({"127.0.0.1", 0}, *this);
        TALLY_CHECK(listening.has_value(), "a free loopback port");
        listener_ = std::move(*listening);
    }

    [[nodiscard]] Endpoint endpoint() const { return listener_->bound(); }

    /// Ends every connection now; new ones are relayed again.
    void cut() { lines_.clear(); }

 private:
    /// One direction's source: what it hears, the other side is sent.
    struct Side final : StreamHandler {
        void on_open() override {}
        void on_bytes(ByteView bytes) override { (void)other->stream->send(bytes); }
        void on_closed(const Error&) override { other->stream->close(); }

        std::unique_ptr<Stream> stream;
        Side* other = nullptr;
    };
    struct Line {
        Side client, server;
    };

    StreamHandler* on_accept(std::unique_ptr<Stream> stream) override {
        auto line = std::make_unique<Line>();
        line->client.other = &line->server;
        line->server.other = &line->client;
        line->client.stream = std::move(stream);
        line->server.stream = dialer_.dial(server_, line->server);
        lines_.push_back(std::move(line));
        return &lines_.back()->client;
    }

    host::TcpDialer dialer_;
    host::TcpAcceptor acceptor_;
    Endpoint server_;
    std::unique_ptr<StreamListener> listener_;
    std::vector<std::unique_ptr<Line>> lines_;
};

}  // namespace tally::test
