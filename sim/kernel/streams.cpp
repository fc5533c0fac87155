// How connections move bytes, and how they end.
#include "sim/kernel/streams.hpp"

#include <algorithm>

#include "sim/kernel/listener.hpp"

namespace tally::sim {

namespace {

using State = Connection::State;

// Bytes that are on the wire leave the front of the outbox, but not by moving the rest each time.
void drop_sent(Connection::Side& side) {
    constexpr std::size_t kWorthMoving = 65'536;
    if (side.outbox_sent == side.outbox.size()) {
        side.outbox.clear();
        side.outbox_sent = 0;
    } else if (side.outbox_sent >= kWorthMoving && side.outbox_sent * 2 >= side.outbox.size()) {
        side.outbox.erase(side.outbox.begin(),
                          side.outbox.begin() + static_cast<std::ptrdiff_t>(side.outbox_sent));
        side.outbox_sent = 0;
    }
}

std::string name_of(Connection::Id id, std::size_t side) {
    return std::to_string(id) + (side == 0 ? "d" : "a");
}

}  // namespace

PipeStream::PipeStream(Streams& streams, std::uint64_t connection, std::size_t side)
    : streams_(&streams), connection_(connection), side_(side) {
    streams_->handles_.insert(this);
}

PipeStream::~PipeStream() {
    if (streams_ != nullptr) {
        streams_->handles_.erase(this);
        streams_->close(connection_, side_);
    }
}

Result<void> PipeStream::send(ByteView bytes) {
    if (streams_ == nullptr) {
        return fail(ErrorKind::offline, "the simulated network has ended");
    }
    return streams_->send(connection_, side_, bytes);
}

void PipeStream::set_reading(Reading reading) {
    if (streams_ != nullptr) {
        streams_->set_reading(connection_, side_, reading);
    }
}

void PipeStream::close() {
    if (streams_ != nullptr) {
        streams_->close(connection_, side_);
    }
}

Streams::Streams(Kernel& kernel, Network& network)
    : kernel_(kernel), network_(network), prng_(kernel.prng("streams")) {
    kernel_.watch(*this);
}

Streams::~Streams() {
    kernel_.unwatch(*this);
    for (PipeStream* handle : handles_) {
        handle->detach();
    }
    for (const auto& [place, listener] : listeners_) {
        listener->detach();
    }
}

Connection* Streams::find(Id id) {
    const auto found = connections_.find(id);
    return found == connections_.end() ? nullptr : &found->second;
}

Result<void> Streams::send(Id id, std::size_t side, ByteView bytes) {
    Connection* connection = find(id);
    if (connection == nullptr || connection->sides[side].state == State::over ||
        connection->sides[side].state == State::draining) {
        return fail(ErrorKind::offline, "the stream is closed; dial again");
    }
    Connection::Side& from = connection->sides[side];
    if (bytes.size() > kSendBytesMax - from.waiting()) {
        return fail(ErrorKind::exhausted,
                    std::to_string(from.waiting()) +
                        " bytes wait to be sent already; the other end reads too slowly");
    }
    kernel_.trace().record(kernel_.now(), from.node->name(), "stream.send",
                           {as_bytes(name_of(id, side)), bytes});
    from.outbox.insert(from.outbox.end(), bytes.begin(), bytes.end());
    schedule_pump(id, side, Duration::zero());
    return {};
}

void Streams::schedule_pump(Id id, std::size_t side, Duration delay) {
    Connection* connection = find(id);
    if (connection != nullptr && !connection->sides[side].pump_due) {
        connection->sides[side].pump_due = true;
        kernel_.after(delay, [this, id, side] { pump(id, side); });
    }
}

void Streams::pump(Id id, std::size_t side) {
    Connection* connection = find(id);
    if (connection == nullptr) {
        return;
    }
    Connection::Side& from = connection->sides[side];
    from.pump_due = false;
    if (from.state == State::opening || from.state == State::over) {
        return;
    }
    transmit(*connection, side);
    drop_sent(from);
    if (from.on_wire > 0 && !from.watched) {
        watch_progress(id, side);
    }
    if (from.state == State::draining && from.waiting() == 0) {
        const Error why{ErrorKind::offline, from.node->name() + " closed the stream"};
        network_.send(from.out, [this, id, side, why] { arrive_end(id, 1 - side, why); });
        from.state = State::over;
        erase_if_over(id);
    }
}

// Puts as much on the wire as the other end has room for, segment by segment.
void Streams::transmit(Connection& connection, std::size_t side) {
    Connection::Side& from = connection.sides[side];
    const Connection::Side& to = connection.sides[1 - side];
    const LinkOptions& link = network_.link(*from.node, *to.node);
    while (from.waiting() > 0 && from.on_wire + to.inbox.size() < link.window_bytes) {
        const std::size_t room = link.window_bytes - from.on_wire - to.inbox.size();
        std::size_t size = std::min({from.waiting(), room, link.segment_bytes_max});
        if (size > 1 && connection.prng.chance_ppm(link.split_ppm)) {
            size = 1 + connection.prng.below(size - 1);
        }
        if (connection.prng.chance_ppm(link.reset_ppm)) {
            tear(connection);
            return;
        }
        if (connection.prng.chance_ppm(link.silence_ppm)) {
            hush(connection);
        }
        const auto first = from.outbox.begin() + static_cast<std::ptrdiff_t>(from.outbox_sent);
        Bytes segment(first, first + static_cast<std::ptrdiff_t>(size));
        from.outbox_sent += size;
        from.on_wire += size;
        network_.send(from.out, [this, id = connection.id, side, bytes = std::move(segment)] {
            arrive(id, 1 - side, bytes);
        });
    }
}

// TCP gives up when nothing that is on its way has been acknowledged for long.
void Streams::watch_progress(Id id, std::size_t side) {
    Connection* connection = find(id);
    if (connection == nullptr) {
        return;
    }
    Connection::Side& from = connection->sides[side];
    from.watched = true;
    const Duration give_up = network_.link(*from.node, *connection->sides[1 - side].node).give_up;
    kernel_.after(give_up, [this, id, side, before = from.arrivals] {
        Connection* watched = find(id);
        if (watched == nullptr) {
            return;
        }
        Connection::Side& sender = watched->sides[side];
        sender.watched = false;
        if (sender.on_wire == 0 || sender.state == State::over) {
            return;
        }
        if (sender.arrivals != before) {
            watch_progress(id, side);
            return;
        }
        broken(id, side,
               {ErrorKind::timeout, "nothing was acknowledged for long; check the network"});
    });
}

void Streams::arrive(Id id, std::size_t side, const Bytes& segment) {
    Connection* connection = find(id);
    if (connection == nullptr) {
        return;
    }
    Connection::Side& from = connection->sides[1 - side];
    Connection::Side& to = connection->sides[side];
    from.on_wire -= segment.size();
    ++from.arrivals;
    if (to.state == State::open) {
        const LinkOptions& link = network_.link(*from.node, *to.node);
        to.inbox.insert(to.inbox.end(), segment.begin(), segment.end());
        Duration wait{0};
        if (connection->prng.chance_ppm(link.merge_ppm)) {
            wait = Duration(connection->prng.between(0, link.merge_wait_max.count()));
        }
        schedule_delivery(id, side, wait);
        return;
    }
    if (to.lost) {
        send_reset(*connection, side, "connection reset by " + to.node->name());
    }
    schedule_pump(id, 1 - side, Duration::zero());
    erase_if_over(id);
}

void Streams::arrive_end(Id id, std::size_t side, const Error& why) {
    Connection* connection = find(id);
    if (connection == nullptr) {
        return;
    }
    if (connection->sides[side].state == State::open) {
        connection->sides[side].end = why;
        schedule_delivery(id, side, Duration::zero());
    }
    erase_if_over(id);
}

void Streams::schedule_delivery(Id id, std::size_t side, Duration delay) {
    Connection* connection = find(id);
    if (connection != nullptr && !connection->sides[side].delivery_due) {
        connection->sides[side].delivery_due = true;
        kernel_.after(delay, [this, id, side] { deliver(id, side); });
    }
}

void Streams::deliver(Id id, std::size_t side) {
    Connection* connection = find(id);
    if (connection == nullptr) {
        return;
    }
    Connection::Side& to = connection->sides[side];
    to.delivery_due = false;
    if (to.state != State::open || to.paused) {
        return;
    }
    if (!to.inbox.empty()) {
        const Bytes bytes = std::move(to.inbox);
        to.inbox.clear();
        kernel_.trace().record(kernel_.now(), to.node->name(), "stream.deliver",
                               {as_bytes(name_of(id, side)), as_bytes(std::to_string(to.delivered)),
                                as_bytes(std::to_string(bytes.size()))});
        to.delivered += bytes.size();
        const Duration ack =
            network_.link(*connection->sides[0].node, *connection->sides[1].node).latency_min;
        schedule_pump(id, 1 - side, ack);
        to.handler->on_bytes(bytes);
        connection = find(id);
    }
    if (connection != nullptr && connection->sides[side].state == State::open &&
        !connection->sides[side].paused && connection->sides[side].end) {
        const Error why = *connection->sides[side].end;
        finish(*connection, side, why);
    }
}

void Streams::set_reading(Id id, std::size_t side, Stream::Reading reading) {
    Connection* connection = find(id);
    if (connection == nullptr) {
        return;
    }
    connection->sides[side].paused = reading == Stream::Reading::paused;
    if (reading == Stream::Reading::running) {
        schedule_delivery(id, side, Duration::zero());
    }
}

void Streams::close(Id id, std::size_t side) {
    Connection* connection = find(id);
    if (connection == nullptr || connection->sides[side].state == State::over) {
        return;
    }
    Connection::Side& closing = connection->sides[side];
    closing.handler = nullptr;
    closing.inbox.clear();
    if (closing.state == State::opening) {
        release(*connection, side);
        erase_if_over(id);
    } else {
        closing.state = State::draining;
        schedule_pump(id, side, Duration::zero());
        schedule_pump(id, 1 - side, Duration::zero());
    }
}

}  // namespace tally::sim
