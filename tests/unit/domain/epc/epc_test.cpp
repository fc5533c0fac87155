#include "firmware/domain/epc/epc.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "firmware/domain/epc/pc_word.hpp"

using namespace tally;

TEST_CASE("an EPC text names its bits, and one identity has one text") {
    struct Row {
        const char* text;
        std::size_t bits;
        const char* canonical;
    };
    const Row rows[] = {
        {"3074257BF7194E4000001A85", 96, "3074257BF7194E4000001A85"},
        {"3074257bf7194e4000001a85", 96, "3074257BF7194E4000001A85"},
        {"", 0, ""},
        {"80/1", 1, "80/1"},
        {"FF80/9", 9, "FF80/9"},
        {"E2003412", 32, "E2003412"},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        const auto epc = Epc::parse(row.text);
        REQUIRE(epc);
        CHECK(epc->bit_count() == row.bits);
        CHECK(epc->str() == row.canonical);
        CHECK(Epc::parse(epc->str()) == epc);
    }
}

TEST_CASE("a text that str() would not write, and is no plain hex, is refused") {
    const std::string too_long(2 * 65, '0');
    for (const std::string& text :
         {std::string("3"), std::string("3G"), std::string("30/"), std::string("30/8"),
          std::string("30/0"), std::string("30/04"), std::string("30/9"), std::string("3000/7"),
          std::string("FF/4"), std::string("30/-4"), std::string("/4"), std::string("30/4x"),
          std::string(" 30"), too_long}) {
        INFO(text);
        CHECK_FALSE(Epc::parse(text));
    }
}

TEST_CASE("from_bits cuts what lies beyond the count and refuses too few bytes or too many bits") {
    const Bytes bytes(65, 0xff);
    CHECK(Epc::from_bits(bytes, 9)->str() == "FF80/9");
    CHECK(Epc::from_bits(bytes, 0)->bit_count() == 0);
    CHECK(Epc::from_bits(bytes, 512)->bytes().size() == 64);
    CHECK_FALSE(Epc::from_bits(bytes, 513));
    CHECK_FALSE(Epc::from_bits(ByteView(bytes).first(1), 9));
}

TEST_CASE("every length and random bits come back through their text") {
    const std::uint64_t seed = 20;
    Prng prng(seed);
    for (std::size_t bits = 0; bits <= Epc::kBitsMax; ++bits) {
        Bytes bytes(64);
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(prng.below(256));
        }
        INFO("seed " << seed << ", bits " << bits);
        const Epc epc = *Epc::from_bits(bytes, bits);
        const auto again = Epc::parse(epc.str());
        REQUIRE(again);
        REQUIRE(*again == epc);
        REQUIRE(again->hash() == epc.hash());
    }
}

TEST_CASE("equal bits of another length are another EPC, and order goes by length, then bytes") {
    const Epc a = *Epc::parse("00");
    const Epc b = *Epc::parse("0000");
    const Epc c = *Epc::parse("0001");
    CHECK(a != b);
    CHECK(a < b);
    CHECK(b < c);
    CHECK(a.hash() != b.hash());
}

TEST_CASE("hashes of consecutive serials spread over high and low bits") {
    std::set<std::uint64_t> low;
    std::set<std::uint64_t> high;
    for (std::uint8_t serial = 0; serial < 255; ++serial) {
        const Bytes bytes = {0x30, 0x74, 0x25, 0x7b, 0xf7, 0x19, 0x4e, 0x40, 0, 0, 0, serial};
        const std::uint64_t hash = Epc::from_bits(bytes, 96)->hash();
        low.insert(hash % 4096);
        high.insert(hash >> 52);
    }
    // 255 balls in 4096 bins: about 247 distinct; a weak hash gives far fewer.
    CHECK(low.size() > 235);
    CHECK(high.size() > 235);
}

TEST_CASE("a PC word gives the length in words, and its toggle says that it is no EPC") {
    STATIC_REQUIRE(PcWord{0x3000}.epc_bits() == 96);
    STATIC_REQUIRE(PcWord{0x6800}.epc_bits() == 208);
    STATIC_REQUIRE(PcWord{0x31a2}.is_iso());
    STATIC_REQUIRE(PcWord{0x31a2}.afi() == 0xa2);
    CHECK(check_pc(PcWord{0x3000}, 96) == PcFault::none);
    CHECK(check_pc(PcWord{0x3400}, 96) == PcFault::none);
    CHECK(check_pc(PcWord{0x3000}, 128) == PcFault::length_mismatch);
    CHECK(check_pc(PcWord{0x3000}, 80) == PcFault::length_mismatch);
    CHECK(check_pc(PcWord{0x3100}, 96) == PcFault::iso_identity);
}
