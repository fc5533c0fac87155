#include "sim/kernel/fault_injector.hpp"

#include "firmware/base/check.hpp"

namespace tally::sim {

namespace {

void end_life(const FaultTargets& targets, Node& node, Death death, Duration lasts) {
    if (!node.alive()) {
        return;
    }
    node.kill(death);
    targets.on_down(node);
    targets.kernel.after(lasts, [targets, &node] {
        node.restart();
        targets.on_up(node);
    });
}

void part(const FaultTargets& targets, Node& node, Node& other, Duration lasts) {
    targets.network.partition(node, other);
    targets.kernel.after(
        lasts, [&network = targets.network, &node, &other] { network.heal(node, other); });
}

void hush(const FaultTargets& targets, Node& node, Node& other) {
    targets.streams.make_half_open(node, other);
    if (&other == &targets.broker.node()) {
        targets.broker.make_half_open(node);
    }
    if (&node == &targets.broker.node()) {
        targets.broker.make_half_open(other);
    }
}

void carry_out(const Fault& fault, const FaultTargets& targets) {
    Node* node = targets.kernel.find_node(fault.node);
    Node* other = fault.other.empty() ? node : targets.kernel.find_node(fault.other);
    TALLY_CHECK(node != nullptr && other != nullptr, "a fault names nodes of its world");
    switch (fault.kind) {
        case FaultKind::kill_process:
            return end_life(targets, *node, Death::process, fault.lasts);
        case FaultKind::cut_power:
            return end_life(targets, *node, Death::power, fault.lasts);
        case FaultKind::partition:
            return part(targets, *node, *other, fault.lasts);
        case FaultKind::half_open:
            return hush(targets, *node, *other);
        case FaultKind::reset:
            return targets.streams.reset(*node, *other);
        case FaultKind::step_wall:
            return node->step_wall(fault.step);
    }
}

}  // namespace

void inject(const FaultPlan& plan, const FaultTargets& targets) {
    for (const Fault& fault : plan.faults) {
        targets.kernel.after(MonoTime{fault.at.count()} - targets.kernel.now(),
                             [fault, targets] { carry_out(fault, targets); });
    }
}

}  // namespace tally::sim
