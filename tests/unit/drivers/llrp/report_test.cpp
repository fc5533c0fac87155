// The fast path against the tree codec on real data, rule 14.2.3 (ii), and the usual sweep.
#include "drivers/llrp/report.hpp"

#include <nlohmann/json.hpp>

#include "tests/unit/drivers/llrp/frames.hpp"

using namespace tally;
using namespace tally::llrp;
using namespace tally::llrp::test;

namespace {

constexpr MonoTime kAt{12345};

std::vector<TagRead> reads_of(std::string_view body, ReportDecoder& decoder) {
    std::vector<TagRead> reads;
    const Bytes bytes = hex(body);
    const auto decoded = decoder.decode(bytes, kAt, reads);
    if (!decoded) {
        FAIL(decoded.error().text);
    }
    return reads;
}

std::vector<TagRead> reads_of(std::string_view body) {
    ReportDecoder decoder(0);
    return reads_of(body, decoder);
}

/// What the tree of a TagReportData says, independently of the fast path.
void check_against_tree(const TagRead& read, const Parameter& tag) {
    if (const Parameter* epc = tag.child("EPC_96")) {
        CHECK(read.epc == Epc::from_bits(std::get<Bytes>(epc->fields.at(0).value), 96));
    } else {
        const auto& bits = std::get<BitList>(tag.child("EPCData")->fields.at(0).value);
        CHECK(read.epc == Epc::from_bits(bits.bytes, bits.count));
    }
    const auto check = [&](const char* name, const char* field, std::uint8_t known, auto value) {
        const Parameter* parameter = tag.child(name);
        CHECK((parameter != nullptr) == ((read.has & known) != 0));
        if (parameter != nullptr) {
            CHECK(parameter->number(field) == static_cast<std::uint64_t>(value));
        }
    };
    check("AntennaID", "AntennaID", TagRead::antenna_known, read.antenna);
    check("PeakRSSI", "PeakRSSI", TagRead::rssi_known, read.peak_rssi.value / 100);
    check("TagSeenCount", "TagCount", TagRead::count_known, read.count);
}

}  // namespace

TEST_CASE("a full tag report gives every value with its unit") {
    const auto reads = reads_of(
        "00f00044 8d3074257bf7194e4000001a85 8900000001 8e0001 8a0001 810002 86c3 870005"
        "8200060a24181e4000 8400060a2418221090 88000c 8c3000 8bbeef 9000000000");
    REQUIRE(reads.size() == 1);
    const TagRead& read = reads[0];
    CHECK(read.epc.str() == "3074257BF7194E4000001A85");
    CHECK(read.antenna == 2);
    CHECK(read.peak_rssi == CentiDbm{-6100});
    CHECK(read.count == 12);
    CHECK(read.reader_first_seen_us == 0x00060a24181e4000);
    CHECK(read.reader_last_seen_us == 0x00060a2418221090);
    CHECK(read.at == kAt);
    CHECK(read.has == 63);
}

TEST_CASE("what a report leaves out and nobody enabled is unknown, not zero") {
    const auto reads = reads_of("00f00011 8d3074257bf7194e4000001a85");
    REQUIRE(reads.size() == 1);
    CHECK(reads[0].has == 0);
    CHECK(reads[0].count == 1);
}

TEST_CASE("an enabled field that a report leaves out is as before, within one connection") {
    const std::string first =
        "00f0001f 8d000000000000000000000001 810003 86d0 8200060a24181e4000 00f00011"
        "8d000000000000000000000002";
    ReportDecoder decoder(report_antenna | report_rssi | report_seen_count);
    auto reads = reads_of(first, decoder);
    REQUIRE(reads.size() == 2);
    CHECK(reads[1].has == (TagRead::antenna_known | TagRead::rssi_known));
    CHECK(reads[1].antenna == 3);
    CHECK(reads[1].peak_rssi == CentiDbm{-4800});

    // Over message boundaries too, and each type on its own.
    reads = reads_of("00f00014 8d000000000000000000000003 810007", decoder);
    CHECK(reads[0].antenna == 7);
    CHECK(reads[0].peak_rssi == CentiDbm{-4800});

    // A report that is refused changes nothing.
    const Bytes broken = hex("00f00014 8d000000000000000000000003 810009 00f00003");
    REQUIRE_FALSE(decoder.decode(broken, kAt, reads));
    CHECK(reads.size() == 1);
    reads = reads_of("00f00011 8d000000000000000000000004", decoder);
    CHECK(reads[0].antenna == 7);

    decoder.reset();
    reads = reads_of("00f00011 8d000000000000000000000005", decoder);
    CHECK(reads[0].has == 0);
}

TEST_CASE("the project's transcript: the second report of frame 18 stands on antenna 2") {
    ReportDecoder decoder(0xffc0);
    const auto reads = reads_of(
        "00f000448d3174257bf4499602d200000089000000648e00018a000181000286cc87000182000640b5eee4e360"
        "84000640b5eee66a008800048c30008b1234900000000000f000418d3174257bf4499602d20000008900000064"
        "8e00018a000186c987000182000640b5eee4e36084000640b5eee72d508800028c30008b12349000000000",
        decoder);
    REQUIRE(reads.size() == 2);
    CHECK(reads[1].antenna == 2);
    CHECK(reads[1].peak_rssi == CentiDbm{-5500});
}

TEST_CASE("parameters may come in any order, with Custom and unknown ones between") {
    const char* bodies[] = {
        "00f00024 810001 8d000000000000000000000009 86d0 03ff000e 0000651a 00000039 ee5b",
        "00f00024 03ff000e 0000651a 00000039 ee5b 86d0 8d000000000000000000000009 810001",
        ("03ff000c0000651a00000001 00f2000800000000 00f0002a 03200006ffff 86d0 810001"
         "03ff000e 0000651a 00000039 ee5b 8d000000000000000000000009")};
    for (const char* body : bodies) {
        INFO(body);
        const auto reads = reads_of(body);
        REQUIRE(reads.size() == 1);
        CHECK(reads[0].antenna == 1);
        // The vendor's hundredths of a dBm beat whole ones.
        CHECK(reads[0].peak_rssi == CentiDbm{-4517});
    }
}

TEST_CASE("EPCs from nothing to 512 bits are values; 513 bits and malformed reports are refused") {
    const std::pair<std::size_t, bool> sizes[] = {{0, true},   {1, true},   {8, true},
                                                  {9, true},   {144, true}, {208, true},
                                                  {512, true}, {513, false}};
    for (const auto& [bits, good] : sizes) {
        INFO(bits);
        ByteWriter writer;
        const std::size_t bytes = (bits + 7) / 8;
        writer.u16(240);
        writer.u16(static_cast<std::uint16_t>(10 + bytes));
        writer.u16(241);
        writer.u16(static_cast<std::uint16_t>(6 + bytes));
        writer.u16(static_cast<std::uint16_t>(bits));
        writer.raw(Bytes(bytes, 0xff));
        ReportDecoder decoder(0);
        std::vector<TagRead> reads;
        CHECK(decoder.decode(writer.bytes(), kAt, reads).has_value() == good);
        CHECK(reads.size() == (good ? 1 : 0));
        if (good) {
            CHECK(reads[0].epc.bit_count() == bits);
        }
    }
    const char* broken[] = {
        "00f00007 810001",  // no EPC
        "00f0001e 8d000000000000000000000001 8d000000000000000000000002",
        "00f0000c 00f10008 0010 0102 81",                // cut inside a type-value
        "00f0000b 00f10007 0010 01",                     // fewer bits than the count says
        "00f0000d 00f10009 0010 010203",                 // more
        "00f00012 8d000000000000000000000001 ff",        // unknown type-value
        "00f00015 8d000000000000000000000001 00010004",  // type-value type with a length
        "00f00011 8d0000000000000000000000",             // cut
        "810001",
        "00",
        "00f0",
        "00f00003",
        "00f0ffff"};
    for (const char* body : broken) {
        INFO(body);
        ReportDecoder decoder(0);
        std::vector<TagRead> reads;
        const auto decoded = decoder.decode(hex(body), kAt, reads);
        REQUIRE_FALSE(decoded);
        CHECK(decoded.error().kind == ErrorKind::malformed);
        CHECK_THAT(decoded.error().text, Catch::Contains("discarded"));
        CHECK(reads.empty());
    }
    CHECK(reads_of("").empty());
}

TEST_CASE("the fast path agrees with the tree codec on every golden report") {
    const std::filesystem::path golden = "rfid/llrp-ltk-golden";
    if (!tally::test::have_testdata(golden)) {
        return;
    }
    const auto folder = tally::test::testdata() / golden;
    const std::string files[] = {tally::test::read_file(folder / "dx101_a.bin"),
                                 tally::test::read_file(folder / "dx101_b.bin"),
                                 tally::test::read_file(folder / "dx101_e.bin"),
                                 gunzipped(folder / "dx101_c.bin.gz")};
    std::size_t tags = 0;
    for (const std::string& file : files) {
        for (const Bytes& bytes : frames_in(file)) {
            const auto frame = parse_frame(bytes);
            if (frame->type != 61) {
                continue;
            }
            ReportDecoder decoder(0);
            std::vector<TagRead> reads;
            REQUIRE(decoder.decode(frame->body, kAt, reads));
            const Message tree = decoded(bytes);
            std::size_t index = 0;
            for (const Parameter& parameter : tree.parameters) {
                if (parameter.type == 240) {
                    REQUIRE(index < reads.size());
                    check_against_tree(reads[index++], parameter);
                    ++tags;
                }
            }
            CHECK(index == reads.size());
        }
    }
    CHECK(tags > 32705);
}

TEST_CASE("no prefix and no flipped bit of a report crashes, and a refusal leaves nothing behind") {
    const Bytes good =
        hex("00f00044 8d3074257bf7194e4000001a85 8900000001 8e0001 8a0001 810002 86c3 870005"
            "8200060a24181e4000 8400060a2418221090 88000c 8c3000 8bbeef 9000000000"
            "00f0001a 00f1000d 003c 1122334455667788 03ff000900006512"
            "00");
    std::size_t refused = 0;
    const auto attempt = [&](ByteView bytes) {
        // A copy of exactly this size, so that the sanitizer sees a read past its end.
        const Bytes exact(bytes.begin(), bytes.end());
        ReportDecoder decoder(0xffff);
        std::vector<TagRead> reads;
        if (!decoder.decode(exact, kAt, reads)) {
            ++refused;
            REQUIRE(reads.empty());
        }
    };
    for (std::size_t length = 0; length <= good.size(); ++length) {
        attempt(ByteView(good).first(length));
    }
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        Bytes flipped = good;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
        attempt(flipped);
    }
    CHECK(refused > 100);
}

// A decoder compares a body with the shape it knows before it searches it. Whatever it has seen
// before, it must read each body as a decoder does that has seen none.
TEST_CASE("what was decoded before never changes how a report is read") {
    const char* shapes[] = {
        "00f00044 8d3074257bf7194e4000001a85 8900000001 8e0001 8a0001 810002 86c3 870005"
        "8200060a24181e4000 8400060a2418221090 88000c 8c3000 8bbeef 9000000000",
        "00f00011 8d000000000000000000000001",
        // An EPC of 60 bits, the vendor's signal strength, then results that differ.
        "00f00026 00f1000e 003c 1122334455667788 86d0 03ff000e 0000651a 00000039 ee5b 015d0004",
        "00f0002a 00f1000e 003c 1122334455667788 86d0 03ff000e 0000651a 00000039 ee5b 01600008"
        "00000001",
        // The result stands first, and an EPC or a vendor's signal strength behind it.
        "00f00018 015d0004 8d000000000000000000000001 810002",
        "00f00026 8d000000000000000000000001 86d0 015d0004 03ff000e 0000651a 00000039 ee5b"};
    std::size_t read = 0;
    std::size_t refused = 0;
    const auto compare = [&](ReportDecoder& experienced, ByteView body) {
        const Bytes exact(body.begin(), body.end());
        std::vector<TagRead> found;
        std::vector<TagRead> expected;
        ReportDecoder fresh(0);
        const bool good = fresh.decode(exact, kAt, expected).has_value();
        REQUIRE(experienced.decode(exact, kAt, found).has_value() == good);
        REQUIRE(found.size() == expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            CHECK(found[i].epc == expected[i].epc);
            CHECK(found[i].has == expected[i].has);
            CHECK(found[i].antenna == expected[i].antenna);
            CHECK(found[i].peak_rssi == expected[i].peak_rssi);
            CHECK(found[i].count == expected[i].count);
            CHECK(found[i].reader_first_seen_us == expected[i].reader_first_seen_us);
            CHECK(found[i].reader_last_seen_us == expected[i].reader_last_seen_us);
        }
        ++(good ? read : refused);
    };
    for (const char* known : shapes) {
        for (const char* other : shapes) {
            const Bytes body = hex(other);
            for (std::size_t bit = 0; bit < body.size() * 8; ++bit) {
                ReportDecoder decoder(0);
                for (int sight = 0; sight < 3; ++sight) {
                    compare(decoder, hex(known));
                }
                Bytes flipped = body;
                flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
                compare(decoder, flipped);
                compare(decoder, ByteView(body).first(bit / 8));
                compare(decoder, body);
                compare(decoder, hex(known));
            }
        }
    }
    CHECK(read > 10'000);
    CHECK(refused > 1'000);
}
