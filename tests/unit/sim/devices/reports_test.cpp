// From tags to reports: ROSpec life, report triggers, content, merging, holding, access.
#include "tests/support/llrp_bench.hpp"

using namespace tally;
using namespace tally::test;

namespace {

/// ROSpec with the given boundary: start and stop trigger parameters in hex (9 + 5 bytes each).
std::string rospec_with(const std::string& start, const std::string& stop,
                        const std::string& ai_stop = "00b800090000000000",
                        const std::string& report = "010001") {
    const std::string boundary =
        "00b2" + hex_of(4 + (start.size() + stop.size()) / 2, 2) + start + stop;
    const std::string ai = "00b7" + hex_of(4 + 4 + ai_stop.size() / 2 + 7, 2) + "00010000" +
                           ai_stop + "00ba0007000101";
    const std::string inside =
        "000000640000" + boundary + ai + "00ed0012" + report + "00ee000b1600015c000500";
    return "00b1" + hex_of(4 + inside.size() / 2, 2) + inside;
}

const std::string kNoStart = "00b3000500";
const std::string kNoStop = "00b600090000000000";

std::string all_events() {
    std::string states;
    for (unsigned type = 0; type < 9; ++type) {
        states += "00f50007" + hex_of(type, 2) + "80";
    }
    return "0000f4" + hex_of(4 + states.size() / 2, 2) + states;
}

}  // namespace

TEST_CASE("a tag is reported as the R420 reports it: EPC-96, antenna, RSSI, first seen") {
    ReaderBench bench;
    bench.connect();
    CHECK(bench.see(kEpc) == Heard::not_reading);
    bench.start(simple_rospec());
    CHECK(bench.see("3000ABCDEF00000000000003", 1, -48) == Heard::counted);
    const std::string body = bench.next(Msg::ro_access_report).body;
    CHECK(body.substr(0, 8 + 2 + 24 + 6 + 4 + 2) ==
          "00f0001f8d3000abcdef0000000000000381000186d082");
    CHECK(bench.see(kEpc, 3) == Heard::not_reading);
    CHECK(bench.see(kEpc, 9) == Heard::antenna_off);
}

TEST_CASE("EPCs of every size travel as EPCData with their bit count, 96 bits as EPC-96") {
    ReaderBench bench;
    bench.connect();
    bench.start(simple_rospec("010001", "0000"));
    const std::vector<std::pair<std::string, std::string>> table = {
        {"",
         "00f0000a"
         "00f100060000"},
        {"80/1",
         "00f0000b"
         "00f10007000180"},
        {"FF",
         "00f0000b"
         "00f100070008ff"},
        {"FFFF/9",
         "00f0000c"
         "00f100080009ff80"},
        {kEpc,
         "00f00011"
         "8d3034f87a4049e3400000beef"},
        {"0123456789ABCDEF0123456789ABCDEF0123",
         "00f0001c"
         "00f100180090"
         "0123456789abcdef0123456789abcdef0123"},
        {"0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123",
         "00f00024"
         "00f1002000d0"
         "0123456789abcdef0123456789abcdef0123456789abcdef0123"},
        {std::string(128, 'A'),
         "00f0004a"
         "00f100460200" +
             std::string(128, 'a')},
    };
    for (const auto& [epc, report] : table) {
        INFO(epc);
        CHECK(bench.see(epc) == Heard::counted);
        CHECK(bench.next(Msg::ro_access_report).body == report);
    }
}

TEST_CASE("the content selector decides every field, in the order of the standard") {
    ReaderBench bench;
    bench.connect();
    std::string rospec = simple_rospec("010001", "ffc0");
    rospec.replace(rospec.size() - 2, 2, "c0");  // CRC and PC
    bench.start(rospec);
    bench.see(kEpc, 2, -60);
    const std::string body = bench.next(Msg::ro_access_report).body;
    const std::vector<std::string> in_order = {"8d3034f87a4049e3400000beef",
                                               "8900000064",
                                               "8e0001",
                                               "8a0001",
                                               "810002",
                                               "86c4",
                                               "870001",
                                               "82",
                                               "84",
                                               "880001",
                                               "8c3000",
                                               "8b",
                                               "9000000000"};
    std::size_t at = 8;
    for (const std::string& field : in_order) {
        INFO(field << " in " << body);
        at = body.find(field, at);
        REQUIRE(at != std::string::npos);
        at += field.size();
    }
    CHECK(at == body.size());
}

TEST_CASE("observations merge while every enabled id is equal, and N counts tags") {
    ReaderBench bench;
    bench.connect();
    bench.start(simple_rospec("020003", "1780"));
    bench.see(kEpc, 1, -70);
    bench.run(100);
    bench.see(kEpc, 1, -50);
    bench.see(kEpc, 1, -60);
    bench.see(kEpc, 2, -60);
    CHECK(bench.heard(Msg::ro_access_report) == 0);
    bench.see("AA");
    const std::string body = bench.next(Msg::ro_access_report).body;
    CHECK(body.find("81000186ce") != std::string::npos);  // peak -50 on antenna 1
    CHECK(body.find("880003") != std::string::npos);
    CHECK(body.find("81000286c4") != std::string::npos);
    CHECK(body.find("00f100070008aa") != std::string::npos);
}

TEST_CASE("trigger 0 waits for GET_REPORT, which is answered even when there is nothing") {
    ReaderBench bench;
    bench.connect();
    bench.start(simple_rospec("000000"));
    bench.send(Msg::get_report, "");
    CHECK(bench.next(Msg::ro_access_report).body.empty());
    bench.see(kEpc);
    bench.see("AB");
    CHECK(bench.heard(Msg::ro_access_report) == 0);
    bench.send(Msg::get_report, "");
    const std::string body = bench.next(Msg::ro_access_report).body;
    CHECK(body.find("8d3034f87a4049e3400000beef") != std::string::npos);
    CHECK(body.find("00f100070008ab") != std::string::npos);
}

TEST_CASE("N = 0 reports at the end of the ROSpec, between its start and end events") {
    ReaderBench bench;
    bench.connect();
    bench.ask_ok(Msg::set_reader_config, all_events());
    bench.start(simple_rospec("020000"));
    bench.see(kEpc);
    CHECK(bench.heard(Msg::ro_access_report) == 0);
    bench.client.ear.frames.clear();
    bench.ask_ok(Msg::stop_rospec, "00000064");
    CHECK(bench.next(Msg::reader_event_notification)
              .body.find("00fe000b000000006400"
                         "01") != std::string::npos);
    bench.next(Msg::ro_access_report);
    CHECK(bench.next(Msg::reader_event_notification).body.find("00f9000d010000006400000000") !=
          std::string::npos);
    CHECK_FALSE(bench.reader.reading());
}

TEST_CASE("time triggers of 1.1 report every N ms") {
    ReaderBench bench;
    bench.connect();
    bench.send(Msg::set_protocol_version, "02", 1, 2);
    const std::string rospec = simple_rospec("060064");
    bench.send(Msg::add_rospec, rospec, 2, 2);
    bench.send(Msg::enable_rospec, "00000064", 3, 2);
    bench.send(Msg::start_rospec, "00000064", 4, 2);
    REQUIRE(bench.reader.reading());
    bench.see(kEpc);
    bench.see("AB");
    bench.run(50);
    CHECK(bench.heard(Msg::ro_access_report) == 0);
    bench.run(60);
    CHECK(bench.heard(Msg::ro_access_report) == 1);
}

TEST_CASE("start triggers: at once, by the clock, by an input; stop triggers likewise") {
    struct Row {
        std::string name, start, stop, ai_stop;
        std::int64_t running_at_ms, over_at_ms;
    };
    const std::string at_once = "00b3000501";
    const std::string periodic =
        "00b3001102"
        "00b4000c"
        "00000064"
        "00002710";
    const std::string by_input =
        "00b3001003"
        "00b5000b"
        "0002"
        "80"
        "00000000";
    const std::string stop_by_input =
        "00b600140200000000"
        "00b5000b"
        "0002"
        "00"
        "000003e8";
    const std::vector<Row> table = {
        {"at once, for 300 ms", at_once, "00b60009010000012c", "00b800090000000000", 50, 350},
        {"after 100 ms, one AISpec of 200 ms", periodic, kNoStop, "00b8000901000000c8", 150, 350},
        {"by input 2 up, until down", by_input, stop_by_input, "00b800090000000000", 250, 450},
        {"by input, with time-out", by_input, stop_by_input, "00b800090000000000", 250, 1300},
    };
    for (const Row& row : table) {
        INFO(row.name);
        ReaderBench bench;
        bench.connect();
        bench.ask_ok(Msg::set_reader_config, "0000e1000800028000");  // input 2 on
        bench.ask_ok(Msg::add_rospec, rospec_with(row.start, row.stop, row.ai_stop));
        const MonoTime began = bench.kernel.now();
        bench.ask_ok(Msg::enable_rospec, "00000064");
        const auto run_to = [&](std::int64_t ms) {
            bench.kernel.run_for(began + std::chrono::milliseconds(ms) - bench.kernel.now());
        };
        run_to(200);
        const bool early = bench.reader.reading();
        bench.reader.input(2, sim::Level::high);
        run_to(row.running_at_ms);
        CHECK((early || bench.reader.reading()));
        run_to(400);
        if (row.over_at_ms < 1000) {
            bench.reader.input(2, sim::Level::low);
        }
        run_to(row.over_at_ms);
        CHECK_FALSE(bench.reader.reading());
    }
}

TEST_CASE("AISpec stops after N tags, or when no new tag comes") {
    const std::string three =
        "00b80019"
        "0300000000"
        "00b90010"
        "00"
        "00"
        "0003"
        "0000"
        "0000"
        "00000000";
    const std::string quiet =
        "00b80019"
        "0300000000"
        "00b90010"
        "01"
        "00"
        "0000"
        "0000"
        "00c8"
        "00000000";
    ReaderBench counted;
    counted.connect();
    counted.start(rospec_with(kNoStart, kNoStop, three));
    counted.see("01");
    counted.see("02");
    CHECK(counted.reader.reading());
    counted.see("03");
    CHECK_FALSE(counted.reader.reading());

    ReaderBench patient;
    patient.connect();
    patient.start(rospec_with(kNoStart, kNoStop, quiet));
    patient.see("01");
    patient.run(150);
    patient.see("02");
    patient.run(150);
    CHECK(patient.reader.reading());
    patient.run(100);
    CHECK_FALSE(patient.reader.reading());
}

TEST_CASE("ROSpecs: one at most on this reader, states shown, disabled ones do not start") {
    ReaderBench bench;
    bench.connect();
    bench.ask_ok(Msg::add_rospec, simple_rospec());
    CHECK(bench.ask(Msg::add_rospec, simple_rospec()).substr(8, 4) == "0064");
    std::string other = simple_rospec();
    other.replace(8, 8, "00000065");
    CHECK(bench.ask(Msg::add_rospec, other).substr(8, 4) == "0069");
    CHECK(bench.ask(Msg::start_rospec, "00000064").substr(8, 4) == "0065");
    CHECK(bench.ask(Msg::get_rospecs, "") == "011f000800000000" + simple_rospec());
    bench.ask_ok(Msg::enable_rospec, "00000000");
    bench.ask_ok(Msg::start_rospec, "00000064");
    std::string active = simple_rospec();
    active.replace(18, 2, "02");
    CHECK(bench.ask(Msg::get_rospecs, "") == "011f000800000000" + active);
    bench.ask_ok(Msg::disable_rospec, "00000064");
    CHECK_FALSE(bench.reader.reading());
    bench.ask_ok(Msg::delete_rospec, "00000000");
    CHECK(bench.ask(Msg::get_rospecs, "") == "011f000800000000");
}

TEST_CASE("a more urgent ROSpec preempts, and the client is told by whom") {
    ReaderBench bench({}, 2);
    bench.connect();
    bench.ask_ok(Msg::set_reader_config, all_events());
    std::string lazy = simple_rospec();
    lazy.replace(16, 2, "01");  // priority 1
    std::string urgent = simple_rospec();
    urgent.replace(8, 8, "00000065");
    bench.start(lazy);
    bench.ask_ok(Msg::add_rospec, urgent);
    bench.ask_ok(Msg::enable_rospec, "00000065");
    bench.client.ear.frames.clear();
    bench.ask_ok(Msg::start_rospec, "00000065");
    bench.next(Msg::reader_event_notification);  // AISpec end
    CHECK(bench.next(Msg::reader_event_notification).body.find("00f9000d020000006400000065") !=
          std::string::npos);
    CHECK(bench.next(Msg::reader_event_notification).body.find("00f9000d000000006500000000") !=
          std::string::npos);
}

TEST_CASE("with hold on, a new client hears nothing but the first event until message 64") {
    ReaderBench bench;
    bench.connect();
    bench.ask_ok(Msg::set_reader_config, "0000e2000580");
    bench.start(simple_rospec());
    bench.client.stream.reset();
    bench.run(50);
    CHECK(bench.see("01") == Heard::counted);
    CHECK(bench.see("02") == Heard::counted);
    bench.connect();
    bench.see("03");
    bench.run(500);
    CHECK(bench.client.ear.frames.empty());
    bench.send(Msg::enable_events_and_reports, "");
    for (const std::string epc : {"01", "02", "03"}) {
        CHECK(bench.next(Msg::ro_access_report).body.find("00f100070008" + epc) !=
              std::string::npos);
    }
}

TEST_CASE("without hold, what was read while nobody was there comes at once") {
    ReaderBench bench;
    bench.connect();
    bench.start(simple_rospec());
    bench.client.stream.reset();
    bench.run(50);
    bench.see("01");
    bench.connect();
    bench.next(Msg::ro_access_report);
}

TEST_CASE("an AccessSpec reads memory of matching tags, and goes after its operation count") {
    ReaderBench bench;
    bench.connect();
    bench.start(simple_rospec("010001", "0040"));
    const std::string command = "00d1" + hex_of(4 + 17 + 15, 2) +
                                "01520011"
                                "0153000d"
                                "60"
                                "0020"
                                "0008"
                                "ff"
                                "0008"
                                "30" +
                                "0155000f"
                                "0009"
                                "00000000"
                                "40"
                                "0002"
                                "0002";
    const std::string inside =
        "00000007"
        "0000"
        "01"
        "00"
        "00000000"
        "00d000070100"
        "01" +
        command;
    const std::string spec = "00cf" + hex_of(4 + inside.size() / 2, 2) + inside;
    bench.ask_ok(Msg::add_accessspec, spec);
    CHECK(bench.ask(Msg::get_accessspecs, "") == "011f000800000000" + spec);
    bench.see(kEpc);
    CHECK(bench.next(Msg::ro_access_report).body.find("9000000000") != std::string::npos);
    bench.ask_ok(Msg::enable_accessspec, "00000007");
    bench.see("AA");  // begins with another byte
    CHECK(bench.next(Msg::ro_access_report).body.find("9000000000") != std::string::npos);
    bench.see(kEpc);
    CHECK(bench.next(Msg::ro_access_report)
              .body.find("9000000007"
                         "015d000d000009"
                         "0002"
                         "3034f87a") != std::string::npos);
    CHECK(bench.ask(Msg::get_accessspecs, "") == "011f000800000000");
}

TEST_CASE("configuration: factory defaults of the R420, changed, read back, and reset") {
    ReaderBench bench;
    bench.connect();
    const std::string factory = bench.ask(Msg::get_reader_config,
                                          "0000"
                                          "00"
                                          "0000"
                                          "0000");
    CHECK(factory.find("00ed001202000100ee000b1600015c000500") != std::string::npos);
    CHECK(factory.find("00dc0009"
                       "0000000000") != std::string::npos);
    CHECK(factory.find("00e2000500") != std::string::npos);
    CHECK(factory.find("00de002e0001"
                       "00df00060001"
                       "00e0000a000100000051"
                       "014a001800"
                       "014f000803e80000"
                       "0150000b40002000000000") != std::string::npos);
    bench.ask_ok(Msg::set_reader_config,
                 "00"
                 "00e2000580"
                 "00dc00090100002710"
                 "00db0007000280");
    const std::string changed = bench.ask(Msg::get_reader_config,
                                          "0000"
                                          "00"
                                          "0000"
                                          "0000");
    CHECK(changed.find("00e2000580") != std::string::npos);
    CHECK(changed.find("00dc00090100002710") != std::string::npos);
    CHECK(changed.find("00db0007000280") != std::string::npos);
    CHECK(changed.find("00d90008") != std::string::npos);
    CHECK(bench.ask(Msg::get_reader_config,
                    "0002"
                    "02"
                    "0000"
                    "0000") ==
          "011f000800000000"
          "00dd00098000020000");
    bench.ask_ok(Msg::set_reader_config, "80");
    CHECK(bench.ask(Msg::get_reader_config,
                    "0000"
                    "0b"
                    "0000"
                    "0000") ==
          "011f000800000000"
          "00e2000500");
}

TEST_CASE("capabilities are the R420's: 4 antennas, 1 ROSpec, 81 power levels, UTC clock") {
    ReaderBench bench;
    bench.connect();
    const std::string all = bench.ask(Msg::get_reader_capabilities, "00");
    CHECK(all.find("00890198"
                   "0004"
                   "4000"
                   "0000651a"
                   "001e886a"
                   "000a"
                   "352e31342e302e323430") != std::string::npos);
    CHECK(all.find("008e001c"
                   "4801"
                   "0000"
                   "00000001"
                   "00000020"
                   "00000001"
                   "000005e4"
                   "00000008") != std::string::npos);
    CHECK(all.find("00910008"
                   "0051"
                   "0bb8") != std::string::npos);
    CHECK(all.find("01470007"
                   "40"
                   "0002") != std::string::npos);
    CHECK(bench.ask(Msg::get_reader_capabilities, "04") ==
          "011f000800000000"
          "0147000740"
          "0002");
    CHECK(bench.ask(Msg::get_reader_capabilities, "05").substr(8, 4) == "0065");
}
