// What stands behind a unit id on an emulated Modbus bus, and the bytes it answers with. Written
// from the Modbus application protocol V1.1b3; shares nothing with drivers/ nor with libmodbus.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "firmware/base/bytes.hpp"

namespace tally::sim {

enum class ModbusTable : std::uint8_t { coils, discrete_inputs, input, holding };

/// One slave. Addresses are those on the wire, from 0. Single-threaded.
class ModbusUnit {
 public:
    virtual ~ModbusUnit() = default;

    /// Called once before each request is looked at: the device samples now.
    virtual void sample() {}
    /// Nothing: it has no such register (exception 2).
    [[nodiscard]] virtual std::optional<std::uint16_t> get(ModbusTable table,
                                                           std::uint16_t address) = 0;
    /// False: it has no such register (exception 2).
    virtual bool put(ModbusTable table, std::uint16_t address, std::uint16_t value) = 0;
    /// Most registers in one request; more is exception 3. Instruments allow less than 125.
    [[nodiscard]] virtual std::uint16_t registers_max() const { return 125; }
};

/// The answer to a request's PDU: values, an echo, or an exception.
Bytes answer_of(ModbusUnit& unit, ByteView pdu);

/// Plain memory: has the registers that were set.
class RegisterBank final : public ModbusUnit {
 public:
    void set(ModbusTable table, std::uint16_t address, std::uint16_t value) {
        values_[{table, address}] = value;
    }
    std::optional<std::uint16_t> get(ModbusTable table, std::uint16_t address) override {
        const auto found = values_.find({table, address});
        return found == values_.end() ? std::nullopt : std::optional(found->second);
    }
    bool put(ModbusTable table, std::uint16_t address, std::uint16_t value) override {
        const auto found = values_.find({table, address});
        if (found == values_.end()) {
            return false;
        }
        found->second = value;
        return true;
    }

 private:
    std::map<std::pair<ModbusTable, std::uint16_t>, std::uint16_t> values_;
};

}  // namespace tally::sim
