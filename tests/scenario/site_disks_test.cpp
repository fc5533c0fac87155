// The disks that the boxes of a site stand on: drawn with the run, without room for a while, and
// with syncs that fail. What the real store does about it is what the site lives with.
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "sim/scenarios/run.hpp"
#include "tests/scenario/sync_bench.hpp"
#include "tests/support/places.hpp"

using namespace tally;
using namespace tally::scenario;

using sim::to_text;

namespace {

const std::string kLibrary = test::source_dir() + "/sim/scenarios/library";
constexpr Duration kMinute = std::chrono::minutes(1);

bool reported(sim::SimSite& site, const std::string& box, const std::string& part) {
    for (const std::string& error : site.node(box).errors()) {
        if (error.find(part) != std::string::npos) {
            return true;
        }
    }
    return false;
}

/// Work at an edge that the bridge has to store, too.
void work(SyncBench& bench, int rounds) {
    for (int round = 0; round < rounds; ++round) {
        bench.write("back", 40);
        bench.site.run_for(std::chrono::milliseconds(500));
    }
}

}  // namespace

TEST_CASE("every box of a run stands on the disk that its seed drew, and the draw is printed") {
    auto scenario = sim::load_scenario(kLibrary, "quiet_day");
    REQUIRE(scenario);
    for (const char* range :
         {"work.minutes=1", "disk.large_sectors=1", "disk.lost_ppm=123", "disk.sync_us=700",
          "disk.sync_spread_us=50", "disk.stall_ppm=9", "disk.stall_ms=80"}) {
        REQUIRE(sim::set_range(*scenario, range));
    }
    std::map<std::string, sim::DiskOptions> disks;
    std::set<std::string> told;
    sim::RunOptions options;
    options.on_option = [&](const std::string& line) { told.insert(line); };
    options.wrappers.disk = [&](const std::string& box, sim::DiskOptions& disk) {
        disks[box] = disk;
    };
    CHECK(to_text(sim::run_scenario(*scenario, options).findings) == "");
    REQUIRE(disks.size() == 3);
    for (const auto& [box, disk] : disks) {
        INFO(box);
        CHECK(disk.sector_bytes == 4'096);
        CHECK(disk.lost_ppm == 123);
        CHECK(disk.sync_min == std::chrono::microseconds(700));
        CHECK(disk.sync_max == std::chrono::microseconds(750));
        CHECK(disk.slow_sync_ppm == 9);
        CHECK(disk.slow_sync_max == std::chrono::milliseconds(80));
    }
    CHECK(told.contains("disk.sync_us=700"));
}

TEST_CASE("a full disk is met by the real store; nothing is lost, and all goes on with room") {
    for (const std::string box : {"back", "bridge"}) {
        for (const std::uint64_t room : {0U, 5'000U, 40'000U}) {
            INFO(box << " with room for " << room << " bytes");
            SyncBench bench({});
            REQUIRE(bench.site.settle());
            bench.site.fill_disk(box, room);
            work(bench, 8);
            CHECK(reported(bench.site, box, "database or disk is full"));
            CHECK(bench.site.drive(box).used_bytes() <=
                  bench.site.drive(box).options().capacity_bytes);
            bench.site.free_disk(box);
            REQUIRE(bench.site.settle());
            CHECK(to_text(bench.check("back")) == "");
        }
    }
}

TEST_CASE("a box that dies on a full disk comes up, then or once there is room") {
    for (const std::string box : {"back", "bridge"}) {
        for (const sim::Death death : {sim::Death::process, sim::Death::power}) {
            INFO(box << (death == sim::Death::power ? ", power cut" : ", killed"));
            SyncBench bench({});
            REQUIRE(bench.site.settle());
            bench.site.fill_disk(box, 0);
            work(bench, 2);
            bench.site.kill(box, death);
            bench.site.restart(box);
            bench.site.run_for(kMinute);
            bench.site.free_disk(box);
            if (!bench.site.is_up(box)) {
                bench.site.restart(box);
            }
            REQUIRE(bench.site.settle());
            CHECK(to_text(bench.check("back")) == "");
        }
    }
}

TEST_CASE("a failed sync stops its box, which says so and lives on when it is started again") {
    for (const std::string box : {"back", "bridge"}) {
        for (const std::uint64_t which : {1U, 2U, 5U}) {
            INFO(box << ", sync " << which);
            SyncBench bench({});
            REQUIRE(bench.site.settle());
            int stops = 0;
            bench.site.fail_sync(box, which, [&] {
                ++stops;
                bench.site.kill(box);
                bench.site.restart(box);
            });
            work(bench, 8);
            CHECK(stops == 1);
            CHECK(reported(bench.site, box, "the disk failed"));
            REQUIRE(bench.site.settle());
            CHECK(to_text(bench.check("back")) == "");
        }
    }
}
