// What the port RegisterBus promises. The other end is the emulated gateway with two units of plain
// memory: unit 1 has holding registers 0..9 = 100..109 and coils 0..9, unit 2 has 200..209.
#pragma once

#include "firmware/ports/register_bus.hpp"
#include "sim/devices/modbus/server.hpp"
#include "tests/conformance/suite.hpp"

namespace tally::conformance {

class RegisterBusFixture : public Driver {
 public:
    [[nodiscard]] virtual RegisterBus& bus() = 0;
    [[nodiscard]] virtual sim::ModbusServer& gateway() = 0;
    virtual void end_bus() = 0;  ///< destroys it

    void fill() {
        for (std::uint16_t i = 0; i < 10; ++i) {
            one.set(sim::ModbusTable::holding, i, static_cast<std::uint16_t>(100 + i));
            one.set(sim::ModbusTable::input, i, static_cast<std::uint16_t>(150 + i));
            one.set(sim::ModbusTable::coils, i, static_cast<std::uint16_t>(i % 3 == 0 ? 1 : 0));
            two.set(sim::ModbusTable::holding, i, static_cast<std::uint16_t>(200 + i));
        }
    }

    sim::RegisterBank one, two;
};

std::vector<Promise<RegisterBusFixture>> register_bus_promises();

}  // namespace tally::conformance
