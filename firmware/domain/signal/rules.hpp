// What the signal of a gate shows and does, out of how the gate does. Pure.
#pragma once

#include "firmware/domain/ledger/anomaly.hpp"
#include "firmware/domain/signal/signal.hpp"

namespace tally {

/// How a gate does. The worst of it decides.
struct GateCondition {
    bool cannot_tell = true;  ///< not proven to see: no reader, blind, or nothing can be written
    bool alarm = false;       ///< an open anomaly that stops goods (is_alarm)
    bool attention = false;   ///< another open anomaly at this gate

    bool operator==(const GateCondition&) const = default;
};

/// Not seeing comes first: a lamp that says red for what was seen says nothing of what was not.
Light light_of(const GateCondition& condition) noexcept;

/// Kinds of anomaly for which goods are held at the gate: a tag of ours that nobody commissioned,
/// one that was retired, a unit that is booked elsewhere too, goods that nobody announced.
bool is_alarm(AnomalyKind kind) noexcept;

/// What a barrier does in each case. There are no defaults: they are a matter of safety.
struct BarrierPolicy {
    BarrierOrder rest = BarrierOrder::open;  ///< the gate is well
    BarrierOrder alarm = BarrierOrder::closed;
    BarrierOrder blind = BarrierOrder::open;  ///< it cannot tell

    bool operator==(const BarrierPolicy&) const = default;
};

BarrierOrder order_of(const BarrierPolicy& policy, const GateCondition& condition) noexcept;

}  // namespace tally
