#include "sim/kernel/network.hpp"

#include <algorithm>

namespace tally::sim {

namespace {

constexpr int kRetransmissionsMax = 6;

// One way through the link, with what lost segments add to it.
Duration draw_travel(Prng& prng, const LinkOptions& link) {
    Duration travel{prng.between(link.latency_min.count(), link.latency_max.count())};
    Duration wait = link.retransmit_after;
    for (int i = 0; i < kRetransmissionsMax && prng.chance_ppm(link.loss_ppm); ++i) {
        travel += wait;
        wait *= 2;
    }
    return travel;
}

}  // namespace

Network::Network(Kernel& kernel, LinkOptions everywhere)
    : kernel_(kernel), prng_(kernel.prng("network")), everywhere_(everywhere) {
    kernel_.watch(*this);
}

Network::~Network() {
    kernel_.unwatch(*this);
}

Network::Pair Network::pair_of(const Node& a, const Node& b) {
    return a.name() < b.name() ? Pair{a.name(), b.name()} : Pair{b.name(), a.name()};
}

void Network::set_link(const Node& a, const Node& b, LinkOptions options) {
    links_.insert_or_assign(pair_of(a, b), options);
}

void Network::partition(const Node& a, const Node& b) {
    partitions_.insert(pair_of(a, b));
    kernel_.trace().record(kernel_.now(), a.name(), "net.partition", {as_bytes(b.name())});
}

void Network::heal(const Node& a, const Node& b) {
    if (partitions_.erase(pair_of(a, b)) > 0) {
        kernel_.trace().record(kernel_.now(), a.name(), "net.heal", {as_bytes(b.name())});
        resume_stalled();
    }
}

void Network::heal_all() {
    partitions_.clear();
    kernel_.trace().record(kernel_.now(), "", "net.heal_all", {});
    resume_stalled();
}

const LinkOptions& Network::link(const Node& a, const Node& b) const {
    if (links_.empty()) {
        return everywhere_;
    }
    const auto found = links_.find(pair_of(a, b));
    return found == links_.end() ? everywhere_ : found->second;
}

bool Network::reachable(const Node& a, const Node& b) const {
    return a.powered() && b.powered() &&
           (partitions_.empty() || !partitions_.contains(pair_of(a, b)));
}

Network::WireId Network::open_wire(Node& from, Node& to) {
    const WireId id = ++last_wire_;
    wires_.emplace(id,
                   Wire{&from, &to, prng_.fork(std::to_string(id)), {}, kernel_.now(), 0, false});
    return id;
}

void Network::send(WireId id, std::function<void()> on_arrival) {
    const auto found = wires_.find(id);
    if (found == wires_.end() || found->second.silent || !found->second.from->powered()) {
        return;
    }
    found->second.items.push_back(std::move(on_arrival));
    schedule_arrival(id, found->second);
}

// Each item has one arrival event, but the events do not name items: whichever comes first takes
// the item in front. Order on a wire can therefore never break, whatever the draws are.
void Network::schedule_arrival(WireId id, Wire& wire) {
    const Duration travel = draw_travel(wire.prng, link(*wire.from, *wire.to));
    wire.last_arrival = std::max(wire.last_arrival, kernel_.now() + travel);
    kernel_.after(wire.last_arrival - kernel_.now(), [this, id] { arrive(id); });
}

void Network::arrive(WireId id) {
    const auto found = wires_.find(id);
    if (found == wires_.end() || found->second.items.size() <= found->second.stalled) {
        return;
    }
    Wire& wire = found->second;
    if (!reachable(*wire.from, *wire.to)) {
        ++wire.stalled;
        return;
    }
    const std::function<void()> on_arrival = std::move(wire.items.front());
    wire.items.pop_front();
    on_arrival();
}

void Network::resume_stalled() {
    for (auto& [id, wire] : wires_) {
        if (!reachable(*wire.from, *wire.to)) {
            continue;
        }
        for (; wire.stalled > 0; --wire.stalled) {
            schedule_arrival(id, wire);
        }
    }
}

void Network::silence(WireId id) {
    const auto found = wires_.find(id);
    if (found != wires_.end()) {
        found->second.silent = true;
        found->second.items.clear();
        found->second.stalled = 0;
    }
}

void Network::cut(WireId id) {
    wires_.erase(id);
}

std::size_t Network::in_flight(WireId id) const {
    const auto found = wires_.find(id);
    return found == wires_.end() ? 0 : found->second.items.size();
}

// Without power, what the node's operating system still had to send is gone. What others sent to
// it waits with them, as it does in a partition.
void Network::node_went_down(Node& node, Death death) {
    if (death == Death::process) {
        return;
    }
    for (auto& [id, wire] : wires_) {
        if (wire.from == &node) {
            wire.items.clear();
            wire.stalled = 0;
        }
    }
}

void Network::node_came_up(Node& /*node*/) {
    resume_stalled();
}

}  // namespace tally::sim
