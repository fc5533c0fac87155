// Carries a plan's faults out against a world, at their times, and takes them back.
#pragma once

#include <functional>

#include "sim/kernel/broker.hpp"
#include "sim/kernel/fault_plan.hpp"
#include "sim/kernel/streams.hpp"

namespace tally::sim {

/// What faults act on. All outlive the run.
struct FaultTargets {
    Kernel& kernel;
    Network& network;
    Streams& streams;
    SimBroker& broker;
    /// The node's life ended just now: destroy its services.
    std::function<void(Node&)> on_down;
    /// The node lives again: build its services.
    std::function<void(Node&)> on_up;
};

/// Plans all faults as events of the kernel. A fault that finds its node dead already does nothing;
/// overlapping partitions of one pair end with the first heal.
void inject(const FaultPlan& plan, const FaultTargets& targets);

}  // namespace tally::sim
