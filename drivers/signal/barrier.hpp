// Where a barrier is, out of its limit switches, its coil and what it was told. Pure.
#pragma once

#include <optional>
#include <string>

#include "firmware/domain/signal/signal.hpp"

namespace tally::signal {

/// What one look at the device said. Nothing: there is no such switch, or it was not read.
struct BarrierSigns {
    std::optional<bool> coil;
    std::optional<bool> open_input;
    std::optional<bool> closed_input;
};

/// What it was told last, and how long ago; nothing: never.
struct BarrierTold {
    std::optional<BarrierOrder> order;
    Duration since{};
};

struct BarrierVerdict {
    BarrierPosition position = BarrierPosition::unknown;
    std::string trouble;  ///< why it is not what it was told to be; empty: it is, or is on its way
};

/// The switches decide where there are some: one switch of two positions says "there" or "not
/// there", and "not there" is the other end only where that was ordered and had its time. Without
/// switches the coil decides: where a barrier of that make then should be.
BarrierVerdict judge_barrier(const BarrierWiring& wiring, const BarrierSigns& signs,
                             const BarrierTold& told);

}  // namespace tally::signal
