// The published EPC-96 vectors, range edges and negatives, read in place from the test data. The
// expected texts come from the file, made by an independent script from the same tables.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "firmware/domain/epc/scheme.hpp"
#include "firmware/domain/epc/text.hpp"
#include "tests/support/testdata.hpp"

using namespace tally;
using nlohmann::json;

namespace {

constexpr const char* kVectors = "rfid/epc/epc96_vectors.json";

json vectors() {
    return json::parse(test::read_file(test::testdata() / kVectors));
}

/// Every field a vector names must be what we decode.
void check_vector(const json& row) {
    const std::string hex = row.at("hex");
    INFO(hex);
    const Epc epc = *Epc::parse(hex);
    const Gs1Decode decoded = decode_gs1(epc);
    REQUIRE(decoded.fault == EpcFault::none);
    const Gs1Epc& fields = decoded.fields;
    const json& expected = row.contains("expect") ? row.at("expect") : row;
    CHECK(to_string(fields.scheme) == expected.at("scheme").get<std::string>());
    CHECK(fields.filter == expected.at("filter").get<int>());
    CHECK(fields.partition == expected.at("partition").get<int>());
    CHECK(company_prefix_text(fields) == expected.at("company_prefix").get<std::string>());
    CHECK(tag_uri(epc) == expected.at("tag_uri").get<std::string>());
    CHECK(pure_uri(fields) == expected.at("pure_uri").get<std::string>());
    for (const char* key : {"gtin14", "sscc18", "gln13", "grai13"}) {
        if (expected.contains(key)) {
            CHECK(gs1_key(fields) == expected.at(key).get<std::string>());
        }
    }
    if (expected.contains("serial")) {
        CHECK(std::to_string(fields.serial) == expected.at("serial").get<std::string>());
    }
    const auto encoded = encode_gs1(fields);
    REQUIRE(encoded);
    CHECK(encoded->str() == hex);
    const auto parsed = parse_tag_uri(tag_uri(fields));
    REQUIRE(parsed);
    CHECK(*parsed == fields);
}

EpcFault fault_named(const std::string& name) {
    if (name == "partition_7") {
        return EpcFault::partition_7;
    }
    if (name == "company_prefix_overflow") {
        return EpcFault::company_prefix_overflow;
    }
    if (name == "reference_overflow") {
        return EpcFault::reference_overflow;
    }
    if (name == "sscc_reserved_bits_nonzero") {
        return EpcFault::reserved_bits_nonzero;
    }
    REQUIRE(name == "unknown_header");
    return EpcFault::other_header;
}

}  // namespace

TEST_CASE("every published EPC-96 vector and range edge decodes, encodes and reads back") {
    if (!test::have_testdata(kVectors)) {
        return;
    }
    const json all = vectors();
    REQUIRE(all.at("valid").size() == 18);
    REQUIRE(all.at("edges").size() == 8);
    for (const char* group : {"valid", "edges"}) {
        for (const json& row : all.at(group)) {
            check_vector(row);
        }
    }
}

TEST_CASE("every published negative is refused for its own reason and kept raw") {
    if (!test::have_testdata(kVectors)) {
        return;
    }
    const json all = vectors();
    REQUIRE(all.at("invalid").size() == 7);
    for (const json& row : all.at("invalid")) {
        const json& expected = row.at("expect");
        if (!expected.contains("error")) {
            check_vector(row);
            continue;
        }
        const std::string hex = row.at("hex");
        INFO(hex);
        const Epc epc = *Epc::parse(hex);
        CHECK(decode_gs1(epc).fault == fault_named(expected.at("error")));
        CHECK(tag_uri(epc) == "urn:epc:raw:96.x" + hex);
    }
}

TEST_CASE(
    "with any bit of any vector flipped, a decode either refuses or encodes to the same bits") {
    if (!test::have_testdata(kVectors)) {
        return;
    }
    const json all = vectors();
    int decoded_count = 0;
    int refused_count = 0;
    for (const char* group : {"valid", "edges", "invalid"}) {
        for (const json& row : all.at(group)) {
            for (std::size_t bit = 0; bit < 96; ++bit) {
                Bytes bytes;
                REQUIRE(from_hex(row.at("hex").get<std::string>(), bytes));
                bytes[bit / 8] ^= static_cast<std::uint8_t>(0x80 >> (bit % 8));
                const Epc epc = *Epc::from_bits(bytes, 96);
                const Gs1Decode decoded = decode_gs1(epc);
                if (decoded.ok()) {
                    ++decoded_count;
                    REQUIRE(encode_gs1(decoded.fields).value() == epc);
                    REQUIRE(parse_tag_uri(tag_uri(epc)).value() == decoded.fields);
                    REQUIRE_FALSE(element_string(decoded.fields).empty());
                } else {
                    ++refused_count;
                    REQUIRE(tag_uri(epc) == "urn:epc:raw:96.x" + epc.str());
                }
            }
        }
    }
    CHECK(decoded_count > 1000);
    CHECK(refused_count > 200);
}
