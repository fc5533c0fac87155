#include "tests/support/relay.hpp"

#include <algorithm>

#include "firmware/base/check.hpp"

namespace tally::test {

Relay::Relay(host::Loop& loop, Endpoint server)
    : loop_(loop), dialer_(loop), acceptor_(loop), server_(std::move(server)) {
    auto listening = acceptor_.listen({"127.0.0.1", 0}, *this);
    TALLY_CHECK(listening.has_value(), "a free loopback port");
    listener_ = std::move(*listening);
}

void Relay::hush() {
    for (auto& [id, line] : lines_) {
        line->silent = true;
    }
}

Relay::Line* Relay::find(LineId id) {
    const auto found = lines_.find(id);
    return found == lines_.end() ? nullptr : found->second.get();
}

StreamHandler* Relay::on_accept(std::unique_ptr<Stream> stream) {
    ++accepted_;
    if (door_ == Door::shut) {
        return nullptr;
    }
    const LineId id = ++last_line_;
    auto line = std::make_unique<Line>(*this, id);
    line->client.stream = std::move(stream);
    line->server.stream = dialer_.dial(server_, line->server);
    StreamHandler* client = &line->client;
    lines_[id] = std::move(line);
    return client;
}

void Relay::carry(LineId id, End from, ByteView bytes) {
    const std::size_t most =
        weather_.piece_bytes_max == 0 ? bytes.size() : weather_.piece_bytes_max;
    for (std::size_t at = 0; at < bytes.size() && find(id) != nullptr; at += most) {
        const ByteView piece = bytes.subspan(at, std::min(most, bytes.size() - at));
        pass_on(id, from, Bytes(piece.begin(), piece.end()), piece.size());
    }
}

// Without a piece it is the end of the stream. Everything from one side goes through in order.
void Relay::pass_on(LineId id, End from, std::optional<Bytes> piece, std::size_t size) {
    Line* line = find(id);
    if (line == nullptr || line->silent) {
        return;
    }
    Side& side = from == End::client ? line->client : line->server;
    Duration takes{0};
    if (weather_.bytes_per_s > 0) {
        takes = std::chrono::nanoseconds(1'000'000'000 * size / weather_.bytes_per_s);
    }
    const MonoTime now = loop_.mono_now();
    side.free_at = std::max(side.free_at, now) + takes;
    const MonoTime unhindered = std::max(side.free_at, now + weather_.delay);
    side.free_at = std::max(side.free_at, unhindered - weather_.delay);
    const MonoTime due = std::max(unhindered, side.last_due);
    side.last_due = due;
    if (due <= now && side.on_the_way.empty()) {
        arrive(id, from, piece);
        return;
    }
    side.on_the_way.push_back(std::move(piece));
    loop_.after(std::max(due - now, Duration(0)), [this, id, from] {
        if (Line* then = find(id)) {
            auto& queue = (from == End::client ? then->client : then->server).on_the_way;
            const std::optional<Bytes> first = std::move(queue.front());
            queue.pop_front();
            arrive(id, from, first);
        }
    });
}

void Relay::arrive(LineId id, End from, const std::optional<Bytes>& piece) {
    Line* line = find(id);
    if (line == nullptr || line->silent) {
        return;
    }
    Side& to = from == End::client ? line->server : line->client;
    if (!piece) {
        to.stream->close();
    } else if (!to.stream->send(*piece)) {
        lines_.erase(id);  // the other end does not read: better broken than with a hole
    }
}

}  // namespace tally::test
