// Older files become newer ones, once, with a copy beside them. The fixtures are the schemas as
// they were released, frozen here: never edit them.
#include <catch2/catch.hpp>

#include "firmware/host/store/schema.hpp"
#include "tests/support/journal_rows.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/unit/host/store/raw_file.hpp"

using namespace tally;
using namespace tally::host;
using namespace tally::test;

namespace {

constexpr const char* kSchema1 = R"sql(
PRAGMA journal_mode=WAL;
CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE epoch(id INTEGER PRIMARY KEY, edge TEXT NOT NULL, epoch INTEGER NOT NULL,
    first_seq INTEGER NOT NULL, UNIQUE(edge, epoch));
CREATE TABLE event(arrival INTEGER PRIMARY KEY, epoch_id INTEGER NOT NULL REFERENCES epoch(id),
    seq INTEGER NOT NULL, type TEXT NOT NULL, t_ms INTEGER NOT NULL, item TEXT NOT NULL,
    sku TEXT NOT NULL, lot TEXT NOT NULL, qty_milli INTEGER NOT NULL, from_place TEXT NOT NULL,
    to_place TEXT NOT NULL, leaf BLOB NOT NULL, canonical TEXT NOT NULL);
CREATE UNIQUE INDEX event_by_seq ON event(epoch_id, seq);
CREATE INDEX event_by_item ON event(item) WHERE item <> '';
CREATE TABLE truncation(epoch_id INTEGER PRIMARY KEY, after_seq INTEGER NOT NULL);
CREATE TRIGGER event_never_changes BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'ledger events are never changed'); END;
CREATE TRIGGER event_never_vanishes BEFORE DELETE ON event
WHEN NOT EXISTS (SELECT 1 FROM truncation WHERE epoch_id = OLD.epoch_id AND after_seq < OLD.seq)
BEGIN SELECT RAISE(ABORT, 'ledger events are never deleted'); END;
CREATE TABLE position(edge TEXT NOT NULL, place TEXT NOT NULL, sku TEXT NOT NULL,
    lot TEXT NOT NULL, custody TEXT NOT NULL, quality TEXT NOT NULL, qty_milli INTEGER NOT NULL,
    PRIMARY KEY(edge, place, sku, lot, custody, quality)) WITHOUT ROWID;
CREATE TABLE item(edge TEXT NOT NULL, item TEXT NOT NULL, sku TEXT NOT NULL, lot TEXT NOT NULL,
    place TEXT NOT NULL, custody TEXT NOT NULL, quality TEXT NOT NULL, parent TEXT NOT NULL,
    seq INTEGER NOT NULL, PRIMARY KEY(edge, item)) WITHOUT ROWID;
CREATE TABLE state(edge TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY(edge, kind, key)) WITHOUT ROWID;
CREATE TABLE command(edge TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
    canonical TEXT NOT NULL, PRIMARY KEY(edge, epoch, seq)) WITHOUT ROWID;
CREATE TRIGGER command_never_changes BEFORE UPDATE ON command
BEGIN SELECT RAISE(ABORT, 'commands are never changed'); END;
CREATE TRIGGER command_never_vanishes BEFORE DELETE ON command
BEGIN SELECT RAISE(ABORT, 'commands are never deleted'); END;
CREATE TABLE checkpoint(id INTEGER PRIMARY KEY, edge TEXT NOT NULL, epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL, digest_hex TEXT NOT NULL, body TEXT NOT NULL, UNIQUE(edge, epoch, seq));
CREATE VIEW ledger AS
    SELECT arrival, edge, epoch, seq, type, t_ms, item, sku, lot, qty_milli, from_place, to_place,
           lower(hex(leaf)) AS leaf, canonical
    FROM event JOIN epoch ON epoch.id = event.epoch_id;
PRAGMA application_id=1413565509;
PRAGMA user_version=1;
INSERT INTO epoch VALUES(1, 'back', 1, 1);
INSERT INTO position VALUES('back', 'dock', 'sku-7', '-', 'free', 'good', 3000);
)sql";

/// A file as the first release left it: three received items.
void build_v1(const std::filesystem::path& path) {
    RawFile raw(path);
    REQUIRE(raw.run(kSchema1).empty());
    for (std::uint64_t seq = 1; seq <= 3; ++seq) {
        const JournalRow one = row({"back", 1, seq}, "epc-" + std::to_string(seq), "received");
        const std::string n = std::to_string(seq);
        REQUIRE(raw.run("INSERT INTO event VALUES(" + n + ", 1, " + n + ", 'received', " +
                        std::to_string(one.t_ms) + ", 'epc-" + n +
                        "', 'sku-7', '-', 1000, 'dock', 'aisle-1', x'" + to_hex(one.leaf) + "', '" +
                        one.canonical + "')")
                    .empty());
    }
}

std::string schema_of(const std::filesystem::path& path) {
    return RawFile(path).value(
        "SELECT group_concat(name) FROM (SELECT name FROM sqlite_master ORDER BY name)");
}

}  // namespace

TEST_CASE("a journal of schema 1 opens with all it holds, and its copy stays beside it") {
    TempFolder folder;
    const auto path = folder / "journal";
    build_v1(path);
    {
        auto store = SqliteStore::open({.path = path.string()});
        REQUIRE(store);
        const auto rows = (*store)->rows({.edge = "back"});
        REQUIRE(rows);
        REQUIRE(rows->size() == 3);
        CHECK(rows->at(2).row == row({"back", 1, 3}, "epc-3", "received"));
        CHECK((*store)->rows({.type = "received"})->size() == 3);
        JournalCommit next = commit_of({row({"back", 1, 4})});
        next.positions = {position("dock", 1000, 4000)};
        CHECK((*store)->commit(next));
    }
    CHECK(RawFile(path).value("PRAGMA user_version") == "3");
    CHECK(RawFile(path).value("SELECT site || '/' || edge FROM owner") == "/back");
    CHECK(RawFile(path).value("PRAGMA journal_mode") == "wal");

    const std::string copy = path.string() + ".v1";
    CHECK(RawFile(copy).value("PRAGMA user_version") == "1");
    CHECK(RawFile(copy).value("PRAGMA application_id") == "1413565509");
    CHECK(RawFile(copy).value("SELECT count(*) FROM event") == "3");
    CHECK_FALSE(std::filesystem::exists(copy + ".part"));
    // a second start has nothing to do and copies nothing
    std::filesystem::remove(copy);
    REQUIRE(SqliteStore::open({.path = path.string()}));
    CHECK_FALSE(std::filesystem::exists(copy));
}

TEST_CASE("a migrated file and a fresh one have the same schema") {
    TempFolder folder;
    build_v1(folder / "old");
    REQUIRE(SqliteStore::open({.path = (folder / "old").string()}));
    REQUIRE(SqliteStore::open({.path = (folder / "new").string()}));
    CHECK(schema_of(folder / "old") == schema_of(folder / "new"));
    CHECK_FALSE(std::filesystem::exists((folder / "new").string() + ".v0"));
}

TEST_CASE("a migration that fails leaves the file as it was") {
    TempFolder folder;
    const auto path = folder / "journal";
    build_v1(path);
    const StoreOptions options{.path = path.string()};
    {
        auto database = store::Database::open({.path = path.string()});
        REQUIRE(database);
        const store::Migration steps[] = {
            {1, "first", ""},
            {2, "broken", "CREATE TABLE fine(a); INSERT INTO nowhere VALUES(1);"},
        };
        const auto failed = store::migrate(*database, steps, {options, 1});
        REQUIRE_FALSE(failed);
        CHECK_THAT(failed.error().text, Catch::Contains("migration 2 (broken)"));
        CHECK_FALSE(database->in_transaction());
    }
    CHECK(RawFile(path).value("PRAGMA user_version") == "1");
    CHECK(RawFile(path).value("SELECT count(*) FROM sqlite_master WHERE name='fine'") == "0");
    CHECK(SqliteStore::open(options));  // and the real step still works, over the copy left behind
}

TEST_CASE("migrations are numbered from 1 without a gap") {
    std::int64_t expected = 0;
    for (const store::Migration& step : store::migrations()) {
        CHECK(step.number == ++expected);
        CHECK_FALSE(step.name.empty());
    }
    CHECK(expected >= 2);
}
