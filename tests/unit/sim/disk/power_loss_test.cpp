// The store under thousands of power cuts and kills, each at a drawn change on a drawn disk. After
// each one the journal must hold every commit that was answered, at most the one that was under
// way beside them, and nothing else; SQLite's own check must find nothing.
// TALLY_POWER_CUTS sets how many (default 600), TALLY_SEED the first seed; both are printed.
#include <cstdio>
#include <cstdlib>

#include <catch2/catch.hpp>

#include "tests/support/journal_rows.hpp"
#include "tests/support/sim_disk_store.hpp"

using namespace tally;
using namespace tally::test;
using sim::DiskOptions;
using sim::SimDisk;

namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

constexpr std::uint64_t kEventsPerCommit = 3;

/// Commit number n (from 0): events, a position and a state that all count alike.
JournalCommit commit_number(std::uint64_t n) {
    const std::uint64_t first = n * kEventsPerCommit + 1;
    JournalCommit commit = commit_of(rows_of({"back", 1, first, first + kEventsPerCommit - 1}));
    const auto total = static_cast<std::int64_t>((n + 1) * kEventsPerCommit);
    commit.positions = {position("dock", kEventsPerCommit, total)};
    commit.states = {{"back", "count", "n", std::to_string(n + 1)}};
    return commit;
}

/// How many whole commits a journal holds; everything in it must agree about that.
std::uint64_t whole_commits(host::SqliteStore& store) {
    REQUIRE(store.check());
    const auto start = store.start();
    REQUIRE(start);
    const std::uint64_t events = start->ends.empty() ? 0 : start->ends.at("back").seq;
    const std::uint64_t commits = events / kEventsPerCommit;
    REQUIRE(events % kEventsPerCommit == 0);
    const auto leaves = store.leaves("back", 0, events);
    REQUIRE(leaves);
    REQUIRE(leaves->size() == events);
    const auto positions = store.positions("back");
    REQUIRE(positions);
    REQUIRE(positions->size() == (commits > 0 ? 1 : 0));
    if (commits > 0) {
        REQUIRE(positions->at(0).qty_milli == static_cast<std::int64_t>(events));
        REQUIRE(start->states.at(0).value == std::to_string(commits));
    }
    return commits;
}

/// One box over many lives.
class Box {
 public:
    explicit Box(std::uint64_t seed, DiskOptions options)
        : prng_(seed), disk_(prng_.fork("disk"), options, [this] { return now_; }) {}

    /// Lives until a drawn change, at most `commits_max` commits; false if a promise was broken.
    bool live_and_die(std::uint64_t commits_max) {
        const std::uint64_t reach = prng_.chance_ppm(200'000) ? 60 : 15 * commits_max;
        disk_.crash_before(disk_.counts().changes() + 1 + prng_.below(reach));
        bool kept = true;
        if (auto opened = open_journal(disk_)) {
            const std::uint64_t found = whole_commits(**opened);
            kept = found == acknowledged_ || found == acknowledged_ + 1;
            UNSCOPED_INFO("answered " << acknowledged_ << ", found " << found);
            acknowledged_ = found;
            for (std::uint64_t i = 0; kept && i < commits_max; ++i) {
                now_ = now_ + std::chrono::milliseconds(prng_.below(20));
                if (!(*opened)->commit(commit_number(acknowledged_))) {
                    break;
                }
                // Answered when the disk is done, as InlineJournal does it.
                now_ = now_ + disk_.busy_for();
                ++acknowledged_;
                if (prng_.chance_ppm(100'000)) {
                    opened->reset();  // an orderly end: the log is moved into the file
                    opened = open_journal(disk_);
                    if (!opened) {
                        break;
                    }
                }
            }
            end();
            return kept;
        } else if (disk_.running()) {
            UNSCOPED_INFO("does not open: " << opened.error().text);
            for (const auto& [name, bytes] : disk_.image()) {
                const ByteView head =
                    ByteView(bytes).first(std::min<std::size_t>(bytes.size(), 24));
                UNSCOPED_INFO(name << " of " << bytes.size() << " bytes: " << to_hex(head));
            }
            kept = false;
        }
        end();
        return kept;
    }

 private:
    void end() {
        if (prng_.chance_ppm(800'000)) {
            disk_.cut_power();
        } else {
            disk_.kill_process();
        }
    }

    Prng prng_;
    MonoTime now_{};
    SimDisk disk_;
    std::uint64_t acknowledged_ = 0;
};

}  // namespace

TEST_CASE("no power cut and no kill takes back what the store has answered") {
    const std::uint64_t deaths = number_from_environment("TALLY_POWER_CUTS", 600);
    const std::uint64_t first = number_from_environment("TALLY_SEED", 1);
    constexpr std::uint64_t kLives = 20;
    std::printf("%llu deaths, from seed %llu\n", static_cast<unsigned long long>(deaths),
                static_cast<unsigned long long>(first));
    for (std::uint64_t seed = first; seed < first + deaths / kLives; ++seed) {
        Prng options(seed);
        Box box(seed, sim::draw_disk(options.fork("options")));
        for (std::uint64_t life = 0; life < kLives; ++life) {
            INFO("seed " << seed << ", life " << life);
            REQUIRE(box.live_and_die(12));
        }
    }
}

TEST_CASE("a disk whose syncs are lies is caught within few seeds") {
    int broken_at = 0;
    for (int seed = 1; seed <= 20 && broken_at == 0; ++seed) {
        DiskOptions options;
        options.sync_truth = sim::SyncTruth::lies;
        Box box(static_cast<std::uint64_t>(seed), options);
        for (int life = 0; life < 5 && broken_at == 0; ++life) {
            broken_at = box.live_and_die(12) ? 0 : seed;
        }
    }
    CHECK(broken_at > 0);
}
