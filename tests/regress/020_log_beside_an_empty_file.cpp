// Found by errors on the simulated disk (seed 108 of a first error test: read errors 5,000 ppm,
// sync errors 30,000 ppm). A sync failed while a journal was being created. The change to a
// write-ahead log is committed behind the only row of its PRAGMA, so its failure was told at the
// end of a statement that nobody waited for, and the box went on: every commit was synced to a log
// beside a file of no bytes. SQLite throws such a log away when it next opens the file, and with it
// all that had been answered for. Now the end of every statement is heard, and a log that
// lies beside an empty or missing file is refused and kept.
#include <catch2/catch.hpp>

#include "tests/support/journal_rows.hpp"
#include "tests/support/sim_disk_store.hpp"

using namespace tally;
using namespace tally::test;
using sim::SimDisk;

namespace {

constexpr const char* kLogName = "journal-wal";

std::uint64_t end_of(host::SqliteStore& store) {
    const auto start = store.start();
    REQUIRE(start);
    return start->ends.empty() ? 0 : start->ends.at("back").seq;
}

}  // namespace

TEST_CASE(
    "a journal whose creation could not be synced holds what it answers for, or does not open") {
    std::uint64_t refused = 0;
    for (const std::uint32_t evict_ppm : {0U, 1'000'000U}) {
        for (std::uint64_t failing = 1; failing <= 12; ++failing) {
            sim::DiskOptions options;
            options.evict_ppm = evict_ppm;
            SimDisk disk(Prng(failing), options, [] { return MonoTime{}; });
            disk.fail_sync(failing);
            std::uint64_t answered = 0;
            if (auto store = open_journal(disk)) {
                while (answered < 5 &&
                       (*store)->commit(commit_of({row({"back", 1, answered + 1})}))) {
                    ++answered;
                }
                disk.kill_process();
            } else {
                ++refused;
                CHECK(disk.running());
                disk.kill_process();
            }
            auto store = open_journal(disk);
            INFO("sync " << failing << (store ? std::string() : ": " + store.error().text));
            REQUIRE(store);
            const std::uint64_t found = end_of(**store);
            CHECK((found == answered || found == answered + 1));
        }
    }
    CHECK(refused > 2);
}

TEST_CASE("a log beside an empty or missing journal is refused, kept, and told of") {
    SimDisk disk(Prng(1), {}, [] { return MonoTime{}; });
    {
        auto store = open_journal(disk);
        REQUIRE(store);
        REQUIRE((*store)->commit(commit_of({row({"back", 1, 1})})));
        disk.kill_process();
    }
    sim::DiskImage lost = disk.image();
    const bool missing = GENERATE(false, true);
    if (missing) {
        lost.erase(kJournalName);
    } else {
        lost.at(kJournalName).clear();
    }
    SimDisk other(Prng(2), {}, [] { return MonoTime{}; });
    other.insert(lost);
    const auto store = open_journal(other);
    REQUIRE_FALSE(store);
    CHECK(store.error().kind == ErrorKind::corrupt);
    CHECK_THAT(store.error().text, Catch::Contains("journal-wal"));
    CHECK(other.image().at(kLogName) == lost.at(kLogName));
}
