// Real input, the whole way: captures of an Impinj R420 are played as a reader to a live tallyd
// over TCP, and each tag arrives at the bridge as its JSON says.
#include <map>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/integration/site/ledgers.hpp"
#include "tests/integration/site/live_site.hpp"
#include "tests/support/testdata.hpp"

using namespace tally;
using namespace tally::test;

namespace {

constexpr const char* kReports = "rfid/llrp-edgex-captures/roAccessReports";

/// What is known of one read, in words.
std::string seen(int antenna, int rssi_cdbm) {
    return "antenna " + std::to_string(antenna) + ", " + std::to_string(rssi_cdbm) + " cdBm";
}

std::string hex_of_base64(const std::string& text) {
    static const std::string kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string hex;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char sign : text) {
        const std::size_t digit = kDigits.find(sign);
        if (digit == std::string::npos) {
            break;
        }
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        held += 6;
        for (; held >= 4; held -= 4) {
            hex.push_back("0123456789ABCDEF"[bits >> (held - 4) & 15]);
        }
    }
    return hex.substr(0, hex.size() / 2 * 2);
}

std::map<std::string, std::string> tags_of_json() {
    std::map<std::string, std::string> tags;
    for (const auto& entry : std::filesystem::directory_iterator(testdata() / kReports)) {
        if (entry.path().extension() != ".json") {
            continue;
        }
        const auto report = nlohmann::json::parse(read_file(entry.path()));
        for (const auto& tag : report.at("TagReportData")) {
            tags[hex_of_base64(tag.at("EPC96").at("EPC"))] =
                seen(tag.at("AntennaID"), 100 * tag.at("PeakRSSI").get<int>());
        }
    }
    return tags;
}

/// Every tag of which the bridge holds a `sighted` event, with the evidence of that event.
std::map<std::string, std::string> tags_at_bridge(const LineCopy& line) {
    std::map<std::string, std::string> tags;
    for (const JournalRow& row : line.rows) {
        const auto event = nlohmann::json::parse(row.canonical);
        if (event.at("type") == "sighted") {
            CHECK(tags.count(event.at("item")) == 0);
            tags[event.at("item")] =
                seen(event.at("evidence").at("antenna"), event.at("evidence").at("rssi_cdbm"));
        }
    }
    return tags;
}

}  // namespace

TEST_CASE("every tag that an R420 once reported reaches the bridge as it was captured") {
    if (!have_testdata(kReports)) {
        return;
    }
    const std::map<std::string, std::string> captured = tags_of_json();
    REQUIRE(captured.size() == 9);
    SitePlan plan;
    plan.own_prefixes = {"184473600000", "0797015"};  // both that the captured tags carry
    plan.gates = {{"dock", "back", "SUPPLIER", "back.hall", "min_reads = 1\n"}};
    LiveSite site(plan);
    site.tap().start(site.broker().port(), WireTap::Keep::figures);
    site.start_readers({"--replay", (testdata() / kReports).string()});
    site.start_bridge();
    site.start_edge("back");
    REQUIRE(await(kPatience, [&] { return site.process("readers").has_said("playlist ended"); }));
    site.settle("back");
    site.stop("back");
    site.stop("bridge");
    const LineCopy at_bridge = read_line(site.database("bridge"), host::StoreKind::bridge, "back");
    CHECK(tags_at_bridge(at_bridge) == captured);
    check_one_truth(read_line(site.database("back"), host::StoreKind::edge, "back"), at_bridge,
                    site.tap().edge("back").acks);
}
