// Light stack and barrier of a gate: what they can show, how they are wired, and the seam between a
// signal driver and the signal service. Values only, no protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/base/time.hpp"
#include "firmware/domain/ids.hpp"

namespace tally {

/// What a light stack shows: green, the gate reads and is well; yellow, somebody should look; red,
/// stop; red_flashing, the gate cannot tell what passes. Dark is not green.
enum class Light : std::uint8_t { dark, green, yellow, red, red_flashing };

/// What a barrier is told. A barrier that was never told anything is left alone.
enum class BarrierOrder : std::uint8_t { open, closed };

/// Where a barrier is. Not knowing is a value; `moving` is being on its way within its time.
enum class BarrierPosition : std::uint8_t { unknown, moving, opened, shut };

/// Why a signal cannot be relied on.
enum class SignalFault : std::uint8_t {
    none,
    silent,    ///< its unit does not answer
    offline,   ///< its bus cannot be reached
    refused,   ///< its unit answers with an exception
    garbled,   ///< what comes is not an answer to what was asked
    disobeys,  ///< it answers, and is not what it was told to be
};

/// Lower-case names, as they stand in config, ledger and API.
std::string_view to_string(Light light) noexcept;
std::string_view to_string(BarrierOrder order) noexcept;
std::string_view to_string(BarrierPosition position) noexcept;
std::string_view to_string(SignalFault fault) noexcept;
std::optional<BarrierOrder> barrier_order_from(std::string_view name) noexcept;

/// A barrier on one coil that is held as long as the order stands. Without power the coil is off,
/// so the other of `energised` is where it fails to.
struct BarrierWiring {
    std::uint16_t coil = 0;
    BarrierOrder energised = BarrierOrder::open;  ///< what the coil being on means
    std::optional<std::uint16_t> open_input;      ///< discrete input that says "is open"
    std::optional<std::uint16_t> closed_input;    ///< likewise "is closed"
    Duration travel = std::chrono::seconds(10);   ///< it has arrived after so long

    [[nodiscard]] BarrierOrder without_power() const {
        return energised == BarrierOrder::open ? BarrierOrder::closed : BarrierOrder::open;
    }
    bool operator==(const BarrierWiring&) const = default;
};

/// Which coil of a unit does what. Addresses as on the wire, from 0. No lamp of a colour: that
/// colour cannot be shown, and counts as shown.
struct SignalWiring {
    std::optional<std::uint16_t> green, yellow, red;
    enum class LampOn : std::uint8_t { energised, released } lamp_on = LampOn::energised;
    enum class ReadBack : std::uint8_t { coils, none } read_back = ReadBack::coils;
    std::optional<BarrierWiring> barrier;

    [[nodiscard]] bool has_lamps() const { return green || yellow || red; }
    bool operator==(const SignalWiring&) const = default;
};

/// What a signal is, as last read back.
struct SignalReading {
    std::optional<Light> light;  ///< nothing: not known
    BarrierPosition barrier = BarrierPosition::unknown;
    SignalFault fault = SignalFault::none;
    std::string text;  ///< of a fault, for a person: what, why, what to do
    MonoTime at;       ///< when it was read; with a silent one: the last moment it could tell
};

/// What a driver tells its owner, on the loop, after every look at the device.
class SignalFeed {
 public:
    virtual ~SignalFeed() = default;
    virtual void on_signal(const DeviceId& signal, const SignalReading& reading) = 0;
};

}  // namespace tally
