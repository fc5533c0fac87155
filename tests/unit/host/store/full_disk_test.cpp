// A full disk changes nothing and may be tried again. Full in two real ways: SQLite's own page
// limit (SQLITE_FULL), and the kernel's file size limit (a write that fails half way, as with a
// quota).
#include <csignal>
#include <sys/resource.h>

#include <catch2/catch.hpp>

#include "firmware/host/store/sqlite_store.hpp"
#include "tests/support/journal_rows.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/unit/host/store/raw_file.hpp"

using namespace tally;
using namespace tally::host;
using namespace tally::test;

namespace {

/// The kernel refuses to let any file of this process grow past `bytes`, while this lives.
class FileSizeLimit {
 public:
    explicit FileSizeLimit(std::uint64_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
        rlimit limit = before_;
        limit.rlim_cur = bytes;
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
    void (*handler_)(int);
    rlimit before_{};
};

/// Ten events and a position that counts them.
JournalCommit ten_more(std::uint64_t after) {
    JournalCommit commit = commit_of(rows_of({"back", 1, after + 1, after + 10}));
    const auto total = static_cast<std::int64_t>(after + 10);
    commit.positions = {position("dock", 10, total)};
    return commit;
}

/// Commits until the disk is full; how many events are in then.
std::uint64_t fill(SqliteStore& store) {
    std::uint64_t committed = 0;
    while (committed < 100'000) {
        const auto done = store.commit(ten_more(committed));
        if (!done) {
            INFO(done.error().text);
            CHECK(done.error().kind == ErrorKind::exhausted);
            CHECK_THAT(done.error().text, Catch::Contains("make room"));
            return committed;
        }
        committed += 10;
    }
    FAIL("the disk never filled");
    return 0;
}

void check_holds(SqliteStore& store, std::uint64_t events) {
    CHECK(store.start()->ends.at("back") == LineEnd{1, events});
    CHECK(store.rows({.edge = "back", .rows_max = 100'000, .bytes_max = 1 << 30})->size() ==
          events);
    CHECK(store.positions("back")->at(0).qty_milli == static_cast<std::int64_t>(events));
    CHECK(store.check());
}

}  // namespace

TEST_CASE(
    "a commit onto a full file is exhausted, changes nothing, and succeeds once there is room") {
    TempFolder folder;
    const std::string path = (folder / "journal").string();
    std::uint64_t committed = 0;
    {
        auto store = SqliteStore::open({.path = path, .pages_max = 64});
        REQUIRE(store);
        committed = fill(**store);
        CHECK(committed > 100);
        check_holds(**store, committed);
        CHECK_FALSE((*store)->commit(ten_more(committed)));  // still full, still the same answer
        check_holds(**store, committed);
    }
    auto store = SqliteStore::open({.path = path});
    REQUIRE(store);
    check_holds(**store, committed);
    CHECK((*store)->commit(ten_more(committed)));
    check_holds(**store, committed + 10);
}

TEST_CASE("a write the kernel refuses half way is exhausted, and the same commit succeeds later") {
    TempFolder folder;
    auto store = SqliteStore::open({.path = (folder / "journal").string()});
    REQUIRE(store);
    std::uint64_t committed = 0;
    {
        const FileSizeLimit limit(700'000);
        committed = fill(**store);
        CHECK(committed > 0);
        check_holds(**store, committed);
        CHECK_FALSE((*store)->commit(ten_more(committed)));
    }
    CHECK((*store)->commit(ten_more(committed)));
    check_holds(**store, committed + 10);
    store->reset();
    store = SqliteStore::open({.path = (folder / "journal").string()});
    REQUIRE(store);
    check_holds(**store, committed + 10);
}

TEST_CASE("a journal that finds no room to be created says so and can be created later") {
    TempFolder folder;
    const std::string path = (folder / "journal").string();
    {
        auto store = SqliteStore::open({.path = path, .pages_max = 4});
        REQUIRE_FALSE(store);
        CHECK(store.error().kind == ErrorKind::exhausted);
    }
    CHECK(SqliteStore::open({.path = path}));
}
