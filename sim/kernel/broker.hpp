// A model of an MQTT 5 broker with the semantics that services can notice: QoS 1, retained
// messages, wills, rights, take-over, queue limits, restarts. Messages, not bytes: the MQTT codec
// is the library's business on a real box.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "firmware/ports/message_bus.hpp"
#include "sim/kernel/broker_options.hpp"
#include "sim/kernel/network.hpp"

namespace tally::sim {

class BusClient;

/// What the broker has done, for checkers and tests.
struct BrokerCounts {
    std::uint64_t accepted = 0;    ///< publishes taken (wills not counted)
    std::uint64_t refused = 0;     ///< publishes denied by rights
    std::uint64_t delivered = 0;   ///< handed to the network toward a client
    std::uint64_t duplicated = 0;  ///< of those, made twice on purpose
    std::uint64_t dropped = 0;     ///< not queued: the client's queue was full
    std::uint64_t wills = 0;       ///< wills published
};

/// Runs on `node`: kill the node to kill the broker, restart it to have it back. Sessions never
/// survive anything (clean start, expiry 0). Single-threaded; outlived by kernel and network;
/// clients that outlive it are dead, not dangling.
class SimBroker final : public NodeWatcher {
 public:
    SimBroker(Kernel& kernel, Network& network, Node& node, BrokerOptions options);
    ~SimBroker() override;
    SimBroker(const SimBroker&) = delete;
    SimBroker& operator=(const SimBroker&) = delete;

    /// Lets `user` in with these rights. Users without rights are refused at connect.
    void set_rights(const std::string& user, BrokerRights rights);

    /// The bus as seen from a process on `at` that logs in as `user`.
    std::unique_ptr<MessageBus> client(Node& at, std::string user);

    /// Verb, toward the scene: the broker behaves so from now on.
    void set_options(BrokerOptions options) { options_ = options; }
    /// Verb, toward the scene: the connections from `at` break now, without a goodbye; both ends
    /// are told soon.
    void break_connections(const Node& at);
    /// Verb, toward the scene: the connections from `at` go silent, and neither end is told.
    void make_half_open(const Node& at);

    [[nodiscard]] const BrokerCounts& counts() const noexcept { return counts_; }
    [[nodiscard]] Node& node() const noexcept { return node_; }
    [[nodiscard]] std::size_t sessions() const noexcept { return sessions_.size(); }
    [[nodiscard]] std::size_t retained() const noexcept { return retained_.size(); }
    /// Messages on their way to the client that has most of them; queued_messages_max bounds them.
    [[nodiscard]] std::size_t queued_most() const;

    void node_went_down(Node& node, Death death) override;
    void node_came_up(Node& /*node*/) override {}

 private:
    friend class BusClient;
    using LinkId = std::uint64_t;

    /// Messages of one topic that wait while other topics overtake them.
    struct Lane {
        std::deque<BusMessage> messages;
        MonoTime until;
    };
    /// What the broker knows of a client that has logged in.
    struct Session {
        BusSession wanted;
        std::string user;
        MonoTime last_heard;
        std::size_t queued = 0;            // given to this client and not arrived there yet
        std::map<std::string, Lane> held;  // by topic
    };
    /// One connection: two wires, the client's object while it cares, the session once accepted.
    struct Link {
        Node* node = nullptr;
        BusClient* client = nullptr;
        Network::WireId up = 0;
        Network::WireId down = 0;
        std::unique_ptr<Session> session;
    };

    // Client side (bus_client.cpp calls these).
    LinkId open_link(BusClient& client, Node& at);
    void leave(LinkId id);  ///< the client's process closes its socket
    void send_up(LinkId id, std::function<void()> packet);

    // Packets that arrive at the broker (broker.cpp).
    void on_connect(LinkId id, const BusSession& wanted, const std::string& user);
    void on_publish(LinkId id, std::uint64_t token, const BusMessage& message);
    void on_ping(LinkId id);
    void on_disconnect(LinkId id);
    void on_closed(LinkId id);

    // Inside the broker (broker_routing.cpp).
    void accept_message(const BusMessage& message);
    void publish_will(const Session& session);
    void route(const BusMessage& message);
    void enqueue(LinkId id, const BusMessage& message);
    void hold_back(LinkId id, Session& session, const BusMessage& message, Duration hold);
    void release_held(LinkId id, const std::string& topic);
    void transmit(LinkId id, const BusMessage& message);
    void send_retained(LinkId id);
    [[nodiscard]] bool may_write(const std::string& user, const std::string& topic) const;
    [[nodiscard]] bool may_read(const std::string& user, const std::string& topic) const;

    enum class Will { published, forgotten };
    void end_session(LinkId id, Will will);
    void hang_up(LinkId id, const Error& why);
    void watch_keepalive(LinkId id, Duration wait);
    void broker_died(const std::vector<LinkId>& ids, Death death);
    void send_down(LinkId id, std::function<void(BusClient&)> packet);
    void erase_if_over(LinkId id);
    Link* find(LinkId id);

    Kernel& kernel_;
    Network& network_;
    Node& node_;
    BrokerOptions options_;
    Prng prng_;
    BrokerCounts counts_;
    std::map<std::string, BrokerRights> rights_;
    std::map<std::string, BusMessage> retained_;
    std::map<LinkId, Link> links_;
    std::map<std::string, LinkId> sessions_;  // by client id; the order of delivery
    std::unordered_set<BusClient*> clients_;  // told when this ends; order never shows
    LinkId last_link_ = 0;
};

}  // namespace tally::sim
