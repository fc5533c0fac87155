// Requests and answers as bytes. Every prefix and every flipped bit of a good answer must give an
// error or values of the right number, and nothing may be read outside.
#include "drivers/modbus_bus/pdu.hpp"

#include <catch2/catch.hpp>

namespace tally::modbus {
namespace {

using Registers = std::vector<std::uint16_t>;

RegisterRead registers(std::uint16_t address, std::uint16_t count) {
    return {1, RegisterTable::holding, address, count, {}};
}

Bytes bytes(std::string_view hex) {
    Bytes out;
    REQUIRE(from_hex(hex, out));
    return out;
}

TEST_CASE("a request is what the specification writes") {
    struct Row {
        Result<Bytes> pdu;
        std::string_view hex;
    };
    const std::vector<Row> rows = {
        {encode(registers(0x6b, 3)), "03006b0003"},
        {encode(RegisterRead{1, RegisterTable::coils, 0x13, 19, {}}), "0100130013"},
        {encode(RegisterRead{1, RegisterTable::discrete_inputs, 0xc4, 22, {}}), "0200c40016"},
        {encode(RegisterRead{1, RegisterTable::input, 8, 1, {}}), "0400080001"},
        {encode(RegisterWrite{1, RegisterTable::coils, 0xac, {1}, {}}), "0500acff00"},
        {encode(RegisterWrite{1, RegisterTable::holding, 1, {10, 258}, {}}),
         "100001000204000a0102"},
        {encode(RegisterWrite{1, RegisterTable::coils, 0x13, {1, 0, 1, 1, 0, 0, 1, 1, 1, 0}, {}}),
         "0f0013000a02cd01"},
    };
    for (const Row& row : rows) {
        REQUIRE(row.pdu.has_value());
        CHECK(to_hex(*row.pdu) == row.hex);
    }
}

TEST_CASE("an answer is decoded, or it is said why not") {
    struct Row {
        std::string_view what, hex;
        ErrorKind kind;
    };
    const auto good = decode_answer(registers(0x6b, 3), bytes("0306022b00000064"));
    CHECK(good.value_or(Registers{}) == Registers{555, 0, 100});
    const std::vector<Row> rows = {
        {"nothing", "", ErrorKind::malformed},
        {"exception 2", "8302", ErrorKind::refused},
        {"an exception of another function", "8402", ErrorKind::malformed},
        {"another function", "0406022b00000064", ErrorKind::malformed},
        {"fewer registers", "0304022b0000", ErrorKind::malformed},
        {"more registers", "0308022b000000640000", ErrorKind::malformed},
        {"a count that lies", "0308022b00000064", ErrorKind::malformed},
        {"an exception with something behind it", "830200", ErrorKind::malformed},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        const auto answer = decode_answer(registers(0x6b, 3), bytes(row.hex));
        REQUIRE_FALSE(answer.has_value());
        CHECK(answer.error().kind == row.kind);
    }
}

TEST_CASE("a write is confirmed by its own echo only") {
    const RegisterWrite one{1, RegisterTable::coils, 0xac, {1}, {}};
    const RegisterWrite two{1, RegisterTable::holding, 1, {10, 258}, {}};
    CHECK(decode_answer(one, bytes("0500acff00")).has_value());
    CHECK(decode_answer(two, bytes("1000010002")).has_value());
    CHECK_FALSE(decode_answer(one, bytes("0500ac0000")).has_value());
    CHECK_FALSE(decode_answer(two, bytes("1000020002")).has_value());
    CHECK_FALSE(decode_answer(two, bytes("1000010001")).has_value());
    const auto refused = decode_answer(two, bytes("9003"));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == ErrorKind::refused);
}

TEST_CASE("no prefix and no flipped bit of an answer gives the wrong number of values") {
    const Bytes good = bytes("0306022b00000064");
    for (std::size_t size = 0; size < good.size(); ++size) {
        CHECK_FALSE(decode_answer(registers(0, 3), ByteView(good).first(size)).has_value());
    }
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
        Bytes flipped = good;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
        const auto values = decode_answer(registers(0, 3), flipped);
        CHECK(values.value_or(Registers(3)).size() == 3);
        CHECK(values.has_value() == (bit >= 16));
    }
}

}  // namespace
}  // namespace tally::modbus
