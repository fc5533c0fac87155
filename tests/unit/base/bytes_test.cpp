#include "firmware/base/bytes.hpp"

#include <catch2/catch.hpp>

using namespace tally;

TEST_CASE("a reader gives big-endian values and stays failed after the end") {
    const Bytes input = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09};
    ByteReader reader(input);
    CHECK(reader.u8() == 0x01);
    CHECK(reader.u16() == 0x0203);
    CHECK(reader.u32() == 0x04050607);
    CHECK(reader.take(1)[0] == 0x08);
    CHECK(reader.ok());
    CHECK(reader.u16() == 0);
    CHECK_FALSE(reader.ok());
    CHECK(reader.u8() == 0);
    CHECK_FALSE(reader.ok());
}

TEST_CASE("what a writer wrote reads back, patches included") {
    ByteWriter writer;
    writer.u16(0);
    writer.u64(0x1122334455667788ULL);
    writer.patch_u16(0, 0xabcd);
    ByteReader reader(writer.bytes());
    CHECK(reader.u16() == 0xabcd);
    CHECK(reader.u64() == 0x1122334455667788ULL);
    CHECK(reader.remaining() == 0);
}

TEST_CASE("hex goes both ways and refuses what is not hex") {
    Bytes out;
    REQUIRE(from_hex("00fFa5", out));
    CHECK(to_hex(out) == "00ffa5");
    CHECK_FALSE(from_hex("0", out));
    CHECK_FALSE(from_hex("0g", out));
}
