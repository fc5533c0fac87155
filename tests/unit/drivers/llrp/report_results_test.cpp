// Results of operations behind tags. A decoder checks those of a large report together, after the
// tags were read; the last tag of a report, and so a report of one tag, is always looked at at
// once. So every large report is judged by its tags one by one: it is good if all of them are, has
// their reads, and is refused at the first that is not.
#include <fmt/format.h>

#include "drivers/llrp/report.hpp"
#include "firmware/base/prng.hpp"
#include "tests/unit/drivers/llrp/frames.hpp"

using namespace tally;
using namespace tally::llrp;
using namespace tally::llrp::test;

namespace {

constexpr MonoTime kAt{12345};

Bytes result(Prng& random, std::uint16_t length) {
    ByteWriter writer;
    writer.u16(static_cast<std::uint16_t>(random.between(349, 354)));
    writer.u16(length);
    for (std::size_t i = 4; i < length; ++i) {
        writer.u8(static_cast<std::uint8_t>(random.below(256)));
    }
    return writer.take();
}

/// As readers send them: 7 or 9 bytes as a rule, some with data that was read, some strangely
/// short.
Bytes results(Prng& random) {
    Bytes all;
    const std::uint64_t count = random.chance_ppm(50'000) ? 40 : random.below(9);
    for (std::uint64_t i = 0; i < count; ++i) {
        std::uint16_t length = random.chance_ppm(500'000) ? 7 : 9;
        if (random.chance_ppm(100'000)) {
            length = static_cast<std::uint16_t>(random.between(4, 90));
        }
        const Bytes one = result(random, length);
        all.insert(all.end(), one.begin(), one.end());
    }
    return all;
}

/// What may stand in the place of a result, or behind the results.
const char* const kOddities[] = {
    "015c0007000000",                // a TLV that is no result, the types around them
    "01630007000000",                //
    "03ff000e0000651a00000039ee5b",  // Impinj's signal strength: good, and it counts
    "810002",                        // an antenna: good, and it counts
    "8d0000000000000000000000aa",    // a second EPC: bad
    "015d0003",                      // shorter than its header
    "015d0000",                      //
    "015dffff",                      // longer than the tag
    "015d0008000000",                // by one byte
    "01",                            // too little for a header
    "015d00",                        //
    "215d0007000000",                // a reserved bit set
    "ff"};                           // a type that does not exist

Bytes tag(Prng& random, ByteView rest) {
    ByteWriter writer;
    writer.u16(240);
    writer.u16(static_cast<std::uint16_t>(4 + 13 + 3 + 2 + rest.size()));
    writer.u8(0x80 + 13);
    writer.u64(random.next());
    writer.u32(static_cast<std::uint32_t>(random.next()));
    writer.u8(0x80 + 1);
    writer.u16(static_cast<std::uint16_t>(random.between(1, 4)));
    writer.u8(0x80 + 6);
    writer.u8(0xc4);
    writer.raw(rest);
    return writer.take();
}

std::string said_of(const Result<void>& decoded) {
    return decoded ? "good" : decoded.error().text;
}

void check_report(const std::vector<Bytes>& tags) {
    Bytes report;
    std::vector<TagRead> expected;
    std::optional<std::size_t> bad_at;
    ReportDecoder one_by_one(0xffc0);
    for (const Bytes& each : tags) {
        if (!bad_at && !one_by_one.decode(each, kAt, expected)) {
            bad_at = report.size();
        }
        report.insert(report.end(), each.begin(), each.end());
    }
    ReportDecoder decoder(0xffc0);
    std::vector<TagRead> reads;
    const auto decoded = decoder.decode(report, kAt, reads);
    if (bad_at) {
        CHECK_THAT(said_of(decoded),
                   Catch::StartsWith(fmt::format("tag report malformed at byte {} of {}:", *bad_at,
                                                 report.size())));
        CHECK(reads.empty());
        return;
    }
    REQUIRE(said_of(decoded) == "good");
    REQUIRE(reads.size() == expected.size());
    for (std::size_t i = 0; i < reads.size(); ++i) {
        CHECK(reads[i].epc == expected[i].epc);
        CHECK(reads[i].has == expected[i].has);
        CHECK(reads[i].antenna == expected[i].antenna);
        CHECK(reads[i].peak_rssi == expected[i].peak_rssi);
    }
}

std::vector<Bytes> good_tags(Prng& random, std::size_t count) {
    std::vector<Bytes> tags;
    for (std::size_t i = 0; i < count; ++i) {
        const Bytes rest = results(random);
        tags.push_back(tag(random, rest));
    }
    return tags;
}

}  // namespace

TEST_CASE("a large report with any number of results behind its tags reads like its tags alone") {
    for (const std::size_t count : {1U, 3U, 31U, 32U, 200U, 3'000U}) {
        Prng random(count);
        check_report(good_tags(random, count));
    }
}

TEST_CASE("whatever stands among the results of one of many tags is judged as if it stood alone") {
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        CAPTURE(seed);
        Prng random(seed);
        std::vector<Bytes> tags = good_tags(random, 2 + random.below(120));
        for (std::uint64_t odd = 1 + random.below(3); odd > 0; --odd) {
            Bytes rest = results(random);
            const Bytes oddity = hex(kOddities[random.below(std::size(kOddities))]);
            rest.insert(rest.end(), oddity.begin(), oddity.end());
            if (random.chance_ppm(300'000)) {
                const Bytes more = results(random);
                rest.insert(rest.end(), more.begin(), more.end());
            }
            tags[random.below(tags.size())] = tag(random, rest);
        }
        check_report(tags);
    }
}

TEST_CASE("no flipped bit among the results of many tags escapes, and none reads past the report") {
    Prng random(7);
    const std::vector<Bytes> tags = good_tags(random, 40);
    for (std::size_t round = 0; round < 4'000; ++round) {
        std::vector<Bytes> flipped = tags;
        Bytes& one = flipped[random.below(flipped.size())];
        // Not in the header of the tag, whose length says where the next begins.
        const std::uint64_t bit = 32 + random.below(8 * one.size() - 32);
        one[bit / 8] = static_cast<std::uint8_t>(one[bit / 8] ^ (1U << (bit % 8)));
        check_report(flipped);
    }
}
