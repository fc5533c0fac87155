// An independent judge of the emulated reader: TShark dissects everything it sends, over sessions
// that exercise every message kind, and must find nothing to remark (recipe: devices.md 3.9).
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <sys/wait.h>

#include "tests/support/llrp_bench.hpp"

using namespace tally;
using namespace tally::test;

namespace {

/// Known false alarm of TShark 4.0.17: it takes Identification with an 8-byte MAC for 13 bytes.
constexpr std::string_view kFalseAlarm = "13 bytes decoded, but 15 bytes";

struct Outcome {
    int code = -1;
    std::string text;
};

Outcome shell(const std::string& command) {
    Outcome outcome;
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 4096> buffer{};
    for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
        outcome.text.append(buffer.data(), n);
    }
    outcome.code = WEXITSTATUS(pclose(pipe));
    return outcome;
}

bool have_tshark() {
    if (shell("(tshark --version && text2pcap --version) 2>/dev/null").code == 0) {
        return true;
    }
    const char* required = std::getenv("TALLY_TESTDATA_REQUIRED");
    if (required != nullptr && std::string(required) == "1") {
        FAIL("tshark is not installed, and this run must not skip");
    }
    std::fprintf(stderr, "skipped: tshark is not installed (apt-get install tshark)\n");
    return false;
}

/// A capture file of frames, made by text2pcap; removed at the end.
class Capture {
 public:
    explicit Capture(const std::vector<std::string>& frames) {
        std::string pattern = (std::filesystem::temp_directory_path() / "llrpXXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        std::ofstream dump(folder_ / "frames.txt");
        for (const std::string& frame : frames) {
            dump << "000000";
            for (std::size_t i = 0; i < frame.size(); i += 2) {
                dump << ' ' << frame.substr(i, 2);
            }
            dump << "\n";
        }
        dump.close();
        const Outcome made = shell("text2pcap -q -T 5084,40000 " + file("frames.txt") + " " +
                                   file("frames.pcap") + " 2>&1");
        INFO(made.text);
        REQUIRE(made.code == 0);
    }
    ~Capture() { std::filesystem::remove_all(folder_); }

    /// Standard output of tshark over the capture.
    [[nodiscard]] std::string tshark(const std::string& arguments) const {
        const Outcome said =
            shell("tshark -r " + file("frames.pcap") + " " + arguments + " 2>/dev/null");
        INFO(said.text);
        REQUIRE(said.code == 0);
        return said.text;
    }

 private:
    [[nodiscard]] std::string file(const std::string& name) const {
        return (folder_ / name).string();
    }
    std::filesystem::path folder_;
};

/// Expert items, without the known false alarm.
std::vector<std::string> remarks(const Capture& capture) {
    std::istringstream lines(capture.tshark(
        "-Y _ws.expert -T fields -e frame.number -e llrp.type -e _ws.expert.message"));
    std::vector<std::string> found;
    for (std::string line; std::getline(lines, line);) {
        if (line.find(kFalseAlarm) == std::string::npos) {
            found.push_back(line);
        }
    }
    return found;
}

constexpr const char* kAllEvents =
    "00"
    "00f40043"
    "00f5000700008000f5000700018000f5000700028000f5000700038000f50007000480"
    "00f5000700058000f5000700068000f5000700078000f50007000880";

enum class Spoken { llrp_101, llrp_11 };

/// Everything a reader sends; `faults` change what tags look like.
std::vector<std::string> session(sim::Faults faults, Spoken spoken = Spoken::llrp_101) {
    ReaderBench bench(faults);
    bench.connect();
    if (spoken == Spoken::llrp_11) {
        bench.agree_on_11();
    }
    bench.ask_ok(Msg::set_reader_config,
                 std::string(kAllEvents) + "00e1000800018000" + "00dc000901000003e8");
    bench.ask(Msg::get_reader_capabilities, "00");
    bench.ask(Msg::get_reader_config, "00000000000000");
    std::string rospec = simple_rospec("010002", "ffc0");
    rospec.replace(rospec.size() - 2, 2, "c0");
    bench.start(rospec);
    bench.ask(Msg::get_rospecs, "");
    const std::string inside =
        "00000007"
        "0000"
        "01"
        "00"
        "00000000"
        "00d000070100"
        "01"
        "00d10024"
        "01520011"
        "0153000d"
        "60"
        "0020"
        "0008"
        "ff"
        "0008"
        "30"
        "0155000f"
        "0009"
        "00000000"
        "40"
        "0002"
        "0002";
    bench.ask_ok(Msg::add_accessspec, "00cf" + hex_of(4 + inside.size() / 2, 2) + inside);
    bench.ask_ok(Msg::enable_accessspec, "00000007");
    bench.ask(Msg::get_accessspecs, "");
    const std::vector<std::string> epcs = {
        kEpc, "", "80/1", "FFFF/9", std::string(52, 'A'), std::string(128, 'B'), kEpc};
    for (const std::string& epc : epcs) {
        bench.see(epc, 2);
    }
    bench.send(Msg::get_report, "");
    bench.ask_ok(Msg::disable_accessspec, "00000000");
    bench.ask_ok(Msg::delete_accessspec, "00000000");
    bench.reader.input(1, sim::Level::high);
    bench.reader.antenna(1, LlrpReader::Cable::pulled);
    bench.reader.exception("too hot");
    bench.reader.overflow();
    bench.reader.fill_buffer(0);
    bench.reader.preempt();
    bench.run(1500);
    bench.ask(Msg::add_rospec, "00dc0009010000ffff");
    bench.ask(Msg::enable_rospec, "00000009");
    bench.send(static_cast<Msg>(45), "");
    bench.ask_ok(Msg::start_rospec, "00000064");
    bench.ask_ok(Msg::stop_rospec, "00000064");
    bench.ask_ok(Msg::disable_rospec, "00000064");
    bench.ask_ok(Msg::delete_rospec, "00000000");
    Caller second;
    bench.dial(second);
    bench.run(50);
    bench.ask_ok(Msg::close_connection, "");
    std::vector<std::string> frames = bench.client.ear.everything;
    const std::vector<std::string>& refused = second.ear.everything;
    frames.insert(frames.end(), refused.begin(), refused.end());
    return frames;
}

/// What a reader says that is stolen, in 1.1.
std::vector<std::string> stolen_session() {
    ReaderBench bench;
    bench.connect();
    bench.agree_on_11();
    bench.send(Msg::get_reader_config, "00000000000000");
    bench.reader.steal_by_second_client(std::chrono::seconds(1));
    bench.run(50);
    return bench.client.ear.everything;
}

/// How many of them say in their header that they are of 1.1.
std::size_t of_version_11(const std::vector<std::string>& frames) {
    return static_cast<std::size_t>(
        std::count_if(frames.begin(), frames.end(), [](const std::string& frame) {
            return (std::stoul(frame.substr(0, 4), nullptr, 16) >> 10 & 7U) == 2;
        }));
}

std::set<unsigned> kinds(const std::vector<std::string>& frames) {
    std::set<unsigned> types;
    for (const std::string& frame : frames) {
        types.insert(static_cast<unsigned>(std::stoul(frame.substr(0, 4), nullptr, 16)) & 0x3FFU);
    }
    return types;
}

}  // namespace

TEST_CASE("TShark finds nothing to remark in anything the emulated reader sends") {
    if (!have_tshark()) {
        return;
    }
    struct Row {
        std::string name;
        std::vector<std::string> frames;
    };
    std::vector<Row> table = {
        {"without faults", session({})},
        {"fields left out", session({.omit_repeated = 1})},
        {"uptime only", session({.uptime_only = 1})},
        {"vendor parameters", session({.custom_parameters = 1})},
        {"equal ids", session({.id_clash = 1})},
        {"1.1", session({}, Spoken::llrp_11)},
        {"1.1, fields left out", session({.omit_repeated = 1}, Spoken::llrp_11)},
        {"1.1, uptime only", session({.uptime_only = 1}, Spoken::llrp_11)},
        {"1.1, stolen", stolen_session()}};
    // All but the first event and the two messages of the agreement, which name 1.1 themselves.
    CHECK(of_version_11(table[5].frames) >= table[5].frames.size() - 3);
    std::set<unsigned> seen;
    for (const Row& row : table) {
        INFO(row.name);
        CHECK(remarks(Capture(row.frames)) == std::vector<std::string>{});
        seen.merge(kinds(row.frames));
    }
    const std::set<unsigned> every_kind = {4,  11, 12, 13, 30, 31, 32, 33, 34, 35, 36,
                                           50, 51, 52, 53, 54, 56, 57, 61, 62, 63, 100};
    CHECK(seen == every_kind);
}

TEST_CASE("TShark reads the same EPC, antenna and RSSI that the scene showed") {
    if (!have_tshark()) {
        return;
    }
    ReaderBench bench;
    bench.connect();
    bench.start(simple_rospec());
    bench.see(kEpc, 2, -47);
    const Capture capture(bench.client.ear.everything);
    const std::string row = capture.tshark(
        "-Y 'llrp.type == 61' -T fields -e llrp.param.epc -e llrp.antenna_id -e "
        "llrp.param.peak_rssi "
        "-E separator=,");
    INFO(row);
    CHECK(row.find("beef") != std::string::npos);
    CHECK(row.find(",2,") != std::string::npos);
    CHECK(row.find("209") != std::string::npos);  // it prints -47 dBm without its sign
}

TEST_CASE("the judge is awake: a broken report is remarked") {
    if (!have_tshark()) {
        return;
    }
    ReaderBench bench;
    bench.connect();
    bench.start(simple_rospec());
    bench.reader.faults().wrong_tlv_length = 1;
    bench.see(kEpc);
    CHECK_FALSE(remarks(Capture(bench.client.ear.everything)).empty());
}
