// The shipped register maps against worked blocks: what the instrument meant, or why it cannot be.
#include "drivers/smart_shelf/decode.hpp"

#include <bit>
#include <limits>

#include <catch2/catch.hpp>

#include "firmware/messages/config/register_map_file.hpp"
#include "tests/support/places.hpp"

namespace tally::smart_shelf {
namespace {

using Registers = std::vector<std::uint16_t>;

RegisterMap map_of(const std::string& name) {
    const auto map = load_register_map(test::source_dir() + "/deploy/registers/" + name + ".toml");
    INFO((map ? std::string() : map.error().text));
    REQUIRE(map);
    return *map;
}

Scale scale(std::uint16_t channel = 0, std::int64_t offset = 0) {
    return {channel, offset, Weight::of_grams(30'000)};
}

std::vector<std::uint16_t> words(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return {static_cast<std::uint16_t>(bits >> 16U), static_cast<std::uint16_t>(bits & 0xffffU)};
}

TEST_CASE("one request of the Laumas map holds status and weight together") {
    const Span span = span_of(map_of("laumas"), 0);
    CHECK(span.address == 6);
    CHECK(span.count == 5);
}

TEST_CASE("Laumas blocks mean what the manual says") {
    struct Row {
        std::string what;
        Registers block;  // From register 6: status, gross, net.
        std::int64_t grams;
        bool stable, fault, implausible;
    };
    const std::vector<Row> rows = {
        {"stable, minus 1234 g net", {0x0900, 0, 1234, 0, 1234}, -1234, true, false, false},
        {"moving", {0x0000, 0, 1290, 0, 1290}, 1290, false, false, false},
        {"cell error", {0x0001, 0, 0, 0, 0}, 0, false, true, false},
        {"above 110 % of full scale", {0x0808, 0, 9, 0, 9}, 0, false, true, false},
        {"gross negative, net not", {0x0880, 0, 50, 0, 7}, 7, true, false, false},
        {"a high word", {0x0800, 0, 0, 0, 29'999}, 29'999, true, false, false},
        {"words swapped", {0x0800, 1234, 0, 1234, 0}, 0, false, false, true},
    };
    const RegisterMap map = map_of("laumas");
    for (const Row& row : rows) {
        INFO(row.what);
        const Sample sample = decode(map, scale(), {6, row.block});
        CHECK(sample.fault.empty() != row.fault);
        CHECK(sample.implausible == row.implausible);
        if (!row.fault && !row.implausible) {
            CHECK(sample.weight == Weight::of_grams(row.grams));
            CHECK(sample.stable == row.stable);
        }
    }
}

TEST_CASE("Eagle floats are kilograms, channel by channel") {
    const RegisterMap map = map_of("eagle-ei");
    CHECK(span_of(map, 3).address == 0x1008 + 6);
    Registers block = words(1.25F);
    for (const std::uint16_t word : words(-0.5F)) {
        block.push_back(word);
    }
    CHECK(decode(map, scale(0), {0x1008, block}).weight == Weight::of_grams(1250));
    CHECK(decode(map, scale(1), {0x1008, block}).weight == Weight::of_grams(-500));
    CHECK_FALSE(decode(map, scale(0), {0x1008, block}).stable.has_value());
    for (const float bad :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 1e30F}) {
        CHECK(decode(map, scale(), {0x1008, words(bad)}).implausible);
    }
}

TEST_CASE("Dingsong weights are signed, two registers a cell") {
    const RegisterMap map = map_of("dingsong");
    const Registers block = {0xffff, 0xfff6, 0, 500};
    CHECK(decode(map, scale(0), {1151, block}).weight == Weight::of_grams(-10));
    CHECK(decode(map, scale(1), {1151, block}).weight == Weight::of_grams(500));
}

TEST_CASE("a bare converter has offset, scale and a sign of life") {
    const RegisterMap map = map_of("raw-converter");
    const Registers block = {40'000, 1};  // Low word first: 105,536 counts of 2.5 mg.
    const Sample sample = decode(map, scale(0, 65'536), {0, block});
    CHECK(sample.weight == Weight::of_grams(100));
    CHECK(sample.life == 105'536U);
}

TEST_CASE("a map that cannot be is refused with its line") {
    struct Row {
        std::string text, problem;
    };
    const std::string weight = "[weight]\naddress = 9\ntype = \"u32\"\ncount_ug = 1\n";
    const std::vector<Row> rows = {
        {"name = \"x\"\nsign = \"6\"\n" + weight, "names no bit"},
        {"name = \"x\"\nsign = \"6.16\"\n" + weight, "names no bit"},
        {"name = \"x\"\nstabel = \"6.11\"\n" + weight, "did you mean 'stable'"},
        {"name = \"x\"\nregisters_max = 4\nstable = \"0.1\"\n" + weight, "two requests"},
        {"name = \"x\"\n[weight]\naddress = 70000\ntype = \"u24\"\ncount_ug = 0\n", "address"},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        const auto map = parse_register_map(row.text, "map.toml");
        REQUIRE_FALSE(map);
        CHECK(map.error().text.find(row.problem) != std::string::npos);
    }
    const auto good = parse_register_map("name = \"x\"\nstable = \"!7+2.3\"\n" + weight, "m.toml");
    REQUIRE(good);
    CHECK_FALSE(good->stable->when_set);
    CHECK(good->stable->address == 7);
    CHECK(good->stable->stride == 2);
    CHECK(good->stable->bit == 3);
}

}  // namespace
}  // namespace tally::smart_shelf
