// Found by power cuts on the simulated disk (seed 4 of unit_sim_disk): a box that was killed
// between writing its log and syncing it found the commit again when it started, told others of it,
// and lost it with the next power cut. The same after a failed sync, which the kernel does not
// repeat. Now what a start finds in the log is on the disk before anybody hears of it.
#include <catch2/catch.hpp>

#include "tests/support/journal_rows.hpp"
#include "tests/support/sim_disk_store.hpp"

using namespace tally;
using namespace tally::test;
using sim::SimDisk;

namespace {

/// Loses everything that was not synced.
sim::DiskOptions unkind() {
    sim::DiskOptions options;
    options.ordered_ppm = 0;
    options.lost_ppm = 1'000'000;
    options.zeros_ppm = 0;
    return options;
}

std::uint64_t end_of(host::SqliteStore& store) {
    const auto start = store.start();
    REQUIRE(start);
    return start->ends.empty() ? 0 : start->ends.at("back").seq;
}

/// Opens, looks, and dies without power.
std::uint64_t look_and_lose_power(SimDisk& disk) {
    auto store = open_journal(disk);
    INFO((store ? std::string() : store.error().text));
    REQUIRE(store);
    const std::uint64_t end = end_of(**store);
    disk.cut_power();
    return end;
}

}  // namespace

TEST_CASE("what a start finds in the log survives a power cut right after it") {
    std::uint64_t found_unsynced = 0;
    for (std::uint64_t change = 1; change <= 12; ++change) {
        SimDisk disk(Prng(change), unkind(), [] { return MonoTime{}; });
        {
            auto store = open_journal(disk);
            REQUIRE(store);
            REQUIRE((*store)->commit(commit_of({row({"back", 1, 1})})));
            disk.crash_before(disk.counts().changes() + change);
            static_cast<void>((*store)->commit(commit_of({row({"back", 1, 2})})).has_value());
            disk.kill_process();
        }
        const std::uint64_t seen = look_and_lose_power(disk);
        INFO("killed before change " << change << ", seen " << seen);
        CHECK(look_and_lose_power(disk) == seen);
        found_unsynced += seen == 2 ? 1 : 0;
    }
    CHECK(found_unsynced > 0);
}

TEST_CASE("commits behind a sync that failed are not lost with it") {
    for (const std::uint32_t evict_ppm : {0U, 1'000'000U}) {
        sim::DiskOptions options = unkind();
        options.evict_ppm = evict_ppm;
        SimDisk disk(Prng(7), options, [] { return MonoTime{}; });
        std::uint64_t end = 0;
        {
            auto store = open_journal(disk);
            REQUIRE(store);
            REQUIRE((*store)->commit(commit_of({row({"back", 1, 1})})));
            disk.fail_sync(1);
            const auto refused = (*store)->commit(commit_of({row({"back", 1, 2})}));
            REQUIRE_FALSE(refused);
            CHECK(refused.error().kind == ErrorKind::corrupt);
            CHECK_FALSE((*store)->commit(commit_of({row({"back", 1, 3})})));
            disk.kill_process();
        }
        {
            auto store = open_journal(disk);
            REQUIRE(store);
            end = end_of(**store) + 1;
            REQUIRE((*store)->commit(commit_of({row({"back", 1, end})})));
            disk.cut_power();
        }
        CHECK(look_and_lose_power(disk) == end);
    }
}
