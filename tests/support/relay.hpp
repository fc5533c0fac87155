// A TCP relay between clients and a server that a test can make as bad as a network gets: cut,
// silent, slow, late, in pieces, or with its door shut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "firmware/host/net/tcp.hpp"

namespace tally::test {

/// What a relay does to the bytes that come from now on.
struct RelayWeather {
    Duration delay{0};                ///< each way
    std::size_t piece_bytes_max = 0;  ///< handed on in pieces of at most so much; 0: as they come
    std::uint64_t bytes_per_s = 0;    ///< each way of each connection; 0: no limit
};

/// Runs on the loop of the test, with the project's own streams.
class Relay final : private AcceptHandler {
 public:
    Relay(host::Loop& loop, Endpoint server);

    [[nodiscard]] Endpoint endpoint() const { return listener_->bound(); }

    void set_weather(const RelayWeather& weather) { weather_ = weather; }
    /// Ends every connection now; new ones are relayed again.
    void cut() { lines_.clear(); }
    /// Every connection of now is half-open: bytes vanish, and neither end is told.
    void hush();
    /// With its door shut it ends new connections as soon as they come.
    enum class Door { open, shut };
    void set_door(Door door) { door_ = door; }

    [[nodiscard]] std::uint64_t accepted() const noexcept { return accepted_; }

 private:
    using LineId = std::uint64_t;
    enum class End { client, server };
    struct Line;

    /// One end of a line: what it hears, the other end is sent, when the weather lets it.
    struct Side final : StreamHandler {
        Side(Relay& its_relay, LineId its_line, End its_end)
            : relay(its_relay), line(its_line), end(its_end) {}
        void on_open() override {}
        void on_bytes(ByteView bytes) override { relay.carry(line, end, bytes); }
        void on_closed(const Error&) override { relay.pass_on(line, end, std::nullopt, 0); }

        Relay& relay;
        LineId line;
        End end;
        MonoTime free_at;   // when the last piece from here is through
        MonoTime last_due;  // no piece overtakes the one before it, whatever the weather becomes
        std::deque<std::optional<Bytes>> on_the_way;
        std::unique_ptr<Stream> stream;
    };
    struct Line {
        Line(Relay& relay, LineId id)
            : client(relay, id, End::client), server(relay, id, End::server) {}
        Side client, server;
        bool silent = false;
    };

    StreamHandler* on_accept(std::unique_ptr<Stream> stream) override;
    void carry(LineId id, End from, ByteView bytes);
    void pass_on(LineId id, End from, std::optional<Bytes> piece, std::size_t size);
    void arrive(LineId id, End from, const std::optional<Bytes>& piece);
    Line* find(LineId id);

    host::Loop& loop_;
    host::TcpDialer dialer_;
    host::TcpAcceptor acceptor_;
    Endpoint server_;
    RelayWeather weather_;
    Door door_ = Door::open;
    std::unique_ptr<StreamListener> listener_;
    std::map<LineId, std::unique_ptr<Line>> lines_;
    LineId last_line_ = 0;
    std::uint64_t accepted_ = 0;
};

}  // namespace tally::test
