// In-memory byte streams between nodes, exactly as firmware/ports/stream.hpp promises them, and as
// unkind as TCP may be: any segmentation, back-pressure, resets, refusals, silence.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

#include "firmware/ports/stream.hpp"
#include "sim/kernel/connection.hpp"
#include "sim/kernel/network.hpp"

namespace tally::sim {

class Streams;
class PipeListener;

/// The stream ports of one node. Hosts are node names; "127.0.0.1", "::1", "localhost", "0.0.0.0",
/// "::" and "" mean the node itself.
class NodeStreams final : public StreamDialer, public StreamAcceptor {
 public:
    NodeStreams(Streams& streams, Node& node) : streams_(streams), node_(node) {}
    std::unique_ptr<Stream> dial(const Endpoint& to, StreamHandler& handler) override;
    Result<std::unique_ptr<StreamListener>> listen(const Endpoint& at,
                                                   AcceptHandler& handler) override;

 private:
    Streams& streams_;
    Node& node_;
};

/// All connections of a world. Single-threaded. The network outlives it; streams and listeners that
/// outlive it are dead, not dangling.
class Streams final : public NodeWatcher {
 public:
    /// Bytes that may wait to be sent on one stream (ports/stream.hpp).
    static constexpr std::size_t kSendBytesMax = std::size_t{4} << 20;

    Streams(Kernel& kernel, Network& network);
    ~Streams() override;
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;

    /// The ports of a node; made at the first call, lives as long as this.
    NodeStreams& of(Node& node);

    // Verbs, toward the scene; each takes every connection that stands between the two now.
    void make_half_open(const Node& a, const Node& b);
    void reset(const Node& a, const Node& b);

    /// Connections of which at least one end is still in use.
    [[nodiscard]] std::size_t connections() const noexcept { return connections_.size(); }

    void node_went_down(Node& node, Death death) override;
    void node_came_up(Node& /*node*/) override {}

 private:
    friend class NodeStreams;
    friend class PipeStream;
    friend class PipeListener;
    using Id = Connection::Id;

    // Opening (streams_open.cpp).
    std::unique_ptr<Stream> dial(Node& from, const Endpoint& to, StreamHandler& handler);
    Result<std::unique_ptr<StreamListener>> listen(Node& at, const Endpoint& endpoint,
                                                   AcceptHandler& handler);
    Node* resolve(Node& from, const std::string& host);
    void knock(Id id, const Endpoint& to);
    void opened(Id id);
    void forget_listener(PipeListener& listener);

    // Moving bytes (streams.cpp).
    Result<void> send(Id id, std::size_t side, ByteView bytes);
    void set_reading(Id id, std::size_t side, Stream::Reading reading);
    void close(Id id, std::size_t side);
    void schedule_pump(Id id, std::size_t side, Duration delay);
    void pump(Id id, std::size_t side);
    void transmit(Connection& connection, std::size_t side);
    void watch_progress(Id id, std::size_t side);
    void arrive(Id id, std::size_t side, const Bytes& segment);
    void arrive_end(Id id, std::size_t side, const Error& why);
    void schedule_delivery(Id id, std::size_t side, Duration delay);
    void deliver(Id id, std::size_t side);

    // Ending (streams_end.cpp).
    void tear(Connection& connection);
    void hush(Connection& connection);
    void orphan(Connection& connection, std::size_t side, Death death);
    void send_reset(Connection& connection, std::size_t side, std::string text);
    void broken(Id id, std::size_t side, const Error& why);
    void finish(Connection& connection, std::size_t side, const Error& why);
    void release(Connection& connection, std::size_t side);
    void erase_if_over(Id id);
    Connection* find(Id id);

    Kernel& kernel_;
    Network& network_;
    Prng prng_;
    std::map<std::string, std::unique_ptr<NodeStreams>> nodes_;
    std::map<Id, Connection> connections_;
    std::map<std::pair<std::string, std::uint16_t>, PipeListener*> listeners_;
    std::map<std::string, std::uint16_t> next_port_;
    std::unordered_set<PipeStream*> handles_;  // told when this ends; order never shows
    Id last_id_ = 0;
};

}  // namespace tally::sim
