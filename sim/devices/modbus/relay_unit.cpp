#include "sim/devices/modbus/relay_unit.hpp"

#include <algorithm>
#include <utility>

namespace tally::sim {

Result<void> set_fault(RelayFaults& faults, std::string_view name, std::int64_t value) {
    for (const auto& [fault, text] :
         {std::pair{&RelayFaults::stuck, "stuck"}, std::pair{&RelayFaults::welded, "welded"},
          std::pair{&RelayFaults::blink, "blink"}}) {
        if (name == text) {
            faults.*fault = value;
            return {};
        }
    }
    return fail(ErrorKind::malformed, "a relay module has no fault '" + std::string(name) + "'");
}

void RelayUnit::drive() {
    const MonoTime now = clock_.mono_now();
    const std::int64_t ran = (now - driven_).count();
    driven_ = now;
    if (faults_.stuck == 0) {
        travelled_ns_ += coils_[kBarrierCoil] ? ran : -ran;
        travelled_ns_ = std::clamp<std::int64_t>(travelled_ns_, 0, travel_.count());
    }
}

void RelayUnit::sample() {
    drive();
    if (faults_.blink != 0) {
        faults_.blink = 0;
        coils_.fill(false);
    }
}

std::optional<std::uint16_t> RelayUnit::get(ModbusTable table, std::uint16_t address) {
    if (address >= kCoils) {
        return std::nullopt;
    }
    if (table == ModbusTable::coils) {
        return coils_[address] ? 1 : 0;
    }
    if (table != ModbusTable::discrete_inputs) {
        return std::nullopt;
    }
    const bool is_open = address == kOpenInput && travelled_ns_ == travel_.count();
    const bool is_closed = address == kClosedInput && travelled_ns_ == 0;
    return is_open || is_closed ? 1 : 0;
}

bool RelayUnit::put(ModbusTable table, std::uint16_t address, std::uint16_t value) {
    if (table != ModbusTable::coils || address >= kCoils) {
        return false;
    }
    ++writes_;
    if (faults_.welded != address + 1) {
        coils_[address] = value != 0;
    }
    return true;
}

std::string RelayUnit::state() {
    sample();
    std::string text = "coils";
    for (std::size_t i = 0; i < kCoils; ++i) {
        text += coils_[i] ? " " + std::to_string(i) : "";
    }
    const bool open = travelled_ns_ == travel_.count();
    return text + ", barrier " + (open ? "open" : travelled_ns_ == 0 ? "closed" : "between");
}

}  // namespace tally::sim
