#include "firmware/domain/epc/scheme.hpp"

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "firmware/domain/epc/scheme_tables.hpp"
#include "firmware/domain/epc/text.hpp"

using namespace tally;

namespace {

Gs1Epc fields_of(const char* hex) {
    const Gs1Decode decoded = decode_gs1(*Epc::parse(hex));
    REQUIRE(decoded.ok());
    return decoded.fields;
}

/// Fields at or near the edges of their digit counts, of a random scheme and partition.
Gs1Epc draw_fields(Prng& prng) {
    Gs1Epc fields;
    fields.scheme = static_cast<EpcScheme>(prng.below(5));
    fields.filter = static_cast<std::uint8_t>(prng.below(8));
    fields.partition = static_cast<std::uint8_t>(prng.below(7));
    const auto& layout = epc_tables::layout(fields.scheme);
    const std::uint64_t prefixes = epc_tables::kPowersOfTen[fields.company_digits()];
    const std::uint64_t by_digits =
        epc_tables::kPowersOfTen[layout.reference_digits[fields.partition]];
    const std::uint64_t by_bits = std::uint64_t{1} << layout.reference_bits[fields.partition];
    const std::uint64_t references = std::min(by_digits, by_bits);
    const bool edge = prng.chance_ppm(300'000);
    fields.company_prefix = edge ? prefixes - 1 : prng.below(prefixes);
    fields.reference = edge ? references - 1 : prng.below(references);
    if (fields.scheme != EpcScheme::sscc_96 && fields.scheme != EpcScheme::giai_96) {
        const std::uint64_t serials = std::uint64_t{1} << layout.tail_bits;
        fields.serial = edge ? serials - 1 : prng.below(serials);
    }
    return fields;
}

}  // namespace

TEST_CASE("fields of every scheme and partition come back from their bits and from their URI") {
    const std::uint64_t seed = 7;
    Prng prng(seed);
    for (int i = 0; i < 5000; ++i) {
        const Gs1Epc fields = draw_fields(prng);
        INFO("seed " << seed << ", draw " << i << ": " << tag_uri(fields));
        const auto epc = encode_gs1(fields);
        REQUIRE(epc);
        REQUIRE(epc->bit_count() == 96);
        REQUIRE(decode_gs1(*epc).ok());
        REQUIRE(decode_gs1(*epc).fields == fields);
        REQUIRE(parse_tag_uri(tag_uri(fields)).value() == fields);
    }
}

TEST_CASE("element strings carry the keys of GS1 barcodes") {
    struct Row {
        const char* hex;
        const char* element;
    };
    const Row rows[] = {
        {"3066C4409047E140075BCD15", "(01)09506000134352(21)123456789"},
        {"311BA1B300CE0A6A83000000", "(00)095201234567891235"},
        {"3276451FD46072000000162E", "(414)9521141123454(254)5678"},
        {"3215A537C800020000000000", "(414)6901234000016"},
        {"3376451FD40C0E400000162E", "(8003)095211411234545678"},
        {"3476451FD40000000000162E", "(8004)95211415678"},
    };
    for (const Row& row : rows) {
        CHECK(element_string(fields_of(row.hex)) == row.element);
    }
}

TEST_CASE("a header of ours with another length is refused and kept raw") {
    CHECK(decode_gs1(*Epc::parse("3074257BF7194E400000")).fault == EpcFault::wrong_length);
    CHECK(decode_gs1(*Epc::parse("3074257BF7194E4000001A8500")).fault == EpcFault::wrong_length);
    CHECK(decode_gs1(Epc()).fault == EpcFault::other_header);
    CHECK(decode_gs1(*Epc::parse("35000000000000000000000A")).fault == EpcFault::other_header);
}

TEST_CASE("a raw URI is the bits as one number in as many digits as they need") {
    struct Row {
        const char* text;
        const char* uri;
    };
    const Row rows[] = {
        {"E200383D11498A4975A595AE", "urn:epc:raw:96.xE200383D11498A4975A595AE"},
        {"80/1", "urn:epc:raw:1.x1"},
        {"FF80/9", "urn:epc:raw:9.x1FF"},
        {"", "urn:epc:raw:0.x"},
    };
    for (const Row& row : rows) {
        CHECK(tag_uri(*Epc::parse(row.text)) == row.uri);
    }
}

TEST_CASE("encode refuses what does not fit and says which") {
    const Gs1Epc good = fields_of("3074257BF7194E4000001A85");
    const auto with = [&good](auto change) {
        Gs1Epc fields = good;
        change(fields);
        return encode_gs1(fields);
    };
    CHECK(with([](Gs1Epc&) {}));
    CHECK_FALSE(with([](Gs1Epc& f) { f.partition = 7; }));
    CHECK_FALSE(with([](Gs1Epc& f) { f.filter = 8; }));
    CHECK_FALSE(with([](Gs1Epc& f) { f.company_prefix = 10'000'000; }));
    CHECK_FALSE(with([](Gs1Epc& f) { f.reference = 1'000'000; }));
    CHECK_FALSE(with([](Gs1Epc& f) { f.serial = std::uint64_t{1} << 38; }));
    // A 12-digit prefix leaves no reference in SGLN and GRAI, and 42 bits bound a GIAI.
    CHECK_FALSE(encode_gs1({EpcScheme::sgln_96, 0, 0, 690123456789, 1, 0}));
    CHECK_FALSE(encode_gs1({EpcScheme::giai_96, 0, 0, 690123456789, 4398046511104, 0}));
    CHECK_FALSE(encode_gs1({EpcScheme::sscc_96, 0, 5, 6901234, 1, 1}));
    const auto refused = with([](Gs1Epc& f) { f.company_prefix = 10'000'000; });
    CHECK(refused.error().kind == ErrorKind::malformed);
    CHECK(refused.error().text.find("company prefix") != std::string::npos);
}

TEST_CASE("a tag URI that is not exactly one identity is refused") {
    const char* bad[] = {
        "",
        "urn:epc:id:sgtin:0614141.812345.6789",
        "urn:epc:tag:sgtin-198:3.0614141.812345.6789",
        "urn:epc:tag:sgtin-96",
        "urn:epc:tag:sgtin-96:3.0614141.812345",
        "urn:epc:tag:sgtin-96:3.0614141.812345.6789.1",
        "urn:epc:tag:sgtin-96:8.0614141.812345.6789",
        "urn:epc:tag:sgtin-96:3.0614141.12345.6789",
        "urn:epc:tag:sgtin-96:3.06141.812345.6789",
        "urn:epc:tag:sgtin-96:3.0614141.812345.06789",
        "urn:epc:tag:sgtin-96:3.0614141.81234x.6789",
        "urn:epc:tag:sgtin-96:3.0614141.812345.",
        "urn:epc:tag:sgtin-96:3.0614141.812345.274877906944",
        "urn:epc:tag:sgtin-96:3.0614141.812345.99999999999999999999999",
        "urn:epc:tag:sscc-96:3.0614141.1234567890.",
        "urn:epc:tag:giai-96:3.0614141.05678",
        "urn:epc:tag:giai-96:3.0614141.",
    };
    for (const char* uri : bad) {
        INFO(uri);
        CHECK_FALSE(parse_tag_uri(uri));
    }
}

TEST_CASE("an SGTIN is made from a GTIN of any length, and only from a right one") {
    const auto fields = sgtin_from_gtin({"80614141123458", 7, 3, 6789});
    REQUIRE(fields);
    CHECK(encode_gs1(*fields)->str() == "3074257BF7194E4000001A85");
    const auto ean13 = sgtin_from_gtin({"6901234123456", 7, 1, 1});
    REQUIRE(ean13);
    CHECK(encode_gs1(*ean13)->str() == "3035A537C80C0E4000000001");
    CHECK(gs1_key(*ean13) == "06901234123456");
    CHECK_FALSE(sgtin_from_gtin({"80614141123457", 7, 3, 6789}));
    CHECK_FALSE(sgtin_from_gtin({"8061414112345", 7, 3, 6789}));
    CHECK_FALSE(sgtin_from_gtin({"80614141123458", 13, 3, 6789}));
    CHECK_FALSE(sgtin_from_gtin({"80614141123458", 7, 3, std::uint64_t{1} << 38}));
    CHECK_FALSE(sgtin_from_gtin({"", 7, 3, 1}));
}

TEST_CASE("headers of other schemes are named, and the rest is said to be unknown") {
    CHECK(header_name(0x35) == "gid-96");
    CHECK(header_name(0xf7) == "sgtin+");
    CHECK(header_name(0xe2) == "reserved");
    CHECK(header_name(0x00) == "unprogrammed");
    CHECK(header_name(0x77) == "unknown");
    for (std::uint8_t i = 0; i < 5; ++i) {
        CHECK(header_name(static_cast<std::uint8_t>(0x30 + i)) ==
              to_string(static_cast<EpcScheme>(i)));
    }
}
