// Found by power cuts on the simulated disk (seed 1209 of unit_sim_disk): the power went while a
// journal was being created, its first page was torn, and the box refused the file for good ("not
// a Tallyman journal"), although SQLite's rollback journal beside it makes it an empty file again.
#include <catch2/catch.hpp>

#include "tests/support/journal_rows.hpp"
#include "tests/support/sim_disk_store.hpp"

using namespace tally;
using namespace tally::test;
using sim::SimDisk;

TEST_CASE("a power cut at any moment of its creation leaves a journal that can be created") {
    int torn = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        for (std::uint64_t change = 1; change <= 12; ++change) {
            SimDisk disk(Prng(seed), {}, [] { return MonoTime{}; });
            disk.crash_before(change);
            CHECK_FALSE(open_journal(disk));
            disk.cut_power();
            const auto image = disk.image();
            const auto file = image.find(kJournalName);
            torn += file != image.end() && !file->second.empty() && file->second[0] != 'S' ? 1 : 0;
            auto store = open_journal(disk);
            INFO("seed " << seed << ", change " << change
                         << (store ? std::string() : ": " + store.error().text));
            REQUIRE(store);
            CHECK((*store)->commit(commit_of({row({"back", 1, 1})})));
        }
    }
    CHECK(torn > 0);
}

TEST_CASE("a foreign file is refused as before when no rollback journal stands beside it") {
    SimDisk disk(Prng(1), {}, [] { return MonoTime{}; });
    disk.insert({{kJournalName, Bytes(4096, 0)}, {"journal-journal", Bytes(512, 0)}});
    const auto store = open_journal(disk);
    REQUIRE_FALSE(store);
    CHECK(store.error().kind == ErrorKind::unsupported);
    CHECK(disk.image().at(kJournalName) == Bytes(4096, 0));
}
