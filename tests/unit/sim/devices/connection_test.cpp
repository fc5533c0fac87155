// The emulated reader's connections: who may talk, when, in which version, and what a bad request
// is answered with.
#include "tests/support/llrp_bench.hpp"

using namespace tally;
using namespace tally::test;

TEST_CASE("the reader speaks first: one ConnectionAttemptEvent with success and a UTC stamp") {
    ReaderBench bench;
    bench.dial(bench.client);
    REQUIRE(bench.client.ear.frames.size() == 1);
    const Frame first = bench.client.ear.frames.front();
    CHECK(first.version == 1);
    CHECK(first.body.substr(0, 16) == "00f600160080000c");
    CHECK(first.body.substr(32) == "010000060000");
}

TEST_CASE("the first event may come late or never, and who speaks before it is not heard") {
    ReaderBench late({.first_event_delay_ms = 500});
    late.dial(late.client);
    late.send(Msg::get_rospecs, "");
    CHECK(late.client.ear.frames.empty());
    late.run(600);
    CHECK(late.client.ear.frames.size() == 1);

    ReaderBench never({.no_first_event = 1});
    never.dial(never.client);
    never.run(60'000);
    CHECK(never.client.ear.frames.empty());
    CHECK(never.client.ear.closed.empty());
}

TEST_CASE("a second client is refused with status 2, and the first hears of it with status 4") {
    ReaderBench bench;
    bench.connect();
    Caller second;
    bench.dial(second);
    bench.run(50);
    REQUIRE(second.ear.frames.size() == 1);
    CHECK(second.ear.frames.front().body.substr(32) == "010000060002");
    CHECK_FALSE(second.ear.closed.empty());
    CHECK(bench.next(Msg::reader_event_notification).body.substr(32) == "010000060004");
    bench.ask_ok(Msg::get_rospecs, "");
}

TEST_CASE("a reader may refuse every connect with status 1, 2 or 3") {
    for (const std::int64_t status : {1, 2, 3}) {
        ReaderBench bench({.connect_status = status});
        bench.dial(bench.client);
        bench.run(50);
        REQUIRE(bench.client.ear.frames.size() == 1);
        CHECK(bench.client.ear.frames.front().body.substr(32) ==
              "01000006" + hex_of(static_cast<std::uint64_t>(status), 2));
        CHECK_FALSE(bench.client.ear.closed.empty());
    }
}

TEST_CASE("version 1.1 is settled once, and from then on every message carries it") {
    ReaderBench bench;
    bench.connect();
    bench.send(Msg::get_supported_version, "", 1, 2);
    CHECK(bench.next(Msg::get_supported_version_response).body == "0102011f000800000000");
    bench.send(Msg::set_protocol_version, "02", 2, 2);
    CHECK(bench.next(Msg::set_protocol_version_response).body == "011f000800000000");
    bench.send(Msg::get_rospecs, "", 3, 2);
    CHECK(bench.next(Msg::get_rospecs_response).version == 2);
    bench.send(Msg::get_rospecs, "", 4, 1);
    CHECK(bench.next(Msg::error_message).body.substr(8, 4) == "006e");
    bench.send(Msg::set_protocol_version, "02", 5, 2);
    CHECK(bench.next(Msg::set_protocol_version_response).body.substr(8, 4) == "0070");
}

TEST_CASE("a 1.0.1 reader answers a version request with M_UnsupportedVersion in its version") {
    ReaderBench bench({.only_101 = 1});
    bench.connect();
    bench.send(Msg::get_supported_version, "", 9, 2);
    const Frame error = bench.next(Msg::error_message);
    CHECK(error.version == 2);
    CHECK(error.id == 9);
    CHECK(error.body.substr(8, 4) == "006e");
    bench.ask_ok(Msg::get_rospecs, "");
}

namespace {

struct BadRequest {
    std::string name;
    Msg type;
    std::string body;
    std::string status;  ///< of the LLRPStatus, hex
    std::string inside;  ///< somewhere in the answer
};

std::string with(std::string rospec, std::size_t at, const std::string& bytes) {
    return rospec.replace(at * 2, bytes.size(), bytes);
}

}  // namespace

TEST_CASE("a bad request is refused whole, with the status code of the standard") {
    const std::string good = simple_rospec();
    const std::vector<BadRequest> table = {
        {"no ROSpec", Msg::add_rospec, "", "0067", ""},
        {"two ROSpecs", Msg::add_rospec, good + good, "0068", ""},
        {"another parameter", Msg::add_rospec, "00dc0009010000ffff", "0066", ""},
        {"an unknown parameter", Msg::add_rospec, "02580004", "006b", ""},
        {"a vendor's parameter", Msg::add_rospec, "03ff000c0000ff980000000f", "006f", ""},
        {"ROSpecID 0", Msg::add_rospec, with(good, 4, "00000000"), "0064", "00b100c9"},
        {"born enabled", Msg::add_rospec, with(good, 9, "01"), "0064", "012000080002012c"},
        {"antenna 9", Msg::add_rospec, with(good, 34, "0009"), "0064", "00b700c9"},
        {"start trigger 9", Msg::add_rospec, with(good, 18, "09"), "0064", "00b300c9"},
        {"GPI start without its value", Msg::add_rospec, with(good, 18, "03"), "0064", "00b300cb"},
        {"AISpec without its stop", Msg::add_rospec, with(good, 38, "00b9"), "0064", "00b700ca"},
        {"wrong inner length", Msg::add_rospec, with(good, 2, "00ff"), "0065", ""},
        {"no such ROSpec", Msg::enable_rospec, "00000005", "0065", ""},
        {"start of all", Msg::start_rospec, "00000000", "0065", ""},
        {"reserved bits", Msg::set_reader_config, "01", "0065", ""},
        {"reserved bits inside", Msg::set_reader_config, "0000e2000581", "0064", "00e200c9"},
        {"antenna properties", Msg::set_reader_config, "0000dd00098000010000", "0064", "00dd00d1"},
        {"event type 77", Msg::set_reader_config, "0000f4000b00f50007004d80", "0064", "00f500c9"},
        {"too short", Msg::enable_rospec, "0000", "0065", ""},
        {"too long", Msg::get_rospecs, "00", "0066", ""},
        {"antenna 5", Msg::get_reader_config, "00050000000000", "0065", "012000080000012c"},
        {"requested data 12", Msg::get_reader_config, "00000c00000000", "0065", ""},
    };
    for (const BadRequest& row : table) {
        ReaderBench bench;
        bench.connect();
        const std::string answer = bench.ask(row.type, row.body);
        INFO(row.name << ": " << answer);
        CHECK(answer.substr(0, 4) == "011f");
        CHECK(answer.substr(8, 4) == row.status);
        CHECK(answer.find(row.inside) != std::string::npos);
        CHECK(bench.ask(Msg::get_rospecs, "") == "011f000800000000");
    }
}

TEST_CASE("messages without a response are refused with ERROR_MESSAGE, errors with silence") {
    ReaderBench bench;
    bench.connect();
    bench.send(static_cast<Msg>(45), "");
    CHECK(bench.next(Msg::error_message).body.substr(8, 4) == "006d");
    bench.send(Msg::custom_message, "0000651a01");
    CHECK(bench.next(Msg::error_message).body.substr(8, 4) == "006d");
    bench.send(Msg::get_report, "ff");
    CHECK(bench.next(Msg::error_message).body.substr(8, 4) == "0066");
    bench.client.ear.frames.clear();
    bench.send(Msg::error_message, "011f000800640000");
    CHECK(bench.client.ear.frames.empty());
}

TEST_CASE("a message with an impossible length ends the connection") {
    ReaderBench bench;
    bench.connect();
    Bytes bytes;
    REQUIRE(from_hex("04010000000400000001", bytes));
    REQUIRE(bench.client.stream->send(bytes));
    bench.run(20);
    CHECK_FALSE(bench.client.ear.closed.empty());
}

TEST_CASE("CLOSE_CONNECTION is answered, then the connection ends and the next client is welcome") {
    ReaderBench bench;
    bench.connect();
    bench.ask_ok(Msg::close_connection, "");
    bench.run(50);
    CHECK_FALSE(bench.client.ear.closed.empty());
    bench.connect();
}

TEST_CASE("KEEPALIVE comes at its period, and who never answers is dropped") {
    ReaderBench bench;
    bench.connect();
    bench.ask_ok(Msg::set_reader_config, "0000dc000901000003e8");
    for (int i = 0; i < 5; ++i) {
        bench.run(1000);
        bench.send(Msg::keepalive_ack, "", bench.next(Msg::keepalive).id);
    }
    bench.run(5000);
    CHECK(bench.heard(Msg::keepalive) == 3);
    CHECK_FALSE(bench.client.ear.closed.empty());
    CHECK_FALSE(bench.reader.connected());
}

TEST_CASE("KEEPALIVE may stop while TCP and reports go on, and all may stop while TCP stays") {
    ReaderBench bench;
    bench.connect();
    bench.ask_ok(Msg::set_reader_config, "0000dc000901000003e8");
    bench.start(simple_rospec());
    bench.reader.faults().no_keepalive = 1;
    bench.run(10'000);
    CHECK(bench.heard(Msg::keepalive) == 0);
    CHECK(bench.see(kEpc) == Heard::counted);
    bench.next(Msg::ro_access_report);

    bench.reader.faults().no_keepalive = 0;
    bench.reader.go_silent();
    CHECK(bench.see(kEpc) == Heard::reader_down);
    bench.send(Msg::get_rospecs, "");
    bench.run(10'000);
    CHECK(bench.client.ear.frames.empty());
    CHECK(bench.client.ear.closed.empty());
    bench.reader.speak_up();
    bench.run(1000);
    CHECK(bench.heard(Msg::keepalive) == 1);
}
