// The store on a disk that fills up: what was answered stays, what was refused is not half there,
// and once there is room the same commit is taken.
#include <catch2/catch.hpp>

#include "tests/support/journal_rows.hpp"
#include "tests/support/sim_disk_store.hpp"

using namespace tally;
using namespace tally::test;
using sim::DiskOptions;
using sim::SimDisk;

namespace {

JournalCommit commit_number(std::uint64_t n) {
    JournalCommit commit = commit_of(rows_of({"back", 1, 2 * n + 1, 2 * n + 2}));
    commit.states = {{"back", "count", "n", std::to_string(n + 1)}};
    return commit;
}

/// Whole commits in it; a disk that is well for the moment.
std::uint64_t commits_in(host::SqliteStore& store) {
    REQUIRE(store.check());
    const auto start = store.start();
    REQUIRE(start);
    if (start->ends.empty()) {
        return 0;
    }
    const std::uint64_t events = start->ends.at("back").seq;
    REQUIRE(events % 2 == 0);
    REQUIRE(start->states.at(0).value == std::to_string(events / 2));
    return events / 2;
}

}  // namespace

TEST_CASE("a disk that is full at any byte refuses a commit whole, and takes it when it has room") {
    int refused_opening = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        Prng prng(seed);
        const MonoTime now{};
        DiskOptions small;
        small.capacity_bytes = 1 + prng.below(400'000);
        SimDisk disk(prng.fork("disk"), small, [&] { return now; });
        INFO("seed " << seed << ", " << small.capacity_bytes << " bytes");
        std::uint64_t answered = 0;
        if (auto store = open_journal(disk)) {
            Result<void> outcome;
            while (outcome && answered < 200) {
                outcome = (*store)->commit(commit_number(answered));
                answered += outcome ? 1 : 0;
            }
            if (!outcome) {
                CHECK(outcome.error().kind == ErrorKind::exhausted);
                CHECK(commits_in(**store) == answered);
            }
            disk.set_options({});
            REQUIRE((*store)->commit(commit_number(answered)));
            ++answered;
            disk.set_options(small);
            static_cast<void>((*store)->commit(commit_number(answered)).has_value());
            disk.cut_power();
        } else {
            ++refused_opening;
            CHECK(store.error().kind == ErrorKind::exhausted);
            disk.kill_process();
        }
        disk.set_options({});
        auto store = open_journal(disk);
        INFO((store ? std::string() : store.error().text));
        REQUIRE(store);
        const std::uint64_t found = commits_in(**store);
        CHECK((found == answered || found == answered + 1));
        CHECK((*store)->commit(commit_number(found)));
    }
    CHECK(refused_opening > 5);
    CHECK(refused_opening < 100);
}
