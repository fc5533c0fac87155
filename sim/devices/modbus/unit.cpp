#include "sim/devices/modbus/unit.hpp"

namespace tally::sim {

namespace {

enum class Trouble : std::uint8_t { function = 1, address = 2, value = 3 };

Bytes exception(std::uint8_t function, Trouble trouble) {
    return {static_cast<std::uint8_t>(function | 0x80U), static_cast<std::uint8_t>(trouble)};
}

ModbusTable table_of(std::uint8_t function) {
    switch (function) {
        case 1:
        case 5:
        case 15:
            return ModbusTable::coils;
        case 2:
            return ModbusTable::discrete_inputs;
        case 4:
            return ModbusTable::input;
        default:
            return ModbusTable::holding;
    }
}

Bytes read(ModbusUnit& unit, std::uint8_t function, ByteReader& request) {
    const ModbusTable table = table_of(function);
    const bool bits = function <= 2;
    const std::uint16_t first = request.u16();
    const std::uint16_t count = request.u16();
    const unsigned most = bits ? 2000U : unit.registers_max();
    if (!request.ok() || request.remaining() != 0 || count == 0 || count > most) {
        return exception(function, Trouble::value);
    }
    Bytes values(bits ? (count + 7U) / 8U : 2U * count, 0);
    for (unsigned i = 0; i < count; ++i) {
        const auto value = first + i > 0xffff
                               ? std::nullopt
                               : unit.get(table, static_cast<std::uint16_t>(first + i));
        if (!value) {
            return exception(function, Trouble::address);
        }
        if (bits) {
            const unsigned bit = *value != 0 ? 1U << (i % 8U) : 0U;
            values[i / 8] = static_cast<std::uint8_t>(values[i / 8] | bit);
        } else {
            values[2 * i] = static_cast<std::uint8_t>(*value >> 8U);
            values[2 * i + 1] = static_cast<std::uint8_t>(*value & 0xffU);
        }
    }
    ByteWriter answer;
    answer.u8(function);
    answer.u8(static_cast<std::uint8_t>(values.size()));
    answer.raw(values);
    return answer.take();
}

Bytes write_one(ModbusUnit& unit, std::uint8_t function, ByteView pdu) {
    ByteReader request(pdu.subspan(1));
    const std::uint16_t address = request.u16();
    const std::uint16_t value = request.u16();
    const bool is_coil = function == 5;
    const bool fits = !is_coil || value == 0 || value == 0xff00;
    if (!request.ok() || request.remaining() != 0 || !fits) {
        return exception(function, Trouble::value);
    }
    const auto stored = static_cast<std::uint16_t>(is_coil ? value / 0xff00 : value);
    if (!unit.put(table_of(function), address, stored)) {
        return exception(function, Trouble::address);
    }
    return {pdu.begin(), pdu.end()};
}

Bytes write_many(ModbusUnit& unit, std::uint8_t function, ByteView pdu) {
    ByteReader request(pdu.subspan(1));
    const std::uint16_t first = request.u16();
    const std::uint16_t count = request.u16();
    const std::uint8_t bytes = request.u8();
    const ByteView values = request.take(bytes);
    const bool bits = function == 15;
    const unsigned wanted = bits ? (count + 7U) / 8U : 2U * count;
    if (!request.ok() || request.remaining() != 0 || count == 0 || wanted != bytes) {
        return exception(function, Trouble::value);
    }
    ByteReader reader(values);
    for (unsigned i = 0; i < count; ++i) {
        const std::uint16_t value =
            bits ? static_cast<std::uint16_t>((values[i / 8] >> (i % 8U)) & 1U) : reader.u16();
        if (first + i > 0xffff ||
            !unit.put(table_of(function), static_cast<std::uint16_t>(first + i), value)) {
            return exception(function, Trouble::address);
        }
    }
    return {pdu.begin(), pdu.begin() + 5};
}

}  // namespace

Bytes answer_of(ModbusUnit& unit, ByteView pdu) {
    ByteReader request(pdu);
    const std::uint8_t function = request.u8();
    unit.sample();
    switch (function) {
        case 1:
        case 2:
        case 3:
        case 4:
            return read(unit, function, request);
        case 5:
        case 6:
            return write_one(unit, function, pdu);
        case 15:
        case 16:
            return write_many(unit, function, pdu);
        default:
            return exception(function, Trouble::function);
    }
}

}  // namespace tally::sim
