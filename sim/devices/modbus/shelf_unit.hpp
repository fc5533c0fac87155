// An emulated weighing instrument: what its cells carry, and the registers it shows. Written from
// devices.md 5; three makes of different shape:
//   laumas  magnitudes of 32 bits, high word first, sign, stability and faults in a status register
//   eagle   floats in kilograms for four channels, no status
//   raw     signed converter codes with noise in input registers, low word first
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/base/result.hpp"
#include "firmware/ports/clock.hpp"
#include "sim/devices/modbus/unit.hpp"

namespace tally::sim {

enum class ShelfMake : std::uint8_t { laumas, eagle, raw };

std::optional<ShelfMake> shelf_make_from(std::string_view name);

/// What the instrument itself can do wrong.
struct InstrumentFaults {
    std::int64_t frozen = 0;     ///< shows for ever what it shows now
    std::int64_t torn_sign = 0;  ///< so many samples carry the opposite sign
    std::int64_t swapped = 0;    ///< words in the other order than in its manual
    // Bits 0 to 5 of a laumas' status.
    std::int64_t cell_error = 0;
    std::int64_t converter = 0;     ///< its A/D converter does not work
    std::int64_t over_max = 0;      ///< more than nine divisions over the maximum
    std::int64_t overload = 0;      ///< gross above 110 % of full scale
    std::int64_t gross_beyond = 0;  ///< gross beyond what it can show
    std::int64_t net_beyond = 0;    ///< net likewise
};

/// One row of the table of faults.
struct InstrumentFaultInfo {
    std::string_view name;
    std::int64_t InstrumentFaults::*value;
    int status_bit = -1;  ///< of a laumas; instruments of other makes have no status
};

/// Every fault, in the order of the struct.
std::span<const InstrumentFaultInfo> instrument_fault_table();

/// Malformed if there is no such fault.
Result<void> set_fault(InstrumentFaults& faults, std::string_view name, std::int64_t value);

/// Single-threaded. A change swings for the settling time, then stands still.
class ShelfUnit final : public ModbusUnit {
 public:
    static constexpr std::size_t kChannels = 4;
    static constexpr std::int64_t kRawCountUg = 2'500;  ///< weight of one code of `raw`
    static constexpr std::int64_t kRawOffset = 84'000;  ///< its code when empty

    struct Setup {
        ShelfMake make = ShelfMake::laumas;
        std::int64_t division_mg = 1'000;  ///< what is shown is rounded to it
        Duration settling = std::chrono::milliseconds(400);
        /// What a converter's noise moves a sample by, at most, either way; the middle is likelier.
        std::int64_t noise_mg = 0;
        std::uint32_t noise_seed = 1;
    };
    ShelfUnit(const Clock& clock, Setup setup)
        : clock_(clock), setup_(setup), noise_(setup.noise_seed) {}

    // --- toward the scene
    void add(std::size_t channel, std::int64_t mg);
    [[nodiscard]] std::int64_t carried_mg(std::size_t channel) const { return cells_[channel].mg; }
    InstrumentFaults& faults() { return faults_; }
    [[nodiscard]] std::uint64_t commands() const { return commands_; }
    [[nodiscard]] ShelfMake make() const { return setup_.make; }

    // --- toward the bus
    void sample() override;
    std::optional<std::uint16_t> get(ModbusTable table, std::uint16_t address) override;
    bool put(ModbusTable table, std::uint16_t address, std::uint16_t value) override;
    std::uint16_t registers_max() const override;

 private:
    struct Cell {
        std::int64_t mg = 0, before_mg = 0, tare_mg = 0, zero_mg = 0;
        MonoTime changed;
        std::int64_t shown_mg = 0;  ///< gross, at the last sample
        bool moving = false;
    };
    [[nodiscard]] std::int64_t noise();
    [[nodiscard]] std::uint16_t laumas(std::uint16_t address) const;
    [[nodiscard]] std::optional<std::uint16_t> eagle(std::uint16_t address) const;
    [[nodiscard]] std::optional<std::uint16_t> raw(std::uint16_t address) const;
    [[nodiscard]] std::uint16_t half(std::uint32_t value, bool second) const;

    const Clock& clock_;
    Setup setup_;
    InstrumentFaults faults_;
    std::array<Cell, kChannels> cells_;
    std::uint32_t noise_;
    bool torn_ = false;
    std::uint64_t commands_ = 0;
};

}  // namespace tally::sim
