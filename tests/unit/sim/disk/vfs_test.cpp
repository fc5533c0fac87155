// SQLite itself on the simulated disk, without our store: locks between connections, the shared
// index of a write-ahead log, journals of the old kind, and what each level of `synchronous` is
// worth when the power goes. The last is the judge of the model: it must be as unkind as SQLite's
// documents say a disk may be, and no more.
#include <catch2/catch.hpp>
#include <sqlite3.h>

#include "sim/disk/sim_disk.hpp"

using namespace tally;
using sim::DiskOptions;
using sim::SimDisk;

namespace {

class Connection {
 public:
    explicit Connection(SimDisk& disk) {
        constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        REQUIRE(sqlite3_open_v2("db", &raw_, kFlags, disk.vfs_name().c_str()) == SQLITE_OK);
    }
    ~Connection() { sqlite3_close_v2(raw_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    int run(const std::string& sql) {
        return sqlite3_exec(raw_, sql.c_str(), nullptr, nullptr, nullptr);
    }
    /// First column of the first row; "error" where it fails.
    std::string value(const std::string& sql) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(raw_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
            return "error";
        }
        const int code = sqlite3_step(statement);
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
        std::string found = code == SQLITE_ROW && text != nullptr ? text : "";
        sqlite3_finalize(statement);
        return code == SQLITE_ROW || code == SQLITE_DONE ? found : "error";
    }

 private:
    sqlite3* raw_ = nullptr;
};

struct Fates {
    int lost = 0;     // runs in which an acknowledged commit was gone
    int corrupt = 0;  // runs in which SQLite found the file damaged
    int held = 0;
};

/// Many databases, each with a drawn number of commits, cut off at a drawn change.
Fates run_power_cuts(const std::string& journal_mode, const std::string& synchronous, int runs) {
    Fates fates;
    for (int seed = 1; seed <= runs; ++seed) {
        Prng prng(static_cast<std::uint64_t>(seed));
        MonoTime now{};
        SimDisk disk(prng.fork("disk"), sim::draw_disk(prng.fork("options")), [&] { return now; });
        long acknowledged = 0;
        {
            Connection writer(disk);
            REQUIRE(writer.run("PRAGMA journal_mode=" + journal_mode + "; PRAGMA synchronous=" +
                               synchronous + "; PRAGMA wal_autocheckpoint=5;" +
                               "CREATE TABLE t(n INTEGER PRIMARY KEY, filler TEXT)") == SQLITE_OK);
            disk.crash_before(disk.counts().changes() + 1 + prng.below(150));
            while (writer.run("INSERT INTO t VALUES(" + std::to_string(acknowledged + 1) +
                              ", hex(zeroblob(" + std::to_string(prng.below(3'000)) + ")))") ==
                   SQLITE_OK) {
                now = now + disk.busy_for();
                ++acknowledged;
            }
            disk.cut_power();
        }
        Connection reader(disk);
        const std::string verdict = reader.value("PRAGMA integrity_check");
        const std::string count = reader.value("SELECT count(*) FROM t");
        const long found = count == "error" ? -1 : std::stol(count);  // not even the table
        if (verdict != "ok") {
            ++fates.corrupt;
        } else if (found < acknowledged) {
            ++fates.lost;
        } else {
            CHECK(found <= acknowledged + 1);
            ++fates.held;
        }
    }
    return fates;
}

}  // namespace

TEST_CASE("two connections share a write-ahead log: one writes, the other reads its own moment") {
    const MonoTime now{};
    SimDisk disk(Prng(1), {}, [&] { return now; });
    Connection writer(disk);
    REQUIRE(writer.value("PRAGMA journal_mode=WAL") == "wal");
    REQUIRE(writer.run("CREATE TABLE t(n); INSERT INTO t VALUES(1)") == SQLITE_OK);
    Connection reader(disk);
    REQUIRE(reader.run("BEGIN; SELECT * FROM t") == SQLITE_OK);
    CHECK(reader.value("SELECT count(*) FROM t") == "1");
    REQUIRE(writer.run("INSERT INTO t VALUES(2)") == SQLITE_OK);
    CHECK(reader.value("SELECT count(*) FROM t") == "1");
    REQUIRE(reader.run("COMMIT") == SQLITE_OK);
    CHECK(reader.value("SELECT count(*) FROM t") == "2");
    REQUIRE(writer.run("BEGIN IMMEDIATE") == SQLITE_OK);
    CHECK(reader.run("BEGIN IMMEDIATE") == SQLITE_BUSY);
    REQUIRE(writer.run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)") == SQLITE_OK);
    CHECK(disk.find("db-wal")->bytes == 0);
    CHECK(reader.value("PRAGMA integrity_check") == "ok");
}

TEST_CASE("a rollback journal locks as SQLite's file locks do") {
    const MonoTime now{};
    SimDisk disk(Prng(1), {}, [&] { return now; });
    Connection one(disk);
    Connection two(disk);
    REQUIRE(one.run("PRAGMA journal_mode=DELETE; CREATE TABLE t(n)") == SQLITE_OK);
    REQUIRE(one.run("BEGIN; INSERT INTO t VALUES(1)") == SQLITE_OK);
    CHECK(two.value("SELECT count(*) FROM t") == "0");  // reserved: others still read
    CHECK(two.run("INSERT INTO t VALUES(2)") == SQLITE_BUSY);
    REQUIRE(two.run("BEGIN; SELECT * FROM t") == SQLITE_OK);
    CHECK(one.run("COMMIT") == SQLITE_BUSY);  // a reader is inside
    REQUIRE(two.run("COMMIT") == SQLITE_OK);
    CHECK(two.value("SELECT count(*) FROM t") == "error");  // a writer waits: no new readers
    REQUIRE(one.run("COMMIT") == SQLITE_OK);
    CHECK(two.value("SELECT count(*) FROM t") == "1");
    CHECK_FALSE(disk.find("db-journal"));
}

TEST_CASE("a killed writer's locks are gone, and its half transaction with them") {
    const MonoTime now{};
    SimDisk disk(Prng(1), {}, [&] { return now; });
    Connection killed(disk);
    REQUIRE(killed.run("PRAGMA journal_mode=WAL; CREATE TABLE t(n); INSERT INTO t VALUES(1);"
                       "BEGIN IMMEDIATE; INSERT INTO t VALUES(2)") == SQLITE_OK);
    disk.kill_process();
    Connection next(disk);
    CHECK(next.value("SELECT count(*) FROM t") == "1");
    REQUIRE(next.run("INSERT INTO t VALUES(3)") == SQLITE_OK);
    CHECK(killed.run("COMMIT") != SQLITE_OK);
    CHECK(next.value("SELECT count(*) FROM t") == "2");
}

TEST_CASE("the disk is as unkind as it may be: OFF loses and breaks, NORMAL loses, FULL does not") {
    const Fates off = run_power_cuts("WAL", "OFF", 200);
    CHECK(off.lost > 10);
    CHECK(off.corrupt > 50);
    const Fates normal = run_power_cuts("WAL", "NORMAL", 200);
    CHECK(normal.lost > 30);
    CHECK(normal.corrupt == 0);
    const Fates full = run_power_cuts("WAL", "FULL", 400);
    CHECK(full.held == 400);
    const Fates rollback = run_power_cuts("DELETE", "EXTRA", 200);
    CHECK(rollback.held == 200);
    const Fates rollback_off = run_power_cuts("DELETE", "OFF", 200);
    CHECK(rollback_off.corrupt + rollback_off.lost > 50);
}
