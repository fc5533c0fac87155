// Every crash point of the store there is. A workload with each kind of commit (ledger, cursor,
// commands, master import, checkpoint, truncation, swapped stock) and orderly restarts is
// run once, and the changes it makes to the disk are counted; then it is run again for each of
// them and ends right before it, by a kill and by power cuts. What is found afterwards must be what
// was answered, or that and the commit under way, whole; and the rest of the workload ends where it
// would have ended. Likewise for the migration of an old file and the creation of a new one.
#include <cstdio>
#include <variant>

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include "firmware/host/store/schema.hpp"
#include "tests/support/journal_rows.hpp"
#include "tests/support/sim_disk_store.hpp"

using namespace tally;
using namespace tally::test;
using host::SqliteStore;
using sim::SimDisk;

namespace {

/// An orderly end, which moves the log into the file, and a new start.
struct Restart {};
using Step = std::variant<JournalCommit, Restart>;

std::vector<Step> workload() {
    std::vector<Step> steps;
    JournalCommit tick = commit_of(rows_of({"back", 1, 1, 4}));
    tick.positions = {position("dock", 4'000, 4'000)};
    tick.items = {{"back", "epc-1", "sku-7", "-", "dock", "free", "good", "", 1}};
    tick.states = {{"back", "anomaly", "a-1", R"({"open":true})"}};
    steps.emplace_back(tick);

    JournalCommit cursor;
    cursor.states = {{"back", "outbox", "cursor", R"({"acked":4})"}};
    steps.emplace_back(cursor);

    JournalCommit office;
    for (std::uint64_t seq = 1; seq <= 3; ++seq) {
        office.commands.push_back({"back", 1, seq, R"({"command":)" + std::to_string(seq) + "}"});
    }
    steps.emplace_back(office);

    JournalCommit master = commit_of(rows_of({"back", 1, 5, 24}));
    for (int i = 0; i < 60; ++i) {
        master.states.push_back({"back", "item", "sku-" + std::to_string(i),
                                 std::string(400, static_cast<char>('a' + i % 26))});
    }
    steps.emplace_back(master);

    JournalCommit checkpoint;
    checkpoint.checkpoint = CheckpointRow{"back", 1, 24, "d24", std::string(3'000, 'p')};
    steps.emplace_back(checkpoint);
    steps.emplace_back(Restart{});

    JournalCommit applied = commit_of(rows_of({"shop", 1, 1, 30}));  // as a bridge applies a batch
    applied.states = {{"shop", "edge", "cursor", R"({"next":31})"}};
    steps.emplace_back(applied);

    JournalCommit reopened = commit_of(rows_of({"back", 2, 21, 26}));
    reopened.truncate = JournalCommit::Truncate{"back", 20};
    steps.emplace_back(reopened);
    steps.emplace_back(Restart{});

    JournalCommit swapped;
    swapped.replace_stock_of = "back";
    swapped.positions = {position("aisle-1", 9'000, 9'000), position("dock", 7'000, 7'000)};
    steps.emplace_back(swapped);

    JournalCommit moved = commit_of(rows_of({"back", 2, 27, 28}));
    moved.positions = {position("aisle-1", -9'000, 0), position("dock", 9'000, 16'000)};
    steps.emplace_back(moved);
    return steps;
}

std::size_t commits_in(const std::vector<Step>& steps) {
    std::size_t count = 0;
    for (const Step& step : steps) {
        count += std::holds_alternative<JournalCommit>(step) ? 1 : 0;
    }
    return count;
}

/// Contents after 0, 1, 2... commits, by a store that nothing happens to.
std::vector<std::string> expected(const std::vector<Step>& steps) {
    auto store = SqliteStore::open({.path = ":memory:"});
    REQUIRE(store);
    std::vector<std::string> all = {contents_of(**store)};
    for (const Step& step : steps) {
        if (const auto* commit = std::get_if<JournalCommit>(&step)) {
            REQUIRE((*store)->commit(*commit));
            all.push_back(contents_of(**store));
        }
    }
    return all;
}

/// Runs what is behind the first `done` commits, as far as the disk lets it; how many were
/// answered in all.
std::size_t run(SimDisk& disk, const std::vector<Step>& steps, std::size_t done) {
    auto store = open_journal(disk);
    std::size_t answered = 0;
    for (const Step& step : steps) {
        if (!store) {
            return std::max(answered, done);
        }
        if (const auto* commit = std::get_if<JournalCommit>(&step)) {
            if (answered >= done && !(*store)->commit(*commit)) {
                return answered;
            }
            ++answered;
        } else if (answered >= done && std::holds_alternative<Restart>(step)) {
            store->reset();
            store = open_journal(disk);
        }
    }
    return answered;
}

/// After the crash: which of the contents it is; the journal is whole.
std::size_t find_contents(SimDisk& disk, const std::vector<std::string>& all) {
    auto store = open_journal(disk);
    INFO((store ? std::string() : store.error().text));
    REQUIRE(store);
    REQUIRE((*store)->check());
    const std::string found = contents_of(**store);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (found == all[i]) {
            return i;
        }
    }
    FAIL("the journal holds what it never held:\n" << found);
    return 0;
}

void check_crash(const std::vector<Step>& steps, const std::vector<std::string>& all,
                 std::uint64_t change, std::uint64_t seed) {
    SimDisk disk(Prng(seed), {}, [] { return MonoTime{}; });
    disk.crash_before(change);
    const std::size_t answered = run(disk, steps, 0);
    REQUIRE_FALSE(disk.running());
    const auto die = [&] { seed == 0 ? disk.kill_process() : disk.cut_power(); };
    die();
    const std::size_t found = find_contents(disk, all);
    INFO("answered " << answered << ", found " << found);
    REQUIRE((found == answered || found == answered + 1));
    die();
    REQUIRE(find_contents(disk, all) == found);
    REQUIRE(run(disk, steps, found) == all.size() - 1);
    REQUIRE(find_contents(disk, all) == all.size() - 1);
}

/// The first release's file on a simulated disk: migration 1 and some rows.
void build_v1(SimDisk& disk) {
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open_v2(kJournalName, &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                            disk.vfs_name().c_str()) == SQLITE_OK);
    std::string sql = "PRAGMA journal_mode=WAL; BEGIN;" +
                      std::string(host::store::migrations().front().sql) +
                      "PRAGMA application_id=1413565509; PRAGMA user_version=1;"
                      "INSERT INTO epoch VALUES(1, 'back', 1, 1);";
    for (std::uint64_t seq = 1; seq <= 40; ++seq) {
        const JournalRow one = row({"back", 1, seq});
        const std::string n = std::to_string(seq);
        sql += "INSERT INTO event VALUES(" + n + ",1," + n + ",'moved'," +
               std::to_string(one.t_ms) + ",'','sku-7','-',1000,'dock','aisle-1',x'" +
               to_hex(one.leaf) + "','" + one.canonical + "');";
    }
    REQUIRE(sqlite3_exec(raw, (sql + "COMMIT;").c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(raw);
}

/// The copy beside, if it has its name, is the old file whole.
void check_copy(const SimDisk& disk) {
    const sim::DiskImage image = disk.image();
    const auto copy = image.find("journal.v1");
    if (copy == image.end()) {
        return;
    }
    SimDisk other(Prng(1), {}, [] { return MonoTime{}; });
    other.insert({{"journal", copy->second}});
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open_v2("journal", &raw, SQLITE_OPEN_READWRITE, other.vfs_name().c_str()) ==
            SQLITE_OK);
    sqlite3_stmt* asked = nullptr;
    REQUIRE(sqlite3_prepare_v2(raw,
                               "SELECT count(*) || ' ' || (SELECT user_version FROM "
                               "pragma_user_version) || ' ' || (SELECT integrity_check FROM "
                               "pragma_integrity_check) FROM event",
                               -1, &asked, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_step(asked) == SQLITE_ROW);
    CHECK(std::string(reinterpret_cast<const char*>(sqlite3_column_text(asked, 0))) == "40 1 ok");
    sqlite3_finalize(asked);
    sqlite3_close(raw);
}

}  // namespace

TEST_CASE("a kill and power cuts at every change of every kind of commit") {
    const std::vector<Step> steps = workload();
    const std::vector<std::string> all = expected(steps);
    REQUIRE(all.size() == commits_in(steps) + 1);
    SimDisk counted(Prng(1), {}, [] { return MonoTime{}; });
    REQUIRE(run(counted, steps, 0) == all.size() - 1);
    const std::uint64_t changes = counted.counts().changes();
    REQUIRE(changes > 200);
    std::printf("%llu crash points, of them %llu syncs\n", static_cast<unsigned long long>(changes),
                static_cast<unsigned long long>(counted.counts().syncs));
    for (std::uint64_t change = 1; change <= changes; ++change) {
        for (std::uint64_t seed = 0; seed <= 2; ++seed) {
            INFO("change " << change << " of " << changes << ", "
                           << (seed == 0 ? "killed" : "power cut"));
            check_crash(steps, all, change, seed);
        }
    }
}

TEST_CASE("a kill and power cuts at every change of a migration") {
    SimDisk before(Prng(1), {}, [] { return MonoTime{}; });
    build_v1(before);
    const sim::DiskImage old_file = before.image();
    SimDisk counted(Prng(1), {}, [] { return MonoTime{}; });
    counted.insert(old_file);
    std::string migrated;
    {
        auto store = open_journal(counted);
        REQUIRE(store);
        migrated = contents_of(**store);
    }
    const std::uint64_t changes = counted.counts().changes();
    std::printf("%llu crash points of a migration\n", static_cast<unsigned long long>(changes));
    REQUIRE(counted.image().contains("journal.v1"));
    for (std::uint64_t change = 1; change <= changes; ++change) {
        for (std::uint64_t seed = 0; seed <= 3; ++seed) {
            SimDisk disk(Prng(seed), {}, [] { return MonoTime{}; });
            disk.insert(old_file);
            disk.crash_before(disk.counts().changes() + change);
            static_cast<void>(open_journal(disk).has_value());
            seed == 0 ? disk.kill_process() : disk.cut_power();
            INFO("change " << change << " of " << changes << ", seed " << seed);
            check_copy(disk);
            auto store = open_journal(disk);
            INFO((store ? std::string() : store.error().text));
            REQUIRE(store);
            REQUIRE((*store)->check());
            REQUIRE(contents_of(**store) == migrated);
            check_copy(disk);
            REQUIRE(disk.image().contains("journal.v1"));
        }
    }
}
