// What a start accepts, refuses, and leaves untouched.
#include <cstdlib>

#include <catch2/catch.hpp>

#include "firmware/host/store/schema.hpp"
#include "firmware/host/store/sqlite_store.hpp"
#include "tests/support/journal_rows.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/unit/host/store/raw_file.hpp"

using namespace tally;
using namespace tally::host;
using namespace tally::test;

namespace {

/// A closed journal with the given number of rows.
void make_journal(const std::filesystem::path& path, std::uint64_t rows) {
    auto store = SqliteStore::open({.path = path.string()});
    REQUIRE(store);
    REQUIRE((*store)->commit(commit_of(rows_of({"back", 1, 1, rows}))));
}

Error refusal(const StoreOptions& options) {
    auto store = SqliteStore::open(options);
    REQUIRE_FALSE(store);
    INFO(store.error().text);
    CHECK_THAT(store.error().text, Catch::Contains(options.path));
    CHECK_THAT(store.error().text, Catch::Contains(";"));  // what happened; what to do
    return store.error();
}

/// Overwrites the first page of a table with noise.
void damage(const std::filesystem::path& path, const std::string& table) {
    const std::string page =
        RawFile(path).value("SELECT rootpage FROM sqlite_master WHERE name = '" + table + "'");
    std::string bytes = bytes_of(path);
    bytes.replace((std::stoul(page) - 1) * 4096, 4096, std::string(4096, '\x55'));
    write_bytes(path, bytes);
}

}  // namespace

TEST_CASE("a file that is not ours is refused and not changed by a byte") {
    TempFolder folder;
    const auto path = folder / "journal";
    SECTION("garbage") {
        write_bytes(path, std::string(5000, 'x'));
    }
    SECTION("a short text") {
        write_bytes(path, "hello");
    }
    SECTION("another program's database") {
        RawFile(path).run("PRAGMA application_id=7; CREATE TABLE t(a); INSERT INTO t VALUES(1)");
    }
    SECTION("a database that names no program") {
        RawFile(path).run("CREATE TABLE event(a); INSERT INTO event VALUES(1)");
    }
    SECTION("the journal of a bridge") {
        REQUIRE(SqliteStore::open({.path = path.string(), .kind = StoreKind::bridge}));
    }
    const std::string before = bytes_of(path);
    CHECK(refusal({.path = path.string()}).kind == ErrorKind::unsupported);
    CHECK(bytes_of(path) == before);
}

TEST_CASE("the journal of an edge is refused by a bridge, with both named") {
    TempFolder folder;
    make_journal(folder / "journal", 1);
    const Error error = refusal({.path = (folder / "journal").string(), .kind = StoreKind::bridge});
    CHECK(error.kind == ErrorKind::unsupported);
    CHECK_THAT(error.text, Catch::Contains("an edge") && Catch::Contains("the bridge"));
}

TEST_CASE("a journal of a newer program is unsupported and not changed") {
    TempFolder folder;
    const auto path = folder / "journal";
    make_journal(path, 3);
    RawFile(path).run("PRAGMA user_version=99");
    const std::string before = bytes_of(path);
    const Error error = refusal({.path = path.string()});
    CHECK(error.kind == ErrorKind::unsupported);
    CHECK_THAT(error.text, Catch::Contains("99"));
    CHECK(bytes_of(path) == before);
}

TEST_CASE("a path that cannot be a journal is refused with the reason") {
    TempFolder folder;
    CHECK(refusal({.path = (folder / "no/such/folder/journal").string()}).kind ==
          ErrorKind::refused);
    std::filesystem::create_directory(folder / "journal");
    CHECK(refusal({.path = (folder / "journal").string()}).kind == ErrorKind::refused);
}

TEST_CASE("an empty file becomes a journal") {
    TempFolder folder;
    write_bytes(folder / "journal", "");
    make_journal(folder / "journal", 1);
    CHECK(RawFile(folder / "journal").value("PRAGMA application_id") == "1413565509");
}

TEST_CASE("a journal cut off anywhere is refused as damaged, never half read") {
    TempFolder folder;
    const auto path = folder / "journal";
    make_journal(path, 400);
    const std::string whole = bytes_of(path);
    REQUIRE(whole.size() > 40'000);
    const auto part = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{16}, std::size_t{50});
    CAPTURE(part);
    write_bytes(path, whole.substr(0, whole.size() / part - 77));
    CHECK(refusal({.path = path.string()}).kind == ErrorKind::corrupt);
    write_bytes(path, whole.substr(0, 60));
    CHECK(refusal({.path = path.string()}).kind == ErrorKind::corrupt);
}

TEST_CASE("a flipped byte in a stored event is found at start") {
    TempFolder folder;
    const auto path = folder / "journal";
    make_journal(path, 20);
    std::string bytes = bytes_of(path);
    const auto at = bytes.find(R"("seq":17,"type":"moved")");
    REQUIRE(at != std::string::npos);
    bytes[at + 7] = '8';
    write_bytes(path, bytes);
    const Error error = refusal({.path = path.string()});
    CHECK(error.kind == ErrorKind::corrupt);
    CHECK_THAT(error.text, Catch::Contains("seq 17"));
}

TEST_CASE("a damaged page is found at start, wherever it is") {
    TempFolder folder;
    const auto path = folder / "journal";
    make_journal(path, 400);
    const std::string table = GENERATE("event_by_item", "position", "item", "state", "checkpoint");
    CAPTURE(table);
    damage(path, table);
    CHECK(refusal({.path = path.string()}).kind == ErrorKind::corrupt);
}

TEST_CASE("of a long journal the start checks the stock and the newest events") {
    TempFolder folder;
    const auto path = folder / "journal";
    make_journal(path, 400);
    const auto start_of_long = [&path] {
        auto database = store::Database::open({.path = path.string()});
        REQUIRE(database);
        return store::check_at_start(*database, 0);
    };
    CHECK(start_of_long());
    SECTION("a damaged page of the stock is found") {
        damage(path, "position");
        CHECK_FALSE(start_of_long());
    }
    SECTION("a changed text among the newest is found") {
        std::string bytes = bytes_of(path);
        bytes[bytes.find(R"("seq":390,"type")") + 7] = '4';
        write_bytes(path, bytes);
        CHECK_FALSE(start_of_long());
    }
}

TEST_CASE("a journal is open in one place at a time") {
    TempFolder folder;
    const auto path = folder / "journal";
    auto first = SqliteStore::open({.path = path.string()});
    REQUIRE(first);
    CHECK(refusal({.path = path.string()}).kind == ErrorKind::conflict);
    CHECK(RawFile(path).run("SELECT * FROM event") == "database is locked");
    first->reset();
    CHECK(SqliteStore::open({.path = path.string()}));
}

TEST_CASE("a journal in its second life is open in one place, for other processes too") {
    TempFolder folder;
    const std::string path = (folder / "journal").string();
    make_journal(path, 4);
    // Of another process: within one, SQLite's own table would refuse whatever the file's locks
    // say.
    const std::string look = "python3 -c \"import sqlite3; sqlite3.connect('" + path +
                             "', timeout=0).execute('SELECT count(*) FROM event')\" 2>&1 | "
                             "grep -q 'database is locked'";
    CHECK(std::system(look.c_str()) != 0);
    auto store = SqliteStore::open({.path = path});
    REQUIRE(store);
    CHECK(std::system(look.c_str()) == 0);
    REQUIRE((*store)->commit(commit_of(rows_of({"back", 1, 5, 9}))));
    CHECK(std::system(look.c_str()) == 0);
}

TEST_CASE("ledger events and commands are not changed or deleted by an ordinary hand") {
    TempFolder folder;
    const auto path = folder / "journal";
    {
        auto store = SqliteStore::open({.path = path.string()});
        REQUIRE(store);
        JournalCommit commit = commit_of(rows_of({"back", 1, 1, 9}));
        commit.commands = {{"back", 1, 1, "{}"}};
        REQUIRE((*store)->commit(commit));
        JournalCommit cut;
        cut.truncate = JournalCommit::Truncate{"back", 7};
        REQUIRE((*store)->commit(cut));
    }
    RawFile raw(path);
    CHECK(raw.run("UPDATE event SET qty_milli = 1") == "ledger events are never changed");
    CHECK(raw.run("DELETE FROM event WHERE seq = 7") == "ledger events are never deleted");
    CHECK(raw.run("UPDATE command SET canonical = ''") == "commands are never changed");
    CHECK(raw.run("DELETE FROM command") == "commands are never deleted");
    CHECK(raw.value("SELECT count(*) FROM ledger WHERE edge = 'back'") == "7");
}

TEST_CASE("a quantity changed beside the ledger stops the commit that touches it") {
    TempFolder folder;
    const auto path = folder / "journal";
    JournalCommit stock = commit_of({row({"back", 1, 1})});
    stock.positions = {position("dock", 5000, 5000), position("aisle-1", 2000, 2000)};
    {
        auto store = SqliteStore::open({.path = path.string()});
        REQUIRE(store);
        REQUIRE((*store)->commit(stock));
    }
    const std::string sql = GENERATE("UPDATE position SET qty_milli = 6000 WHERE place = 'dock'",
                                     "DELETE FROM position WHERE place = 'dock'");
    CHECK(RawFile(path).run(sql).empty());
    auto store = SqliteStore::open({.path = path.string()});
    REQUIRE(store);
    JournalCommit next = commit_of({row({"back", 1, 2})});
    next.positions = {position("aisle-1", 1000, 3000), position("dock", -1000, 4000)};
    const auto refused = (*store)->commit(next);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::corrupt);
    CHECK_THAT(refused.error().text, Catch::Contains("dock") && Catch::Contains("verify"));
    CHECK((*store)->rows({})->size() == 1);
    CHECK((*store)->positions("back")->at(0).qty_milli == 2000);  // aisle-1, unchanged
}

TEST_CASE("the store writes as the house demands") {
    TempFolder folder;
    const auto path = folder / "journal";
    auto store = SqliteStore::open({.path = path.string()});
    REQUIRE(store);
    REQUIRE((*store)->commit(commit_of(rows_of({"back", 1, 1, 200}))));
    CHECK((*store)->size().log_bytes > 0);                         // a write-ahead log is in use
    CHECK_FALSE(std::filesystem::exists(path.string() + "-shm"));  // and its index is private
    CHECK((*store)->check());
    store->reset();
    CHECK_FALSE(std::filesystem::exists(path.string() + "-wal"));  // moved into the file
    CHECK(RawFile(path).value("PRAGMA journal_mode") == "wal");
}
