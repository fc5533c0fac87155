#include "sim/devices/modbus/shelf_unit.hpp"

#include <bit>
#include <string>
#include <utility>

namespace tally::sim {

namespace {

constexpr std::int64_t kMgPerCount = 1'000;  // laumas counts grams.

constexpr InstrumentFaultInfo kFaults[] = {
    {"frozen", &InstrumentFaults::frozen},
    {"torn_sign", &InstrumentFaults::torn_sign},
    {"swapped", &InstrumentFaults::swapped},
    {"cell_error", &InstrumentFaults::cell_error, 0},
    {"converter", &InstrumentFaults::converter, 1},
    {"over_max", &InstrumentFaults::over_max, 2},
    {"overload", &InstrumentFaults::overload, 3},
    {"gross_beyond", &InstrumentFaults::gross_beyond, 4},
    {"net_beyond", &InstrumentFaults::net_beyond, 5},
};

unsigned status_of(const InstrumentFaults& faults) {
    unsigned status = 0;
    for (const InstrumentFaultInfo& each : kFaults) {
        status |= each.status_bit >= 0 && faults.*each.value != 0 ? 1U << each.status_bit : 0U;
    }
    return status;
}

std::uint32_t magnitude(std::int64_t value) {
    return static_cast<std::uint32_t>(value < 0 ? -value : value);
}

/// Numerical Recipes' generator.
std::uint32_t next_noise(std::uint32_t noise) {
    return noise * 1'664'525U + 1'013'904'223U;
}

std::int64_t rounded(std::int64_t mg, std::int64_t step) {
    const std::int64_t up = mg < 0 ? -(step / 2) : step / 2;
    return (mg + up) / step * step;
}

}  // namespace

std::optional<ShelfMake> shelf_make_from(std::string_view name) {
    for (const auto& [make, text] :
         {std::pair{ShelfMake::laumas, "laumas"}, std::pair{ShelfMake::eagle, "eagle"},
          std::pair{ShelfMake::raw, "raw"}}) {
        if (name == text) {
            return make;
        }
    }
    return std::nullopt;
}

std::span<const InstrumentFaultInfo> instrument_fault_table() {
    return kFaults;
}

Result<void> set_fault(InstrumentFaults& faults, std::string_view name, std::int64_t value) {
    for (const InstrumentFaultInfo& each : kFaults) {
        if (name == each.name) {
            faults.*each.value = value;
            return {};
        }
    }
    return fail(ErrorKind::malformed, "an instrument has no fault '" + std::string(name) + "'");
}

void ShelfUnit::add(std::size_t channel, std::int64_t mg) {
    Cell& cell = cells_.at(channel);
    cell.before_mg = cell.mg;
    cell.mg += mg;
    cell.changed = clock_.mono_now();
}

// Of two even draws, so a triangle.
std::int64_t ShelfUnit::noise() {
    std::int64_t sum = 0;
    for (int i = 0; i < 2 && setup_.noise_mg > 0; ++i) {
        noise_ = next_noise(noise_);
        sum += static_cast<std::int64_t>(noise_ >> 16U) - 0x8000;
    }
    return sum * setup_.noise_mg / 0x1'0000;
}

void ShelfUnit::sample() {
    if (faults_.frozen != 0) {
        return;
    }
    const MonoTime now = clock_.mono_now();
    noise_ = next_noise(noise_);
    torn_ = faults_.torn_sign > 0;
    faults_.torn_sign -= torn_ ? 1 : 0;
    for (Cell& cell : cells_) {
        const Duration since = now - cell.changed;
        cell.moving = cell.mg != cell.before_mg && since < setup_.settling;
        const std::int64_t swing = (cell.mg - cell.before_mg) / 3;
        const std::int64_t gross = cell.moving ? cell.mg - swing : cell.mg;
        cell.shown_mg = rounded(gross + noise() - cell.zero_mg, setup_.division_mg);
    }
}

std::uint16_t ShelfUnit::half(std::uint32_t value, bool second) const {
    const bool low = second != (faults_.swapped != 0);
    return static_cast<std::uint16_t>(low ? value & 0xffffU : value >> 16U);
}

std::uint16_t ShelfUnit::laumas(std::uint16_t address) const {
    const Cell& cell = cells_[0];
    const std::int64_t gross = cell.shown_mg / kMgPerCount;
    const std::int64_t net = (cell.shown_mg - cell.tare_mg) / kMgPerCount;
    const auto bit = [](bool on, unsigned at) { return on ? 1U << at : 0U; };
    switch (address) {
        case 0:
            return 121;  // Firmware.
        case 3:
            return 4711;  // Serial number.
        case 6:
            return static_cast<std::uint16_t>(
                status_of(faults_) | bit((gross < 0) != torn_, 7) | bit((net < 0) != torn_, 8) |
                bit(cell.tare_mg != 0, 10) | bit(!cell.moving, 11) | bit(gross == 0, 12));
        case 7:
        case 8:
            return half(magnitude(gross), address == 8);
        case 9:
        case 10:
            return half(magnitude(net), address == 10);
        case 13:
            return 13;
        default:
            return 0;
    }
}

std::optional<std::uint16_t> ShelfUnit::eagle(std::uint16_t address) const {
    constexpr std::uint16_t kGross = 0x1000;
    constexpr std::uint16_t kWeights = 3 * 2 * kChannels;  // Gross, net and tare of each.
    if (address < kGross || address >= kGross + kWeights) {
        return std::nullopt;
    }
    const unsigned at = address - kGross;
    const Cell& cell = cells_[at / 2 % kChannels];
    const unsigned what = at / (2 * kChannels);
    const std::int64_t shown = what == 0   ? cell.shown_mg
                               : what == 1 ? cell.shown_mg - cell.tare_mg
                                           : cell.tare_mg;
    const std::int64_t mg = torn_ ? -shown : shown;
    const auto kg = static_cast<float>(static_cast<double>(mg) / 1e6);
    return half(std::bit_cast<std::uint32_t>(kg), at % 2 == 1);
}

std::optional<std::uint16_t> ShelfUnit::raw(std::uint16_t address) const {
    if (address >= 2 * kChannels) {
        return std::nullopt;
    }
    const Cell& cell = cells_[address / 2U];
    const std::int64_t mg = torn_ ? -cell.shown_mg : cell.shown_mg;
    const std::int64_t code = kRawOffset + mg * 1'000 / kRawCountUg + (noise_ >> 30U);
    return half(static_cast<std::uint32_t>(static_cast<std::int32_t>(code)), address % 2 == 0);
}

std::optional<std::uint16_t> ShelfUnit::get(ModbusTable table, std::uint16_t address) {
    const bool raw_make = setup_.make == ShelfMake::raw;
    if (table != (raw_make ? ModbusTable::input : ModbusTable::holding)) {
        return std::nullopt;
    }
    if (raw_make) {
        return raw(address);
    }
    if (setup_.make == ShelfMake::eagle) {
        return eagle(address);
    }
    constexpr std::uint16_t kLaumasRegisters = 20;
    return address < kLaumasRegisters ? std::optional(laumas(address)) : std::nullopt;
}

bool ShelfUnit::put(ModbusTable table, std::uint16_t address, std::uint16_t value) {
    constexpr std::uint16_t kCommand = 5;
    constexpr std::uint16_t kTare = 7;
    constexpr std::uint16_t kZero = 8;
    if (setup_.make != ShelfMake::laumas || table != ModbusTable::holding || address != kCommand) {
        return false;
    }
    ++commands_;
    Cell& cell = cells_[0];
    if (value == kTare) {
        cell.tare_mg = cell.shown_mg;
    } else if (value == kZero) {
        cell.zero_mg = cell.mg;
        cell.tare_mg = 0;
    }
    return true;
}

std::uint16_t ShelfUnit::registers_max() const {
    return setup_.make == ShelfMake::laumas ? 32 : 125;
}

}  // namespace tally::sim
