// The golden frames of the LLRP Toolkit and the project's own transcript: every frame decodes to a
// tree and encodes back to the same bytes. dx101_e carries Custom parameters at every extension
// point; dx101_c reports of up to 1.4 MB; dx301_a what a reader answers to broken messages.
#include <nlohmann/json.hpp>

#include "tests/unit/drivers/llrp/frames.hpp"

using namespace tally;
using namespace tally::llrp;
using namespace tally::llrp::test;

namespace {

const std::filesystem::path kGolden = "rfid/llrp-ltk-golden";

struct GoldenFile {
    std::string name;
    std::size_t frames;
};

std::string contents_of(const std::string& name) {
    const auto path = tally::test::testdata() / kGolden / name;
    return path.extension() == ".gz" ? gunzipped(path) : tally::test::read_file(path);
}

void check_round_trip(ByteView bytes) {
    const auto again = encode(decoded(bytes));
    REQUIRE(again);
    if (!std::equal(again->begin(), again->end(), bytes.begin(), bytes.end())) {
        FAIL("not the same bytes: "
             << to_hex(bytes.first(std::min<std::size_t>(bytes.size(), 100))));
    }
}

}  // namespace

TEST_CASE("all 1,797 golden frames decode and re-encode byte for byte") {
    if (!tally::test::have_testdata(kGolden)) {
        return;
    }
    const GoldenFile files[] = {{"dx101_a.bin", 934},
                                {"dx101_b.bin", 24},
                                {"dx101_c.bin.gz", 11},
                                {"dx101_e.bin", 750},
                                {"dx301_a.bin", 78}};
    std::size_t passed = 0;
    for (const GoldenFile& file : files) {
        INFO(file.name);
        const auto frames = frames_in(contents_of(file.name));
        CHECK(frames.size() == file.frames);
        for (const Bytes& frame : frames) {
            check_round_trip(frame);
            ++passed;
        }
    }
    CHECK(passed == 1797);
}

TEST_CASE("the 13 single messages of the Java toolkit round-trip") {
    if (!tally::test::have_testdata(kGolden / "ltkjava")) {
        return;
    }
    std::size_t passed = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(tally::test::testdata() / kGolden / "ltkjava")) {
        if (entry.path().extension() == ".bin") {
            INFO(entry.path().filename());
            check_round_trip(as_bytes(tally::test::read_file(entry.path())));
            ++passed;
        }
    }
    CHECK(passed == 13);
}

TEST_CASE("the gate session and the single frames of the project round-trip") {
    const std::filesystem::path derived = "rfid/llrp-derived";
    if (!tally::test::have_testdata(derived)) {
        return;
    }
    const auto session = nlohmann::json::parse(
        tally::test::read_file(tally::test::testdata() / derived / "session_transcript.json"));
    const auto singles = nlohmann::json::parse(
        tally::test::read_file(tally::test::testdata() / derived / "event_and_report_frames.json"));
    std::size_t passed = 0;
    for (const auto& frame : session.at("frames")) {
        check_round_trip(hex(frame.at("hex").get<std::string>()));
        ++passed;
    }
    for (const auto& frame : singles) {
        check_round_trip(hex(frame.get<std::string>()));
        ++passed;
    }
    CHECK(passed == 34 + 19);
}
