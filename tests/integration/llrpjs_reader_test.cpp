// A foreign reader: npm llrpjs, another implementation of LLRP, is read by a live tallyd, and what
// it reports reaches the bridge.
#include <cstdio>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/integration/site/film.hpp"
#include "tests/integration/site/ledgers.hpp"
#include "tests/integration/site/live_site.hpp"
#include "tests/support/places.hpp"

using namespace tally;
using namespace tally::test;

TEST_CASE("what a reader of another make reports reaches the bridge") {
    constexpr int kSkipped = 77;
    SitePlan plan;
    plan.gates = {{"dock", "back", "SUPPLIER", "back.hall", "min_reads = 1\n"}};
    LiveSite site(plan);
    Process reader({.arguments = {test::source_dir() + "/tests/integration/npm_run",
                                  test::build_dir(), "llrpjs", "reader.js"},
                    .log = site.log("reader.js")});
    REQUIRE(await(std::chrono::minutes(3),
                  [&] { return !reader.running() || reader.has_said("{\"port\":"); }));
    if (reader.wait_exit(Duration(0)) == kSkipped) {
        std::fprintf(stderr, "skipped: llrpjs cannot be installed\n");
        return;
    }
    const std::string said = reader.output();
    INFO(said);
    REQUIRE(reader.running());
    const std::size_t line = said.find("{\"port\":");
    const auto first = nlohmann::json::parse(said.substr(line, said.find('\n', line) - line));
    site.use_readers({{"dock-reader", first.at("port")}});
    site.tap().start(site.broker().port(), WireTap::Keep::figures);
    import_master(site.config("back"), kFilmMaster);
    site.start_bridge();
    site.start_edge("back");
    REQUIRE(await(kPatience, [&] { return reader.has_said("\"reading\""); }));
    constexpr std::uint64_t kTags = 40;
    for (std::uint64_t serial = 0; serial < kTags; ++serial) {
        reader.tell(nlohmann::json{{"epc", film_epc(serial)},
                                   {"antenna", 1 + serial % 2},
                                   {"rssi_dbm", -40 - static_cast<int>(serial)}}
                        .dump());
    }
    REQUIRE(await(kPatience, [&] { return site.tap().edge("back").acknowledged() > kTags; }));
    site.settle("back");
    site.stop("back");
    site.stop("bridge");
    const LineCopy at_bridge = read_line(site.database("bridge"), host::StoreKind::bridge, "back");
    std::uint64_t arrived = 0;
    for (const JournalRow& row : at_bridge.rows) {
        const auto event = nlohmann::json::parse(row.canonical);
        if (event.at("type") == "sighted") {
            INFO(row.canonical);
            CHECK(event.at("item") == film_epc(arrived));
            CHECK(event.at("evidence").at("antenna") == 1 + arrived % 2);
            CHECK(event.at("evidence").at("rssi_cdbm") == -100 * (40 + static_cast<int>(arrived)));
            ++arrived;
        }
    }
    CHECK(arrived == kTags);
}
