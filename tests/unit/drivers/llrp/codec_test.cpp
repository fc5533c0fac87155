// The codec on well-formed and broken messages. The sweep at the end feeds every prefix and every
// single-bit flip of real frames: nothing may crash, and what decodes must encode.
#include "drivers/llrp/codec.hpp"

#include "tests/unit/drivers/llrp/frames.hpp"

using namespace tally;
using namespace tally::llrp;
using namespace tally::llrp::test;

namespace {

constexpr const char* kAddRoSpec =
    "0414 00000052 00000005 00b1004800000064 0000 00b20012 00b3000500 00b600090000000000"
    "00b7001a000200010002 00b800090000000000 00ba0007000101 00ed0012010001 00ee000bffc0"
    "015c0005c0";
constexpr const char* kFullReport =
    "043d0000004e0000000900f000448d3074257bf7194e4000001a8589000000018e00018a000181000286c387000582"
    "00060a24181e40008400060a241822109088000c8c30008bbeef9000000000";

Bytes encoded(const Message& message) {
    const auto bytes = encode(message);
    REQUIRE(bytes);
    return *bytes;
}

}  // namespace

TEST_CASE("a decoded message carries the standard's names and values") {
    const Message add = decoded(hex(kAddRoSpec));
    CHECK(add.version == Version::v1_0_1);
    CHECK(add.type == 20);
    CHECK(add.id == 5);
    const Parameter* rospec = add.child("ROSpec");
    REQUIRE(rospec != nullptr);
    CHECK(rospec->number("ROSpecID") == 100);
    const Parameter* report = rospec->child("ROReportSpec");
    REQUIRE(report != nullptr);
    CHECK(report->number("ROReportTrigger") == 1);
    const Parameter* selector = report->child("TagReportContentSelector");
    REQUIRE(selector != nullptr);
    CHECK(selector->number("EnableROSpecID") == 1);
    CHECK(selector->number("EnableAccessSpecID") == 1);
    const Parameter* memory = selector->child("C1G2EPCMemorySelector");
    REQUIRE(memory != nullptr);
    CHECK(memory->number("EnableCRC") == 1);
    CHECK(memory->number("EnableXPCBits") == 0);

    const Parameter tag = decoded(hex(kFullReport)).parameters.at(0);
    CHECK(std::get<Bytes>(tag.child("EPC_96")->fields.at(0).value) ==
          hex("3074257bf7194e4000001a85"));
    CHECK(static_cast<std::int64_t>(tag.child("PeakRSSI")->number("PeakRSSI")) == -61);
    CHECK(tag.child("FirstSeenTimestampUTC")->number("Microseconds") == 0x00060a24181e4000);
}

TEST_CASE("a message built by name encodes to the layout of the standard") {
    Message config = message("SET_READER_CONFIG", {},
                             {parameter("KeepaliveSpec", {number("KeepaliveTriggerType", 1),
                                                          number("PeriodicTriggerValue", 10000)})});
    config.id = 11;
    CHECK(encoded(config) == hex("0403000000140000000b0000dc00090100002710"));

    Message status = message("GET_SUPPORTED_VERSION_RESPONSE",
                             {number("CurrentVersion", 1), number("SupportedVersion", 2)},
                             {parameter("LLRPStatus")});
    status.version = Version::v1_1;
    status.id = 13;
    CHECK(encoded(status) == hex("0838000000140000000d0102011f000800000000"));
}

TEST_CASE("the additions of LLRP 1.1 decode and encode") {
    const char* frames[] = {
        "082f0000000b0000000102",                  // SET_PROTOCOL_VERSION
        "083900000012000000 01 011f000800000000",  // its response
        "083f00000026000000 01 00f6001c 0080000c00060a24181e4000 0164000c0000006400000007",
        "082d00000024000000 01 00f0001a 8d3074257bf7194e4000001a85 938001 948002 8c3000",
        ("0837 00000000 00000001 00d3002d 00000007 00f10012 0060 3074257bf7194e4000001a85"
         " 01660013 0001 00000000 c0 0002 0002ffff8000"),
    };
    for (const char* frame : frames) {
        INFO(frame);
        Bytes bytes = hex(frame);
        bytes[5] = static_cast<std::uint8_t>(bytes.size());
        CHECK(encoded(decoded(bytes)) == bytes);
    }
    const Bytes loop = hex(frames[2]);
    const Message event = decoded(loop);
    CHECK(event.parameters.at(0).child("SpecLoopEvent")->number("LoopCount") == 7);
}

TEST_CASE("Custom parameters and unknown ones are kept anywhere, byte for byte") {
    // ADD_ROSPEC_RESPONSE with an unknown TLV (type 800) and a Custom behind the status.
    const Bytes bytes =
        hex("041e00000026 00000005 011f000800000000 03200008deadbeef 03ff000c0000651a00000039");
    const Message message = decoded(bytes);
    REQUIRE(message.parameters.size() == 3);
    CHECK(message.parameters[1].type == 800);
    CHECK(std::get<Bytes>(message.parameters[1].fields.at(0).value) == hex("deadbeef"));
    CHECK(message.parameters[2].number("VendorIdentifier") == 25882);
    CHECK(encoded(message) == bytes);
}

TEST_CASE("reserved bits are ignored when received and sent as zero") {
    // SET_READER_CONFIG with all seven reserved bits set; the TLV type carries reserved bits, too.
    const Message config = decoded(hex("04030000001400000001 7f 7cdc0009 01 00002710"));
    CHECK(config.number("ResetToFactoryDefault") == 0);
    CHECK(encoded(config) == hex("04030000001400000001 00 00dc0009 01 00002710"));
}

TEST_CASE("a broken message is refused with the status code and place of the standard") {
    struct Row {
        const char* what;
        const char* frame;
        Fault fault;
        const char* text;
    };
    const Row rows[] = {
        {"unknown message",
         "0405 0000000a 00000001",
         {StatusCode::m_unsupported_message, 0, 0},
         "type 5 is unknown"},
        {"no parameter",
         "041e 0000000a 00000001",
         {StatusCode::m_missing_parameter, 0, 287},
         "LLRPStatus is missing"},
        {"twice",
         "041e 0000001a 00000001 011f000800000000 011f000800000000",
         {StatusCode::m_duplicate_parameter, 0, 287},
         "stands there 2 times"},
        {"elsewhere",
         "041e 0000001b 00000001 011f000800000000 00dc00090000000000",
         {StatusCode::m_unexpected_parameter, 0, 220},
         "KeepaliveSpec may not stand here"},
        {"field cut",
         "0416 0000000d 00000001 000000",
         {StatusCode::m_field_error, 0, 0},
         "ROSpecID is cut short"},
        {"length too large",
         "041e 00000012 00000001 011f000900000000",
         {StatusCode::m_parameter_error, 0, 287},
         "does not fit"},
        {"length too small",
         "041e 00000012 00000001 011f000300000000",
         {StatusCode::m_parameter_error, 0, 287},
         "does not fit"},
        {"nested field cut",
         "041e 00000010 00000001 011f00060000",
         {StatusCode::p_field_error, 287, 1},
         "ErrorDescription is cut short"},
        {"nested missing",
         "0414 00000014 00000001 00b1000a000000640000",
         {StatusCode::p_missing_parameter, 177, 178},
         "ROBoundarySpec is missing"},
        {"unknown type-value",
         "043d 00000010 00000001 00f00006 ff00",
         {StatusCode::p_unknown_parameter, 240, 127},
         "127 is unknown"},
        {"type-value type with a length",
         "043d 00000012 00000001 00f00008 00010004",
         {StatusCode::p_unknown_parameter, 240, 1},
         "may not carry a length"},
        {"two EPCs",
         "043d 00000028 00000001 00f0001e 8d000000000000000000000001"
         "8d000000000000000000000002",
         {StatusCode::p_duplicate_parameter, 240, 241},
         "EPCParameter stands there 2 times"},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        const Bytes bytes = hex(row.frame);
        const auto frame = parse_frame(bytes);
        REQUIRE(frame);
        Fault fault;
        const auto message = decode(*frame, &fault);
        REQUIRE_FALSE(message);
        CHECK_THAT(message.error().text, Catch::Contains(row.text));
        CHECK(fault.status == row.fault.status);
        CHECK(fault.parameter == row.fault.parameter);
        CHECK(fault.subject == row.fault.subject);

        // The answer to it is itself a good message that says so.
        const Message answer = error_message(fault, Version::v1_0_1, 1);
        const auto report = status_of(decoded(encoded(answer)));
        REQUIRE(report);
        CHECK(report->code != StatusCode::success);
        CHECK_THAT(report->text, Catch::Contains(to_string(row.fault.status)));
    }
}

TEST_CASE("the status of an answer is read with the reader's words and nested errors") {
    const Message answer = decoded(hex("0420 0000001a 00000008 011f0010006500000120 00080000012c"));
    const auto report = status_of(answer);
    REQUIRE(report);
    CHECK(report->code == StatusCode::m_field_error);
    CHECK(report->text == "M_FieldError (101), field 0: A_Invalid (300)");
    CHECK_FALSE(status_of(decoded(hex("043e0000000a00000007"))).has_value());
    CHECK(to_string(static_cast<StatusCode>(555)) == "unlisted status (555)");
}

TEST_CASE("what cannot be said on the wire is refused when encoding") {
    Message unknown;
    unknown.type = 5;
    CHECK_FALSE(encode(unknown));
    CHECK_FALSE(encode(message("START_ROSPEC", {number("ROSpecID", 1ULL << 32)})));
    CHECK_FALSE(encode(message("START_ROSPEC", {{"ROSpecID", std::string("x")}})));
    Parameter wide = parameter("AISpec", {{"AntennaIDs", NumberList(40000, 1)}});
    CHECK_FALSE(encode(message("ADD_ROSPEC", {}, {wide})));
    Parameter bits = parameter("EPCData", {{"EPC", BitList{9, Bytes{1}}}});
    CHECK_FALSE(encode(message("RO_ACCESS_REPORT", {}, {bits})));
}

TEST_CASE("nesting deeper than the bound is refused, not recursed into") {
    // ParameterError inside ParameterError, 60 times.
    Bytes body;
    for (int level = 0; level < 60; ++level) {
        ByteWriter writer;
        writer.u16(289);
        writer.u16(static_cast<std::uint16_t>(8 + body.size()));
        writer.u32(0);
        writer.raw(body);
        body = writer.take();
    }
    ByteWriter status;
    status.u16(287);
    status.u16(static_cast<std::uint16_t>(8 + body.size()));
    status.u32(0);
    status.raw(body);
    const Bytes bytes = frame_bytes({Version::v1_0_1, 100, 1, status.bytes()});
    const auto frame = parse_frame(bytes);
    REQUIRE(frame);
    const auto message = decode(*frame);
    REQUIRE_FALSE(message);
    CHECK_THAT(message.error().text, Catch::Contains("nested too deeply"));
}

TEST_CASE("no prefix and no flipped bit of a frame crashes, and what decodes encodes") {
    const char* frames[] = {
        kAddRoSpec, kFullReport, "0420 0000001a 00000008 011f0010006500000120 00080000012c",
        "043f000000280000000100f6001e0080000c00060a24181e400000fc000e00056f6f707321810002"};
    std::size_t decodable = 0;
    std::size_t refused = 0;
    const auto attempt = [&](const Bytes& bytes) {
        const auto frame = parse_frame(bytes);
        const auto message = frame ? decode(*frame) : Result<Message>(fail(frame.error()));
        if (message) {
            ++decodable;
            REQUIRE(encode(*message));
        } else {
            ++refused;
            REQUIRE_FALSE(message.error().text.empty());
        }
    };
    for (const char* text : frames) {
        const Bytes good = hex(text);
        for (std::size_t length = kHeaderBytes; length < good.size(); ++length) {
            Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length));
            cut[4] = 0;
            cut[5] = static_cast<std::uint8_t>(length);
            attempt(cut);
        }
        for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
            Bytes flipped = good;
            flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
            attempt(flipped);
        }
    }
    CHECK(decodable > 500);
    CHECK(refused > 300);
}
