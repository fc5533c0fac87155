// A commit is durable before it is answered, and a disk whose sync failed is not trusted again.
// Seen through an SQLite VFS that counts the syncs of the real one, and fails them when told to.
#include <map>

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include "firmware/host/store/sqlite_store.hpp"
#include "tests/support/journal_rows.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/unit/host/store/raw_file.hpp"

using namespace tally;
using namespace tally::host;
using namespace tally::test;

namespace {

/// The operating system's VFS under the name "counting", with every xSync passing through here.
/// SQLite's interface is C without a user pointer on files, hence the statics.
class CountingVfs {
 public:
    CountingVfs() : vfs_(*real()) {
        syncs_of_log = 0;
        is_failing = false;
        vfs_.zName = "counting";
        vfs_.pNext = nullptr;
        vfs_.xOpen = &open;
        REQUIRE(sqlite3_vfs_register(&vfs_, 0) == SQLITE_OK);
    }
    ~CountingVfs() { sqlite3_vfs_unregister(&vfs_); }
    CountingVfs(const CountingVfs&) = delete;
    CountingVfs& operator=(const CountingVfs&) = delete;

    static inline int syncs_of_log = 0;
    static inline bool is_failing = false;

 private:
    struct Methods {
        sqlite3_io_methods ours;
        const sqlite3_io_methods* theirs = nullptr;
        bool is_log = false;
    };
    static inline std::map<sqlite3_file*, Methods> files_;

    static sqlite3_vfs* real() { return sqlite3_vfs_find(nullptr); }

    static int open(sqlite3_vfs* /*self*/, const char* name, sqlite3_file* file, int flags,
                    int* flags_out) {
        const int code = real()->xOpen(real(), name, file, flags, flags_out);
        if (code == SQLITE_OK) {
            Methods& methods = files_[file];
            methods = {*file->pMethods, file->pMethods, (flags & SQLITE_OPEN_WAL) != 0};
            methods.ours.xSync = &sync;
            methods.ours.xClose = &close;
            file->pMethods = &methods.ours;
        }
        return code;
    }
    static int sync(sqlite3_file* file, int flags) {
        const Methods& methods = files_.at(file);
        syncs_of_log += methods.is_log ? 1 : 0;
        return is_failing ? SQLITE_IOERR_FSYNC : methods.theirs->xSync(file, flags);
    }
    static int close(sqlite3_file* file) {
        const auto methods = files_.extract(file);
        return methods.mapped().theirs->xClose(file);
    }

    sqlite3_vfs vfs_;
};

}  // namespace

TEST_CASE("every commit is synced to the disk before it is answered") {
    const CountingVfs vfs;
    TempFolder folder;
    auto store = SqliteStore::open({.path = (folder / "journal").string(), .vfs = "counting"});
    REQUIRE(store);
    for (std::uint64_t seq = 1; seq <= 5; ++seq) {
        const int before = CountingVfs::syncs_of_log;
        REQUIRE((*store)->commit(commit_of({row({"back", 1, seq})})));
        CHECK(CountingVfs::syncs_of_log > before);
    }
}

TEST_CASE("after a failed sync nothing is written until the journal was opened again") {
    const CountingVfs vfs;
    TempFolder folder;
    const std::string path = (folder / "journal").string();
    auto store = SqliteStore::open({.path = path, .vfs = "counting"});
    REQUIRE(store);
    REQUIRE((*store)->commit(commit_of({row({"back", 1, 1})})));

    CountingVfs::is_failing = true;
    const auto failed = (*store)->commit(commit_of({row({"back", 1, 2})}));
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == ErrorKind::corrupt);
    CHECK_THAT(failed.error().text, Catch::Contains("restart"));

    // The disk says it is well again; what it dropped meanwhile nobody knows.
    CountingVfs::is_failing = false;
    const auto after = (*store)->commit(commit_of({row({"back", 1, 2})}));
    REQUIRE_FALSE(after);
    CHECK(after.error().kind == ErrorKind::corrupt);
    CHECK((*store)->rows({})->size() == 1);  // the ledger can still be read

    store->reset();
    store = SqliteStore::open({.path = path, .vfs = "counting"});
    REQUIRE(store);
    const std::uint64_t last = (*store)->start()->ends.at("back").seq;
    CHECK(last >= 1);  // the one that was never acknowledged may or may not be there
    CHECK((*store)->commit(commit_of({row({"back", 1, last + 1})})));
}
