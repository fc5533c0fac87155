// Who can reach whom, and how long it takes. A wire is one direction of one connection: what is
// sent on it arrives once and in order, later if segments are lost, after the partition if there
// is one, never if it has gone silent. Streams and bus connections are built of two wires each.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "firmware/base/prng.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/kernel/link_options.hpp"

namespace tally::sim {

/// Single-threaded. Outlives what sends on it; the kernel outlives it.
class Network final : public NodeWatcher {
 public:
    using WireId = std::uint64_t;

    Network(Kernel& kernel, LinkOptions everywhere);
    ~Network() override;
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    // Verbs, toward the scene.
    /// Gives one pair of nodes a link of its own; applies to what is sent from now on.
    void set_link(const Node& a, const Node& b, LinkOptions options);
    /// Likewise for every pair that has no link of its own.
    void set_everywhere(LinkOptions options) { everywhere_ = options; }
    /// Nothing passes between the two until heal(); no end hears of it.
    void partition(const Node& a, const Node& b);
    void heal(const Node& a, const Node& b);
    void heal_all();

    [[nodiscard]] const LinkOptions& link(const Node& a, const Node& b) const;
    /// Both have power and no partition stands between them.
    [[nodiscard]] bool reachable(const Node& a, const Node& b) const;

    // For the protocols built on it.
    WireId open_wire(Node& from, Node& to);
    /// `on_arrival` runs as an event of its own once the item is at the other end.
    void send(WireId wire, std::function<void()> on_arrival);
    /// From now on nothing arrives and nobody is told (half-open).
    void silence(WireId wire);
    /// Forgets the wire and what is on it.
    void cut(WireId wire);
    [[nodiscard]] std::size_t in_flight(WireId wire) const;
    [[nodiscard]] Kernel& kernel() noexcept { return kernel_; }

    void node_went_down(Node& node, Death death) override;
    void node_came_up(Node& node) override;

 private:
    using Pair = std::pair<std::string, std::string>;
    struct Wire {
        Node* from;
        Node* to;
        Prng prng;
        std::deque<std::function<void()>> items;
        MonoTime last_arrival;
        std::size_t stalled = 0;  // items that came to a closed way and wait for heal()
        bool silent = false;
    };
    static Pair pair_of(const Node& a, const Node& b);
    void arrive(WireId id);
    void schedule_arrival(WireId id, Wire& wire);
    void resume_stalled();

    Kernel& kernel_;
    Prng prng_;
    LinkOptions everywhere_;
    std::map<Pair, LinkOptions> links_;
    std::set<Pair> partitions_;
    std::map<WireId, Wire> wires_;
    WireId last_wire_ = 0;
};

}  // namespace tally::sim
