// Which coils are on for what a signal shows, and back: pure, no state.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "firmware/domain/signal/signal.hpp"

namespace tally::signal {

/// Addresses of one table with their values, as wanted or as read.
using Bits = std::map<std::uint16_t, bool>;

/// Neighbouring addresses that one request takes, at most kRunMax.
struct Run {
    std::uint16_t address = 0;
    std::vector<std::uint16_t> values;  ///< 0 or 1; of a run to be read only their number counts

    bool operator==(const Run&) const = default;
};
inline constexpr std::size_t kRunMax = 64;

/// Never an address that is not in `bits`: what stands between belongs to somebody else.
std::vector<Run> runs_of(const Bits& bits);

/// The flashing of a lamp: which half of it is now.
enum class Blink : std::uint8_t { on, off };

/// The coils of the lamps for a light; colours without a lamp are left out.
Bits lamp_bits(const SignalWiring& wiring, Light light, Blink blink);

/// Adds the barrier's coil for an order.
void add_order(const BarrierWiring& wiring, BarrierOrder order, Bits& bits);

/// What lamps that do not flash show; nothing if several are lit, which is none of ours, or if a
/// lamp was not read.
std::optional<Light> light_in(const SignalWiring& wiring, const Bits& read);

/// The wanted values that are not there.
Bits difference(const Bits& wanted, const Bits& read);

}  // namespace tally::signal
