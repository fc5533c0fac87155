#include "tests/scenario/small_world.hpp"

#include <map>
#include <memory>

#include "sim/kernel/fault_injector.hpp"
#include "tests/scenario/counter_programs.hpp"

namespace tally::scenario {

namespace {

constexpr std::uint64_t kNumbersMade = 120;
const char* const kEdges[] = {"edge-a", "edge-b"};

class SmallWorld {
 public:
    SmallWorld(std::uint64_t seed, std::size_t trace_entries_kept)
        : kernel_({.seed = seed, .trace_entries_kept = trace_entries_kept}),
          plan_(sim::draw_faults(kernel_.prng("faults"), {.nodes = {"center", "edge-a", "edge-b"},
                                                          .broker = "broker",
                                                          .until = kFaultsUntil})),
          broker_node_(kernel_.add_node({.name = "broker"})),
          network_(kernel_, plan_.link),
          streams_(kernel_, network_),
          broker_(kernel_, network_, broker_node_, plan_.broker) {
        broker_.set_rights("center", {{"count/+/ack"}, {"count/#"}});
        for (const auto& [name, ppm] : plan_.drift_ppm) {
            kernel_.add_node({.name = name, .drift_ppm = ppm});
        }
        for (const char* edge : kEdges) {
            const std::string own = std::string("count/") + edge;
            broker_.set_rights(edge, {{own + "/number", own + "/death"}, {own + "/ack"}});
            edge_disks_[edge];
        }
        for (const auto& [name, ppm] : plan_.drift_ppm) {
            start(*kernel_.find_node(name));
        }
        sim::inject(plan_, {.kernel = kernel_,
                            .network = network_,
                            .streams = streams_,
                            .broker = broker_,
                            .on_down = [this](sim::Node& node) { stop(node); },
                            .on_up = [this](sim::Node& node) { start(node); }});
    }

    SmallWorldRun run() {
        kernel_.run_for(kFaultsUntil);
        make_well();
        SmallWorldRun result;
        result.converged = kernel_.run_until([this] { return converged(); },
                                             MonoTime{Duration(kConvergedBy).count()});
        result.options = describe(plan_);
        result.trace_hash = kernel_.trace_hash();
        result.trace_entries = kernel_.trace().entries();
        result.events = kernel_.events_run();
        result.ended = kernel_.now();
        for (const auto& [name, ppm] : plan_.drift_ppm) {
            result.errors += kernel_.find_node(name)->reported(Severity::error);
        }
        result.last = kernel_.trace().last();
        return result;
    }

 private:
    Ports ports_of(sim::Node& node) {
        sim::NodeStreams& streams = streams_.of(node);
        return {node, node, node, node, streams, streams};
    }

    void start(sim::Node& node) {
        if (&node == &broker_node_) {
            return;
        }
        if (node.name() == "center") {
            center_ = std::make_unique<CounterCenter>(ports_of(node),
                                                      broker_.client(node, "center"), center_disk_);
            return;
        }
        edges_[node.name()] = std::make_unique<CounterEdge>(
            node.name(), ports_of(node), broker_.client(node, node.name()),
            edge_disks_.at(node.name()), kNumbersMade);
    }

    void stop(sim::Node& node) {
        if (node.name() == "center") {
            center_.reset();
        } else {
            edges_.erase(node.name());
        }
    }

    // The liveness phase: from here on nothing new goes wrong.
    void make_well() {
        sim::LinkOptions healthy;
        for (const char* a : {"broker", "center", "edge-a", "edge-b"}) {
            for (const char* b : {"broker", "center", "edge-a", "edge-b"}) {
                network_.set_link(*kernel_.find_node(a), *kernel_.find_node(b), healthy);
            }
        }
        network_.heal_all();
        broker_.set_options({.retained_on_restart = plan_.broker.retained_on_restart});
    }

    bool converged() {
        for (const auto& [name, disk] : edge_disks_) {
            if (disk.made != kNumbersMade || disk.bus_taken != kNumbersMade ||
                disk.lines_taken != kNumbersMade || center_disk_.by_bus[name] != kNumbersMade ||
                center_disk_.by_lines[name] != kNumbersMade) {
                return false;
            }
        }
        return true;
    }

    sim::Kernel kernel_;
    sim::FaultPlan plan_;
    sim::Node& broker_node_;
    sim::Network network_;
    sim::Streams streams_;
    sim::SimBroker broker_;
    std::map<std::string, EdgeDisk> edge_disks_;
    CenterDisk center_disk_;
    std::map<std::string, std::unique_ptr<CounterEdge>> edges_;
    std::unique_ptr<CounterCenter> center_;
};

}  // namespace

SmallWorldRun run_small_world(std::uint64_t seed, std::size_t trace_entries_kept) {
    SmallWorld world(seed, trace_entries_kept);
    return world.run();
}

}  // namespace tally::scenario
