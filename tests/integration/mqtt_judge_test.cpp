// An independent judge of our MQTT: dumpcap records what runs over the broker's port while a site
// works, and TShark must find MQTT 5 and nothing to remark. Needs capture rights on loopback.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/integration/site/film.hpp"
#include "tests/integration/site/ledgers.hpp"
#include "tests/integration/site/live_site.hpp"

using namespace tally;
using namespace tally::test;

namespace {

/// A running dumpcap on one port of loopback.
class Recording {
 public:
    Recording(std::filesystem::path folder, std::uint16_t port)
        : folder_(std::move(folder)), port_(std::to_string(port)) {
        ProcessSpec spec;
        spec.arguments = {
            "dumpcap",        "-i", "lo", "-q", "-B", "32", "-f", "tcp port " + port_, "-w",
            file("mqtt.pcap")};
        spec.log = file("dumpcap.log");
        dumpcap_ = Process(spec);
        await(kPatience, [&] { return !dumpcap_.running() || dumpcap_.has_said("File:"); });
        runs_ = dumpcap_.running();
    }

    [[nodiscard]] bool runs() const { return runs_; }
    [[nodiscard]] std::string why() const { return dumpcap_.output(); }

    /// Ends it when it has written what it saw.
    void end() {
        REQUIRE(await(kPatience, [&] { return at_rest({file("mqtt.pcap")}); }));
        dumpcap_.terminate();
        REQUIRE(dumpcap_.wait_exit(kPatience).has_value());
        INFO(dumpcap_.output());
        CHECK(dumpcap_.has_said("/0 (pcap:0/"));  // none dropped
    }

    /// Lines of fields of the frames that a display filter selects; several values with '|'.
    [[nodiscard]] std::vector<std::vector<std::string>> fields(
        const std::string& filter, const std::vector<std::string>& names) const {
        ProcessSpec spec;
        spec.arguments = {"tshark",
                          "-r",
                          file("mqtt.pcap"),
                          "-d",
                          "tcp.port==" + port_ + ",mqtt",
                          "-Y",
                          filter,
                          "-T",
                          "fields",
                          "-E",
                          "aggregator=|"};
        for (const std::string& name : names) {
            spec.arguments.insert(spec.arguments.end(), {"-e", name});
        }
        spec.log = file("tshark.log");
        const Outcome outcome = run_to_end(spec, kPatience);
        INFO(outcome.text);
        REQUIRE(outcome.code == 0);
        std::vector<std::vector<std::string>> rows;
        std::istringstream lines(outcome.text);
        for (std::string line; std::getline(lines, line);) {
            if (line.find("Running as user") != std::string::npos) {
                continue;  // tshark's warning to root
            }
            rows.emplace_back();
            std::istringstream cells(line);
            for (std::string cell; std::getline(cells, cell, '\t');) {
                rows.back().push_back(cell);
            }
            rows.back().resize(names.size());
        }
        return rows;
    }

    /// Expert items but those of TShark's group "Sequence": its TCP analysis alone uses that one,
    /// to tell that a connection began or ended and what the kernel sent twice, late or too often
    /// because the machine was busy. Each item is looked at by itself: what else is remarked on
    /// such a frame still counts.
    [[nodiscard]] std::vector<std::string> remarks() const {
        constexpr const char* kSequence = "33554432";  // PI_SEQUENCE of epan/proto.h
        std::vector<std::string> found;
        for (const auto& row :
             fields("_ws.expert", {"frame.number", "_ws.expert.group", "_ws.expert.message"})) {
            std::istringstream groups(row[1]), items(row[2]);
            std::string group;
            for (std::string item; std::getline(items, item, '|');) {
                REQUIRE(std::getline(groups, group, '|'));
                if (group != kSequence) {
                    found.push_back("frame " + row[0] + ": " + item);
                }
            }
        }
        return found;
    }

 private:
    [[nodiscard]] std::string file(const std::string& name) const {
        return (folder_ / name).string();
    }
    std::filesystem::path folder_;
    std::string port_;
    Process dumpcap_;
    bool runs_ = false;
};

/// True where dumpcap records. Otherwise says so, and fails where a run must not skip.
bool can_record(const Recording& recording) {
    if (recording.runs()) {
        return true;
    }
    const char* required = std::getenv("TALLY_TESTDATA_REQUIRED");
    if (required != nullptr && std::string(required) == "1") {
        FAIL("dumpcap cannot record loopback, and this run must not skip: " << recording.why());
    }
    std::fprintf(stderr,
                 "skipped: dumpcap cannot record loopback (needs root or capture rights)\n");
    return false;
}

}  // namespace

TEST_CASE("TShark finds MQTT 5 and nothing to remark in what bridge and edges say") {
    LiveSite site(warehouse_plan());
    Recording recording(site.folder(), site.broker().port());
    if (!can_record(recording)) {
        return;
    }
    const std::string film = (site.folder() / "film.llrp").string();
    write_film(film, traffic({0, 30, 250}));
    site.start_readers({"--replay", "door-reader=" + film, "--replay-gap-ms", "20"});
    import_master(site.config("back"), kFilmMaster);
    import_master(site.config("shop"), kFilmMaster);
    site.tap().start(site.broker().port(), WireTap::Keep::figures);
    site.start_bridge();
    site.start_edge("back");
    site.start_edge("shop");
    REQUIRE(await(kPatience, [&] { return site.process("readers").has_said("playlist ended"); }));
    site.settle("back");
    site.settle("shop");
    for (const char* box : {"back", "shop", "bridge"}) {
        site.stop(box);
    }
    recording.end();

    CHECK(recording.remarks() == std::vector<std::string>{});
    std::map<std::string, int> versions;
    std::size_t ours = 0;
    for (const auto& row :
         recording.fields("mqtt.msgtype == 1",
                          {"mqtt.ver", "mqtt.clientid", "mqtt.kalive", "mqtt.conflag.cleansess"})) {
        ++versions[row[0]];
        if (row[1].starts_with("tally-")) {
            ++ours;
            INFO(row[1]);
            CHECK(std::stoi(row[2]) <= 20);
            CHECK(row[3] == "1");
        }
    }
    CHECK(versions.size() == 1);
    CHECK(versions["5"] >= 3);
    CHECK(ours >= 3);
    std::map<std::string, int> kinds;  // by MQTT 5.0, table 2-1
    for (const auto& row : recording.fields("mqtt", {"mqtt.msgtype"})) {
        std::istringstream values(row[0]);
        for (std::string kind; std::getline(values, kind, '|');) {
            ++kinds[kind];
        }
    }
    for (const char* kind : {"1", "2", "3", "4", "8", "9", "14"}) {
        INFO("message type " << kind);
        CHECK(kinds[kind] >= 3);
    }
    CHECK(recording.fields("mqtt.topic contains \"/delta\"", {"frame.number"}).size() >= 2);
}

TEST_CASE("the judge of MQTT is awake: a packet that lies about its length is remarked") {
    LiveSite site(warehouse_plan());
    Recording recording(site.folder(), site.broker().port());
    if (!can_record(recording)) {
        return;
    }
    const std::string lie = R"(printf '\x30\x03\x00\x20a' > /dev/tcp/127.0.0.1/)" +
                            std::to_string(site.broker().port());
    run_to_end({.arguments = {"bash", "-c", lie}, .log = site.log("liar")}, kPatience);
    recording.end();
    CHECK_FALSE(recording.remarks().empty());
}
