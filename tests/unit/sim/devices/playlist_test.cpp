// Captured frames played as a reader: payload files, raw frames, and the real R420 captures, whose
// decoded form lies beside them.
#include "sim/devices/llrp_reader/playlist.hpp"

#include <fstream>

#include "tests/support/llrp_bench.hpp"
#include "tests/support/scratch_dir.hpp"
#include "tests/support/testdata.hpp"

using namespace tally;
using namespace tally::test;
using sim::llrp::load_playlist;
using sim::llrp::Playlist;

namespace {

const std::string kReport = "00f0001f8d3000abcdef0000000000000381000186d0820005a9e4bef862e0";

void write_hex(const std::filesystem::path& path, const std::string& hex) {
    Bytes bytes;
    REQUIRE(from_hex(hex, bytes));
    std::ofstream(path, std::ios::binary) << as_text(bytes);
}

}  // namespace

TEST_CASE("payload files get the header of the message that their name says") {
    const ScratchDir folder;
    write_hex(folder.path() / "ROAccessReport-002.bytes", kReport);
    write_hex(folder.path() / "ROAccessReport-001.bytes", "");
    Result<Playlist> list = load_playlist(folder.path(), Playlist::Mode::session);
    REQUIRE(list);
    REQUIRE(list->frames.size() == 2);
    ReaderBench bench;
    bench.connect();
    bench.reader.play(std::move(*list));
    bench.run(1000);
    CHECK(bench.heard(Msg::ro_access_report) == 0);
    bench.start(simple_rospec());
    bench.run(100);
    CHECK(bench.next(Msg::ro_access_report).body.empty());
    CHECK(bench.next(Msg::ro_access_report).body == kReport);
    bench.run(1000);
    CHECK(bench.heard(Msg::ro_access_report) == 0);
}

TEST_CASE("raw frames can be played byte for byte, also several rounds of them") {
    const ScratchDir folder;
    const std::string greeting = "043f000000200000000900f600160080000c0005ac35bd20d1da010000060000";
    const std::string report = "043d0000002900000063" + kReport;
    write_hex(folder.path() / "session.bin", greeting + report);
    Result<Playlist> list = load_playlist(folder.path() / "session.bin", Playlist::Mode::verbatim);
    REQUIRE(list);
    list->rounds = 2;
    ReaderBench bench;
    bench.reader.play(std::move(*list));
    bench.dial(bench.client);
    bench.run(200);
    REQUIRE(bench.client.ear.everything.size() == 4);
    CHECK(bench.client.ear.everything[0] == greeting);
    CHECK(bench.client.ear.everything[1] == report);
    CHECK(bench.client.ear.everything[2] == greeting);
}

TEST_CASE("what cannot be played is refused with its place") {
    const ScratchDir folder;
    CHECK_FALSE(load_playlist(folder.path() / "absent.bin", Playlist::Mode::session));
    CHECK_FALSE(load_playlist(folder.path(), Playlist::Mode::session));
    write_hex(folder.path() / "Nonsense-001.bytes", "00");
    const auto nonsense = load_playlist(folder.path(), Playlist::Mode::session);
    REQUIRE_FALSE(nonsense);
    CHECK(nonsense.error().text.find("Nonsense-001.bytes") != std::string::npos);
    write_hex(folder.path() / "torn.bin", "043d0000002900000063" + kReport + "043d");
    const auto torn = load_playlist(folder.path() / "torn.bin", Playlist::Mode::session);
    REQUIRE_FALSE(torn);
    CHECK(torn.error().text.find("byte 41") != std::string::npos);
}

TEST_CASE("the R420 captures go out as they were taken, with the captured capabilities") {
    const std::filesystem::path captures = "rfid/llrp-edgex-captures";
    if (!have_testdata(captures)) {
        return;
    }
    Result<Playlist> list = load_playlist(testdata() / captures, Playlist::Mode::session);
    REQUIRE(list);
    REQUIRE(list->frames.size() == 10);  // nine reports and an event
    ReaderBench bench;
    bench.connect();
    bench.reader.play(std::move(*list));
    const std::string capabilities =
        read_file(testdata() / captures / "GetReaderCapabilitiesResponse-000.bytes");
    CHECK(bench.ask(Msg::get_reader_capabilities, "00") == to_hex(as_bytes(capabilities)));
    bench.start(simple_rospec());
    bench.run(1000);
    for (int number = 1; number <= 9; ++number) {
        const std::string payload =
            read_file(testdata() / captures / "roAccessReports" /
                      ("ROAccessReport-00" + std::to_string(number) + ".bytes"));
        CHECK(bench.next(Msg::ro_access_report).body == to_hex(as_bytes(payload)));
    }
}

TEST_CASE("the golden conversation of LTK can be played verbatim, all 934 frames") {
    const std::filesystem::path golden = "rfid/llrp-ltk-golden/dx101_a.bin";
    if (!have_testdata(golden)) {
        return;
    }
    Result<Playlist> list = load_playlist(testdata() / golden, Playlist::Mode::verbatim);
    REQUIRE(list);
    CHECK(list->frames.size() == 934);
    list->gap = Duration(0);
    ReaderBench bench;
    bench.reader.play(std::move(*list));
    bench.dial(bench.client);
    bench.run(5000);
    std::string all;
    for (const std::string& frame : bench.client.ear.everything) {
        all += frame;
    }
    CHECK(all == to_hex(as_bytes(read_file(testdata() / golden))));
}
