// How connections break: resets, silence, the death of a node.
#include "sim/kernel/listener.hpp"
#include "sim/kernel/streams.hpp"

namespace tally::sim {

namespace {

using State = Connection::State;

bool between(const Connection& connection, const Node& a, const Node& b) {
    const Node* dialled = connection.sides[0].node;
    const Node* accepted = connection.sides[1].node;
    return (dialled == &a && accepted == &b) || (dialled == &b && accepted == &a);
}

}  // namespace

void Streams::send_reset(Connection& connection, std::size_t side, std::string text) {
    network_.send(connection.sides[side].out, [this, id = connection.id, side,
                                               why = Error{ErrorKind::offline, std::move(text)}] {
        broken(id, 1 - side, why);
    });
}

// The end of a side that its owner did not ask for: told at once, unread bytes are gone.
void Streams::broken(Id id, std::size_t side, const Error& why) {
    Connection* connection = find(id);
    if (connection == nullptr) {
        return;
    }
    const State state = connection->sides[side].state;
    if (state == State::open || state == State::opening) {
        finish(*connection, side, why);
        return;
    }
    release(*connection, side);
    erase_if_over(id);
}

void Streams::finish(Connection& connection, std::size_t side, const Error& why) {
    const Id id = connection.id;
    StreamHandler* handler = connection.sides[side].handler;
    kernel_.trace().record(kernel_.now(), connection.sides[side].node->name(), "stream.closed",
                           {as_bytes(std::to_string(id)), as_bytes(why.text)});
    release(connection, side);
    erase_if_over(id);
    if (handler != nullptr) {
        handler->on_closed(why);
    }
}

void Streams::release(Connection& connection, std::size_t side) {
    Connection::Side& ended = connection.sides[side];
    ended.state = State::over;
    ended.handler = nullptr;
    ended.outbox.clear();
    ended.outbox_sent = 0;
    ended.inbox.clear();
    ended.end.reset();
}

void Streams::erase_if_over(Id id) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) {
        return;
    }
    for (const Connection::Side& side : found->second.sides) {
        if (side.state == State::opening && side.node != nullptr &&
            found->second.sides[0].state == State::over) {
            continue;  // never accepted, and nobody knocks any more
        }
        if (side.state != State::over || network_.in_flight(side.out) > 0) {
            return;
        }
    }
    network_.cut(found->second.sides[0].out);
    network_.cut(found->second.sides[1].out);
    connections_.erase(found);
}

// Breaks a connection in the middle: what is on its way is lost, both ends hear of it soon.
void Streams::tear(Connection& connection) {
    hush(connection);
    const Duration soon =
        network_.link(*connection.sides[0].node, *connection.sides[1].node).latency_min;
    const Error why{ErrorKind::offline, "connection reset on the way; dial again"};
    for (const std::size_t side : {0U, 1U}) {
        kernel_.after(soon, [this, id = connection.id, side, why] { broken(id, side, why); });
    }
}

void Streams::hush(Connection& connection) {
    network_.silence(connection.sides[0].out);
    network_.silence(connection.sides[1].out);
}

void Streams::make_half_open(const Node& a, const Node& b) {
    kernel_.trace().record(kernel_.now(), a.name(), "net.half_open", {as_bytes(b.name())});
    for (auto& [id, connection] : connections_) {
        if (between(connection, a, b)) {
            hush(connection);
        }
    }
}

void Streams::reset(const Node& a, const Node& b) {
    kernel_.trace().record(kernel_.now(), a.name(), "net.reset", {as_bytes(b.name())});
    for (auto& [id, connection] : connections_) {
        if (between(connection, a, b)) {
            tear(connection);
        }
    }
}

// A dead process is closed by its operating system: in order, or with a reset if bytes had come
// that nobody will read. A box without power says nothing, and answers with a reset once it is back
// and somebody still sends to it.
void Streams::orphan(Connection& connection, std::size_t side, Death death) {
    Connection::Side& mine = connection.sides[side];
    const bool unread = !mine.inbox.empty();
    release(connection, side);
    mine.lost = true;
    const std::string text = "the process on " + mine.node->name() + " ended";
    if (death == Death::process && unread) {
        send_reset(connection, side, "connection reset: " + text);
    } else if (death == Death::process) {
        network_.send(mine.out,
                      [this, id = connection.id, side, why = Error{ErrorKind::offline, text}] {
                          arrive_end(id, 1 - side, why);
                      });
    }
}

void Streams::node_went_down(Node& node, Death death) {
    for (auto& [id, connection] : connections_) {
        for (const std::size_t side : {0U, 1U}) {
            Connection::Side& mine = connection.sides[side];
            const bool still_knocking = side == 1 && mine.state == State::opening;
            if (mine.node == &node && mine.state != State::over && !still_knocking) {
                orphan(connection, side, death);
            }
        }
    }
    for (auto it = listeners_.begin(); it != listeners_.end();) {
        if (&it->second->node() == &node) {
            it->second->detach();
            it = listeners_.erase(it);
        } else {
            ++it;
        }
    }
}

}  // namespace tally::sim
