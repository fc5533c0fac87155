// Port: one Modbus bus, i.e. one TCP gateway or one serial line with its units. Real: libmodbus
// (drivers/modbus_bus). Simulated: a small client of its own over streams (sim/devices/modbus).
// Source of the terms and bounds: Modbus application protocol V1.1b3, chapter 6.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/base/time.hpp"

namespace tally {

enum class RegisterTable : std::uint8_t { coils, discrete_inputs, input, holding };

/// `count` values from `address` (as on the wire, from 0) in one request: at most 125 registers or
/// 2,000 bits.
struct RegisterRead {
    std::uint8_t unit = 1;
    RegisterTable table = RegisterTable::holding;
    std::uint16_t address = 0;
    std::uint16_t count = 1;
    Duration timeout = std::chrono::milliseconds(250);  ///< until the whole answer is there
};

/// Into coils (0 or 1) or holding registers, at most 123 in one request.
struct RegisterWrite {
    std::uint8_t unit = 1;
    RegisterTable table = RegisterTable::holding;
    std::uint16_t address = 0;
    std::vector<std::uint16_t> values;
    Duration timeout = std::chrono::milliseconds(250);
};

/// All calls from the loop; every answer comes on the loop, never inside the call, in the order of
/// the calls, and none after the bus is gone. One request is on the wire at a time, 64 may wait.
/// Errors: timeout (nothing came; a write may have been done, and so it may after exceptions 5, "I
/// have begun", and 11, "the unit does not answer"), offline (no connection, or it was lost before
/// an answer came), refused (the unit answers with an exception, named), malformed (not an answer
/// to what was asked, or a request out of bounds), exhausted (too many wait). After timeout and
/// malformed the line is cleaned before it is used again: what comes late answers nothing.
class RegisterBus {
 public:
    using Values = Result<std::vector<std::uint16_t>>;  ///< as many as asked for; bits are 0 or 1

    virtual ~RegisterBus() = default;
    virtual void read(const RegisterRead& request, std::function<void(Values)> reply) = 0;
    virtual void write(const RegisterWrite& request, std::function<void(Result<void>)> reply) = 0;
};

}  // namespace tally
