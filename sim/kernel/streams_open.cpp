// How connections begin: listening, dialling, the knock on the other node's port.
#include "sim/kernel/listener.hpp"
#include "sim/kernel/streams.hpp"

namespace tally::sim {

namespace {

constexpr std::uint16_t kFirstFreePort = 49'152;

std::string text_of(const Endpoint& at) {
    return at.host + ":" + std::to_string(at.port);
}

}  // namespace

PipeListener::~PipeListener() {
    if (streams_ != nullptr) {
        streams_->forget_listener(*this);
    }
}

std::unique_ptr<Stream> NodeStreams::dial(const Endpoint& to, StreamHandler& handler) {
    return streams_.dial(node_, to, handler);
}

Result<std::unique_ptr<StreamListener>> NodeStreams::listen(const Endpoint& at,
                                                            AcceptHandler& handler) {
    return streams_.listen(node_, at, handler);
}

NodeStreams& Streams::of(Node& node) {
    auto& found = nodes_[node.name()];
    if (!found) {
        found = std::make_unique<NodeStreams>(*this, node);
    }
    return *found;
}

Node* Streams::resolve(Node& from, const std::string& host) {
    for (const char* self : {"", "127.0.0.1", "localhost", "0.0.0.0", "::1", "::"}) {
        if (host == self) {
            return &from;
        }
    }
    return kernel_.find_node(host);
}

Result<std::unique_ptr<StreamListener>> Streams::listen(Node& at, const Endpoint& endpoint,
                                                        AcceptHandler& handler) {
    if (!at.alive()) {
        return fail(ErrorKind::offline, "node " + at.name() + " is dead; restart it first");
    }
    if (resolve(at, endpoint.host) != &at) {
        return fail(ErrorKind::refused, "cannot listen on " + text_of(endpoint) +
                                            ": not an address of " + at.name() +
                                            "; use one of its own");
    }
    Endpoint bound = endpoint;
    if (bound.port == 0) {
        std::uint16_t& next = next_port_.try_emplace(at.name(), kFirstFreePort).first->second;
        while (listeners_.contains({at.name(), next})) {
            next = next == UINT16_MAX ? kFirstFreePort : static_cast<std::uint16_t>(next + 1);
        }
        bound.port = next;
        next = next == UINT16_MAX ? kFirstFreePort : static_cast<std::uint16_t>(next + 1);
    }
    if (listeners_.contains({at.name(), bound.port})) {
        return fail(ErrorKind::conflict, "cannot listen on " + text_of(bound) +
                                             ": already in use; stop the other listener or "
                                             "choose another port");
    }
    auto listener = std::make_unique<PipeListener>(*this, at, bound, handler);
    listeners_.emplace(std::pair{at.name(), bound.port}, listener.get());
    return std::unique_ptr<StreamListener>(std::move(listener));
}

void Streams::forget_listener(PipeListener& listener) {
    const auto found = listeners_.find({listener.node().name(), listener.bound().port});
    if (found != listeners_.end() && found->second == &listener) {
        listeners_.erase(found);
    }
}

std::unique_ptr<Stream> Streams::dial(Node& from, const Endpoint& to, StreamHandler& handler) {
    const Id id = ++last_id_;
    auto stream = std::make_unique<PipeStream>(*this, id, 0);
    if (!from.alive()) {
        return stream;
    }
    kernel_.trace().record(kernel_.now(), from.name(), "stream.dial",
                           {as_bytes(std::to_string(id)), as_bytes(text_of(to))});
    Connection& connection = connections_[id];
    connection.id = id;
    connection.prng = prng_.fork(std::to_string(id));
    Connection::Side& dialled = connection.sides[0];
    dialled.node = &from;
    dialled.handler = &handler;
    Node* target = resolve(from, to.host);
    if (target == nullptr) {
        connection.sides[1].state = Connection::State::over;
        const Error why{ErrorKind::offline, "no host is named " + to.host + "; check the address"};
        kernel_.after(Duration::zero(), [this, id, why] { broken(id, 0, why); });
        return stream;
    }
    connection.sides[1].node = target;
    dialled.out = network_.open_wire(from, *target);
    connection.sides[1].out = network_.open_wire(*target, from);
    network_.send(dialled.out, [this, id, to] { knock(id, to); });
    const Error timeout{ErrorKind::timeout, "no answer from " + text_of(to) +
                                                "; check that it is powered and on the network"};
    kernel_.after(network_.link(from, *target).connect_timeout, [this, id, timeout] {
        const Connection* pending = find(id);
        if (pending != nullptr && pending->sides[0].state == Connection::State::opening) {
            broken(id, 0, timeout);
        }
    });
    return stream;
}

// The dialler's first segment has come: somebody answers, or the node's system refuses.
void Streams::knock(Id id, const Endpoint& to) {
    Connection* connection = find(id);
    if (connection == nullptr || connection->sides[0].state == Connection::State::over) {
        erase_if_over(id);
        return;
    }
    Connection::Side& accepted = connection->sides[1];
    const auto listener = listeners_.find({accepted.node->name(), to.port});
    const LinkOptions& link = network_.link(*connection->sides[0].node, *accepted.node);
    if (listener == listeners_.end() || connection->prng.chance_ppm(link.refuse_ppm)) {
        accepted.state = Connection::State::over;
        send_reset(*connection, 1,
                   "connection refused by " + text_of(to) +
                       ": nobody listens there; start it or check the port");
        return;
    }
    accepted.state = Connection::State::open;
    auto stream = std::make_unique<PipeStream>(*this, id, 1);
    network_.send(accepted.out, [this, id] { opened(id); });
    StreamHandler* handler = listener->second->handler().on_accept(std::move(stream));
    connection = find(id);
    if (connection == nullptr || connection->sides[1].state != Connection::State::open) {
        return;
    }
    if (handler == nullptr) {
        close(id, 1);
        return;
    }
    connection->sides[1].handler = handler;
}

void Streams::opened(Id id) {
    Connection* connection = find(id);
    if (connection == nullptr) {
        return;
    }
    Connection::Side& dialled = connection->sides[0];
    if (dialled.state == Connection::State::opening) {
        dialled.state = Connection::State::open;
        schedule_pump(id, 0, Duration::zero());
        dialled.handler->on_open();
    }
}

}  // namespace tally::sim
