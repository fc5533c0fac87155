// What can go wrong between a Modbus unit and its bus (devices.md 5, "Known bus failures").
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/base/result.hpp"

namespace tally::sim {

/// All 0: a well-behaved unit.
struct ModbusFaults {
    std::int64_t late_ms = 0;        ///< answers come so much later
    std::int64_t late_once = 0;      ///< the next answer alone, in ms
    std::int64_t dead = 0;           ///< says nothing
    std::int64_t exception = 0;      ///< answers everything with this exception
    std::int64_t wrong_unit = 0;     ///< answers in the name of this unit
    std::int64_t doubled = 0;        ///< each answer goes out twice
    std::int64_t stranger = 0;       ///< answers with another transaction's number first
    std::int64_t cut = 0;            ///< ends the connection after so many bytes of an answer
    std::int64_t garbled = 0;        ///< the length in the header is wrong
    std::int64_t short_by = 0;       ///< so many registers fewer than asked for
    std::int64_t mute_writes = 0;    ///< says nothing to writes; 1: carries them out, 2: does not
    std::int64_t refuse_writes = 0;  ///< carries writes out, and answers with this exception
};

/// One row of the table of faults.
struct ModbusFaultInfo {
    std::string_view name;
    std::int64_t ModbusFaults::*value;
    std::int64_t max;
    std::string_view meaning;
};

/// Every fault, in the order of the struct.
std::span<const ModbusFaultInfo> modbus_fault_table();

/// malformed if there is no such fault or the value is out of bounds.
Result<void> set_fault(ModbusFaults& faults, std::string_view name, std::int64_t value);

}  // namespace tally::sim
