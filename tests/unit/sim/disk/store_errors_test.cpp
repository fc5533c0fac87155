// The store over many lives on a disk that errs: reads, writes (some of them short), syncs and
// syncs of the folder fail by chance, the disk fills up, and each life ends in order, by a kill or
// by a power cut. After each life the journal must hold, byte for byte, every commit that was
// answered, at most the one that was under way beside them, and nothing that was never committed;
// a life that cannot be sure of its disk does not open, and the next one on a well disk does.
// TALLY_DISK_LIVES sets how many seeds (default 150), TALLY_SEED the first; both are printed.
#include <cstdio>
#include <cstdlib>

#include <catch2/catch.hpp>

#include "tests/support/journal_rows.hpp"
#include "tests/support/sim_disk_store.hpp"

using namespace tally;
using namespace tally::test;
using host::SqliteStore;
using sim::DiskOptions;
using sim::SimDisk;

namespace {

constexpr std::uint64_t kLives = 10;
constexpr std::uint64_t kCommitsPerLife = 8;

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Commit number n (from 0), of every kind of row; some are large.
JournalCommit commit_number(std::uint64_t n) {
    JournalCommit commit = commit_of(rows_of({"back", 1, 2 * n + 1, 2 * n + 2}));
    commit.positions = {position("dock", 2'000, static_cast<std::int64_t>(n + 1) * 2'000)};
    commit.states = {{"back", "count", "n", std::to_string(n + 1)}};
    for (std::uint64_t i = 0; n % 5 == 0 && i < 20; ++i) {
        commit.states.push_back({"back", "item", "sku-" + std::to_string(i),
                                 std::string(300, static_cast<char>('a' + n % 26))});
    }
    commit.commands = {{"back", 1, n + 1, R"({"command":)" + std::to_string(n) + "}"}};
    return commit;
}

/// What a journal holds after 0, 1, 2... commits, by a store that nothing happens to.
const std::string& expected(std::uint64_t commits) {
    static const auto store = SqliteStore::open({.path = ":memory:"});
    REQUIRE(store);
    static std::vector<std::string> all = {contents_of(**store)};
    while (all.size() <= commits) {
        REQUIRE((*store)->commit(commit_number(all.size() - 1)));
        all.push_back(contents_of(**store));
    }
    return all[commits];
}

/// Each kind of error in half of all lives, rare or frequent.
DiskOptions draw_errors(Prng& prng, DiskOptions disk, std::uint64_t used_bytes) {
    const auto often = [&prng](std::uint32_t most) {
        const bool on = prng.chance_ppm(500'000);
        const std::uint32_t ppm = static_cast<std::uint32_t>(1 + prng.below(most));
        return on ? ppm : 0;
    };
    disk.read_error_ppm = often(10'000);
    disk.write_error_ppm = often(20'000);
    disk.short_write_ppm = 500'000;
    disk.sync_error_ppm = often(100'000);
    disk.folder_error_ppm = often(400'000);
    if (prng.chance_ppm(200'000)) {
        disk.capacity_bytes = used_bytes + 1 + prng.below(200'000);
    }
    return disk;
}

/// One box over many lives.
class Box {
 public:
    explicit Box(std::uint64_t seed)
        : prng_(seed),
          well_(sim::draw_disk(prng_.fork("options"))),
          disk_(prng_.fork("disk"), well_, [this] { return now_; }) {}

    void live_and_die() {
        disk_.set_options(draw_errors(prng_, well_, disk_.used_bytes()));
        auto store = open();
        if (store) {
            look(**store);
            work(**store);
        } else {
            unopened_ += 1;
        }
        end(store);
    }

    /// A life in which nothing fails must open.
    void live_well() {
        disk_.set_options(well_);
        auto store = open();
        INFO((store ? std::string() : store.error().text));
        REQUIRE(store);
        REQUIRE((*store)->check());
        look(**store);
        end(store);
    }

    [[nodiscard]] std::uint64_t errors() const { return disk_.counts().errors; }
    [[nodiscard]] std::uint64_t answered() const { return answered_; }
    [[nodiscard]] std::uint64_t unopened() const { return unopened_; }

 private:
    Result<std::unique_ptr<SqliteStore>> open() {
        auto options = disk_.store(kJournalName, host::StoreKind::edge);
        options.tidy_log_bytes = 100'000;  // so that logs begin anew within a life
        auto store = SqliteStore::open(options);
        wait();
        return store;
    }

    /// The box has its answer when the disk is done.
    void wait() { now_ = now_ + disk_.busy_for(); }

    /// Through a disk that is well for the moment: what was answered, and what was found.
    void look(SqliteStore& store) {
        const DiskOptions erring = disk_.options();
        disk_.set_options(well_);
        const std::string found = contents_of(store);
        const bool one_more = found == expected(answered_ + 1);
        INFO("answered " << answered_ << " commits; found:\n" << found.substr(0, 200));
        REQUIRE((one_more || found == expected(answered_)));
        answered_ += one_more ? 1 : 0;
        disk_.set_options(erring);
    }

    void work(SqliteStore& store) {
        for (std::uint64_t i = 0; i < kCommitsPerLife; ++i) {
            const auto outcome = store.commit(commit_number(answered_));
            wait();
            if (outcome) {
                ++answered_;
            } else if (outcome.error().kind == ErrorKind::exhausted) {
                disk_.set_options(well_);  // somebody made room
            } else {
                CHECK(outcome.error().kind == ErrorKind::corrupt);
                CHECK_FALSE(store.commit(commit_number(answered_)));
                return;
            }
            if (prng_.chance_ppm(200'000)) {
                static_cast<void>(store.tidy().has_value());
            }
        }
    }

    void end(Result<std::unique_ptr<SqliteStore>>& store) {
        const std::uint64_t how = prng_.below(3);
        if (how == 0) {
            disk_.kill_process();
        } else if (how == 1) {
            disk_.cut_power();
        } else {
            store =
                fail(ErrorKind::offline, "the end");  // in order: the log is moved into the file
            wait();
            prng_.chance_ppm(500'000) ? disk_.cut_power() : disk_.kill_process();
        }
    }

    Prng prng_;
    MonoTime now_{};
    DiskOptions well_;
    SimDisk disk_;
    std::uint64_t answered_ = 0;
    std::uint64_t unopened_ = 0;
};

}  // namespace

TEST_CASE("whatever a disk errs at, every answered commit is there after every life") {
    const std::uint64_t seeds = number_from_environment("TALLY_DISK_LIVES", 150);
    const std::uint64_t first = number_from_environment("TALLY_SEED", 1);
    std::uint64_t errors = 0;
    std::uint64_t answered = 0;
    std::uint64_t unopened = 0;
    for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
        Box box(seed);
        for (std::uint64_t life = 0; life < kLives; ++life) {
            INFO("seed " << seed << ", life " << life);
            life % 3 == 2 ? box.live_well() : box.live_and_die();
        }
        box.live_well();
        errors += box.errors();
        answered += box.answered();
        unopened += box.unopened();
    }
    std::printf("seeds %llu to %llu: %llu errors, %llu commits answered, %llu lives not opened\n",
                static_cast<unsigned long long>(first),
                static_cast<unsigned long long>(first + seeds - 1),
                static_cast<unsigned long long>(errors), static_cast<unsigned long long>(answered),
                static_cast<unsigned long long>(unopened));
    CHECK(errors > seeds);
    CHECK(answered > seeds * kLives);
    CHECK(unopened > seeds / 4);
}
