// Delivery under what goes wrong between an edge and the bridge: the pipe, the processes, the
// disks. Each case ends with the same judges: the bridge holds the edge's line byte for byte, once,
// in order; stock is its fold; nothing acknowledged or told was ever taken back.
#include "firmware/messages/sync.hpp"

#include <catch2/catch.hpp>

#include "tests/scenario/sync_bench.hpp"

using namespace tally;
using namespace tally::scenario;
using sim::to_text;

namespace {

constexpr Duration kMoment = std::chrono::milliseconds(500);

}  // namespace

TEST_CASE("a broker that repeats, reorders and breaks connections loses and doubles nothing") {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        sim::SimSiteOptions options;
        options.seed = seed;
        options.broker.duplicate_ppm = 200'000;
        options.broker.reorder_ppm = 200'000;
        options.broker.break_ppm = 10'000;
        options.broker.late_will_ppm = 500'000;
        SyncBench bench(std::move(options));
        for (int i = 0; i < 60; ++i) {
            bench.write(i % 3 == 0 ? "shop" : "back", 5);
            bench.site.run_for(kMoment);
        }
        INFO("seed " << seed);
        CHECK(bench.site.settle());
        CHECK(to_text(bench.check("back")) == "");
        CHECK(to_text(bench.check("shop")) == "");
    }
}

TEST_CASE("a restored edge opens a new epoch, and every event it lost is named") {
    SyncBench bench({});
    bench.write("back", 20);
    REQUIRE(bench.site.settle());
    bench.site.kill("back");
    bench.site.copy_disk("back", "monday.db");
    bench.site.restart("back");
    REQUIRE(bench.site.settle());
    bench.write("back", 7);
    REQUIRE(bench.site.settle());
    const std::uint64_t before = bench.site.edge("back").ledger().line().seq().value();
    bench.site.kill("back");
    bench.site.insert_disk("back", "monday.db");
    bench.site.restart("back");
    REQUIRE(bench.site.settle());
    bench.write("back", 3);
    REQUIRE(bench.site.settle());
    CHECK(bench.site.edge("back").ledger().line().epoch() == Epoch(2));
    CHECK(bench.bridge_anomalies("lost_by_restore") >= 7);
    CHECK(before > 27);
    CHECK(to_text(bench.check("back")) == "");
}

TEST_CASE("a wiped edge begins anew in the next epoch and is told its commands again") {
    SyncBench bench({});
    ItemRecord record;
    record.sku = "SKU-9";
    record.name = "from head office";
    REQUIRE(
        bench.site.bridge().command({}, "user:office", "master", encode(MasterRecord(record)), {}));
    bench.write("back", 12);
    REQUIRE(bench.site.settle());
    bench.site.kill("back");
    bench.site.insert_disk("back", "");
    bench.site.restart("back");
    REQUIRE(bench.site.settle());
    CHECK(bench.site.edge("back").ledger().line().epoch() == Epoch(2));
    CHECK(bench.site.edge("back").ledger().registers().sku("SKU-9") != nullptr);
    CHECK(bench.bridge_anomalies("lost_by_restore") >= 12);
    CHECK(to_text(bench.check("back")) == "");
}

TEST_CASE("a bridge restored from a backup gets everything again and books no hand-over twice") {
    SyncBench bench({});
    bench.write("back", 3);
    bench.write("shop", 3);
    const std::vector<sim::TagCode> unit = {sim::unit_tag(1, 7)};
    const std::string item = unit.front().str();
    REQUIRE(bench.site.world().add_unit(unit.front(), PlaceId("SUPPLIER")));
    REQUIRE(bench.site.run_until([&] { return bench.site.reader("dock-reader").reading(); }));
    REQUIRE(bench.site.walk(unit, "dock", sim::Way::in));
    bench.site.run_for(std::chrono::seconds(5));
    REQUIRE(bench.site.settle());
    bench.site.kill("bridge");
    bench.site.copy_disk("bridge", "monday.db");
    bench.site.restart("bridge");
    REQUIRE(bench.site.walk(unit, "door", sim::Way::in));
    bench.site.run_for(std::chrono::seconds(5));
    REQUIRE(bench.site.settle());
    bench.site.kill("bridge");
    bench.site.insert_disk("bridge", "monday.db");
    bench.site.restart("bridge");
    bench.site.run_for(std::chrono::seconds(150));
    REQUIRE(bench.site.settle());
    CHECK(bench.site.bridge().hand_overs().open().empty());
    CHECK(bench.site.bridge().unit(item)->place == "shop.floor");
    CHECK(bench.bridge_anomalies("handover_unmatched") == 0);
    CHECK(bench.events_of("back", "handed_over", item) == 1);
    CHECK(bench.events_of("shop", "received", item) == 1);
    CHECK(to_text(bench.check("back")) == "");
    CHECK(to_text(bench.check("shop")) == "");
}
