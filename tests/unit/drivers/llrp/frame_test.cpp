#include "drivers/llrp/frame.hpp"

#include "tests/unit/drivers/llrp/frames.hpp"

using namespace tally;
using namespace tally::llrp;
using tally::llrp::test::hex;

namespace {

Bytes two_frames() {
    return hex("043e0000000a00000388 041e0000001200000005011f000800000000");
}

std::vector<std::uint32_t> ids_from(FrameReader& reader) {
    std::vector<std::uint32_t> ids;
    for (;;) {
        const auto frame = reader.next();
        REQUIRE(frame);
        if (!frame->has_value()) {
            return ids;
        }
        ids.push_back((*frame)->id);
    }
}

}  // namespace

TEST_CASE("two frames come out whole at every possible split") {
    const Bytes stream = two_frames();
    for (std::size_t split = 0; split <= stream.size(); ++split) {
        FrameReader reader;
        reader.feed(ByteView(stream).first(split));
        std::vector<std::uint32_t> ids = ids_from(reader);
        reader.feed(ByteView(stream).subspan(split));
        for (const std::uint32_t id : ids_from(reader)) {
            ids.push_back(id);
        }
        CHECK(ids == std::vector<std::uint32_t>{0x388, 5});
        CHECK(reader.pending() == 0);
    }
}

TEST_CASE("a frame fed byte by byte has its version, type, id and body") {
    FrameReader reader;
    const Bytes stream = hex("0838000000140000000d0102011f000800000000");
    for (std::size_t i = 0; i + 1 < stream.size(); ++i) {
        reader.feed(ByteView(stream).subspan(i, 1));
        const auto none = reader.next();
        REQUIRE(none);
        REQUIRE_FALSE(none->has_value());
    }
    reader.feed(ByteView(stream).last(1));
    const auto frame = reader.next();
    REQUIRE(frame);
    REQUIRE(frame->has_value());
    CHECK((*frame)->version == Version::v1_1);
    CHECK((*frame)->type == 56);
    CHECK((*frame)->id == 13);
    CHECK(to_hex((*frame)->body) == "0102011f000800000000");
    CHECK(frame_bytes(**frame) == stream);
}

TEST_CASE("a header that no reader may send is refused with its reason, for good") {
    struct Row {
        const char* frame;
        const char* reason;
    };
    const Row rows[] = {
        {"003e0000000a00000001", "version field 0"},
        {"1c3e0000000a00000001", "version field 7"},
        {"04000000000a00000001", "message type 0"},
        {"07840000000a00000001", "message type 900"},
        {"07e70000000a00000001", "message type 999"},
        {"043e0000000900000001", "message length 9"},
        {"043e0000000000000001", "message length 0"},
        {"043effffffff00000001", "message length 4294967295"},
        {"043e0080000100000001", "message length 8388609"},
    };
    for (const Row& row : rows) {
        INFO(row.frame);
        FrameReader reader;
        reader.feed(hex(row.frame));
        const auto first = reader.next();
        REQUIRE_FALSE(first);
        CHECK(first.error().kind == ErrorKind::malformed);
        CHECK_THAT(first.error().text, Catch::Contains(row.reason));
        reader.feed(two_frames());
        CHECK_FALSE(reader.next());
        reader.reset();
        reader.feed(two_frames());
        CHECK(ids_from(reader).size() == 2);
    }
}

TEST_CASE("reserved header bits are ignored and the largest frame is accepted") {
    FrameReader reader;
    reader.feed(hex("e43e0000000a00000001"));
    CHECK(ids_from(reader) == std::vector<std::uint32_t>{1});

    Bytes big = hex("043d0080000000000002");
    big.resize(kFrameBytesMax);
    for (std::size_t at = 0; at < big.size(); at += 65536) {
        reader.feed(ByteView(big).subspan(at, std::min<std::size_t>(65536, big.size() - at)));
    }
    CHECK(ids_from(reader) == std::vector<std::uint32_t>{2});
}

TEST_CASE("parse_frame wants exactly one frame") {
    const Bytes stream = two_frames();
    CHECK(parse_frame(ByteView(stream).first(10)));
    CHECK_FALSE(parse_frame(ByteView(stream).first(9)));
    CHECK_FALSE(parse_frame(ByteView(stream).first(11)));
    CHECK_FALSE(parse_frame({}));
}
