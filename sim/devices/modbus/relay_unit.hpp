// An emulated relay module: eight coils with lamps and a barrier behind them, eight discrete inputs
// with the barrier's limit switches. Written from the Modbus application protocol V1.1b3, 6.1, 6.2,
// 6.5, 6.11, and from how relay modules behave: coils are off after power comes back.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "firmware/base/result.hpp"
#include "firmware/ports/clock.hpp"
#include "sim/devices/modbus/unit.hpp"

namespace tally::sim {

/// What the module or the barrier behind it can do wrong.
struct RelayFaults {
    std::int64_t stuck = 0;   ///< the barrier stays where it is
    std::int64_t welded = 0;  ///< coil number welded - 1 never changes, whatever is written
    std::int64_t blink = 0;   ///< power went away for a moment: all coils are off (ends at once)
};

/// Malformed if there is no such fault.
Result<void> set_fault(RelayFaults& faults, std::string_view name, std::int64_t value);

/// Single-threaded. The barrier hangs on one coil (on: it opens) and takes its time.
class RelayUnit final : public ModbusUnit {
 public:
    static constexpr std::size_t kCoils = 8;
    static constexpr std::uint16_t kBarrierCoil = 3;
    static constexpr std::uint16_t kOpenInput = 0;
    static constexpr std::uint16_t kClosedInput = 1;

    explicit RelayUnit(const Clock& clock, Duration travel = std::chrono::seconds(2))
        : clock_(clock), travel_(travel) {}

    // --- toward the scene
    RelayFaults& faults() { return faults_; }
    [[nodiscard]] bool coil(std::size_t number) const { return coils_.at(number); }
    /// "coils 0 3, barrier open"
    [[nodiscard]] std::string state();
    /// How often a coil was written, changed or not.
    [[nodiscard]] std::uint64_t writes() const { return writes_; }

    // --- toward the bus
    void sample() override;
    std::optional<std::uint16_t> get(ModbusTable table, std::uint16_t address) override;
    bool put(ModbusTable table, std::uint16_t address, std::uint16_t value) override;

 private:
    void drive();

    const Clock& clock_;
    Duration travel_;
    RelayFaults faults_;
    std::array<bool, kCoils> coils_{};
    std::uint64_t writes_ = 0;
    std::int64_t travelled_ns_ = 0;  ///< from closed (0) to open (travel)
    MonoTime driven_;                ///< until when it was moved
};

}  // namespace tally::sim
