// Opening, closing and care of a journal file.
#include "firmware/host/store/sqlite_store.hpp"

#include <utility>

#include <sqlite3.h>

#include "firmware/host/store/core.hpp"
#include "firmware/host/store/schema.hpp"

namespace tally::host {
namespace {

// busy_timeout: a killed predecessor may need a moment to be gone. locking_mode stands before the
// first read, so that the index of the write-ahead log is private memory and no other process gets
// in. secure_delete (on in Debian) would write each freed page twice for nothing: stock rows are no
// secret beside the ledger that names them.
constexpr const char* kBeforeReading = "PRAGMA busy_timeout=2000; PRAGMA locking_mode=EXCLUSIVE;";
constexpr const char* kBeforeWriting =
    "PRAGMA mmap_size=0; PRAGMA synchronous=FULL; PRAGMA secure_delete=OFF;"
    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192; PRAGMA wal_autocheckpoint=4096;"
    "PRAGMA journal_size_limit=16777216; PRAGMA recursive_triggers=ON;";

Result<void> prepare_to_write(store::Database& database, const StoreOptions& options) {
    TALLY_TRY(database.run(kBeforeWriting));
    TALLY_TRY_ASSIGN(const auto mode, database.text("PRAGMA journal_mode=WAL"));
    if (mode != "wal" && options.path != ":memory:") {
        return fail(ErrorKind::unsupported,
                    "the disk cannot hold a write-ahead log (journal mode stays " + mode +
                        "); put the journal on a local disk");
    }
    if (options.pages_max > 0) {
        TALLY_TRY(database.run("PRAGMA max_page_count=" + std::to_string(options.pages_max)));
    }
    return {};
}

// A predecessor that died between writing its log and syncing it, or whose sync failed, has left
// commits that can be read but are not on the disk. They are answered for from now on, so they are
// put there first. So is the file itself, which somebody may have copied here a moment ago: clean,
// it costs nothing; one that cannot be synced is written once more, for no later sync would try.
Result<void> keep_what_was_found(store::Database& database, const StoreOptions& options) {
    TALLY_TRY(database.keep_file());
    const std::string log = options.path + "-wal";
    StoreFiles& files = options.files_in_use();
    const auto found = files.find(log);
    return found && found->bytes > 0 ? files.write_through(log) : Result<void>();
}

// SQLite syncs the folder once, behind the first sync of a new log, and does not look at the
// outcome (os_unix.c). Without its name a log is lost whole, with all that was answered for.
Result<void> keep_names(const StoreOptions& options) {
    return options.path == ":memory:" ? Result<void>()
                                      : options.files_in_use().sync_names(options.path);
}

Result<store::Database> open_database(const StoreOptions& options) {
    TALLY_TRY(store::inspect_file(options));
    TALLY_TRY_ASSIGN(auto database, store::Database::open({options.path, options.vfs}));
    database.on_close(store::Database::OnClose::leave);
    TALLY_TRY(database.run(kBeforeReading));
    TALLY_TRY_ASSIGN(const auto version, store::inspect_database(database, options.kind));
    TALLY_TRY(store::check_owner(database, {options, version}));
    TALLY_TRY(keep_what_was_found(database, options));
    TALLY_TRY(prepare_to_write(database, options));
    TALLY_TRY(store::migrate(database, store::migrations(), {options, version}));
    TALLY_TRY(store::check_at_start(database));
    TALLY_TRY(store::adopt_owner(database, options));
    TALLY_TRY(keep_names(options));
    database.on_close(store::Database::OnClose::checkpoint);
    return database;
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const StoreOptions& options) {
    auto database = open_database(options);
    if (!database) {
        return fail("journal " + options.path, database.error());
    }
    auto core = std::make_unique<Core>(std::move(*database), options);
    if (auto loaded = core->load(); !loaded) {
        return fail("journal " + options.path, loaded.error());
    }
    return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(core)));
}

SqliteStore::SqliteStore(std::unique_ptr<Core> core) : core_(std::move(core)) {}
SqliteStore::~SqliteStore() = default;

Result<void> SqliteStore::commit(const JournalCommit& commit) {
    return core_->commit(commit);
}

Result<JournalStart> SqliteStore::start() {
    return core_->start();
}

Result<std::vector<FoundRow>> SqliteStore::rows(const RowQuery& query) {
    return core_->rows(query);
}

Result<std::vector<PositionRow>> SqliteStore::positions(std::string_view edge) {
    return core_->positions(edge);
}

Result<std::vector<ItemRow>> SqliteStore::items(std::string_view edge) {
    return core_->items(edge);
}

Result<std::vector<CommandRow>> SqliteStore::commands(std::string_view edge,
                                                      std::uint64_t after_seq,
                                                      std::size_t rows_max) {
    return core_->commands(edge, after_seq, rows_max);
}

Result<std::vector<Digest>> SqliteStore::leaves(std::string_view edge, std::uint64_t after_seq,
                                                std::uint64_t up_to_seq) {
    return core_->leaves(edge, after_seq, up_to_seq);
}

Result<void> SqliteStore::tidy() {
    return core_->tidy();
}

Result<void> SqliteStore::check() {
    return store::check_whole(core_->database());
}

StoreSize SqliteStore::size() const {
    return core_->size();
}

std::string_view SqliteStore::sqlite_version() noexcept {
    return sqlite3_libversion();
}

SqliteStore::Core::Core(store::Database database, StoreOptions options)
    : database_(std::move(database)), options_(std::move(options)) {}

StoreSize SqliteStore::Core::size() const {
    StoreFiles& files = options_.files_in_use();
    const auto bytes_of = [&files](const std::string& path) {
        const auto found = files.find(path);
        return found ? found->bytes : 0;
    };
    return {bytes_of(options_.path), bytes_of(options_.path + "-wal")};
}

// TRUNCATE gives the space back, which keeps the test of its length honest.
Result<void> SqliteStore::Core::tidy() {
    if (size().log_bytes < options_.tidy_log_bytes) {
        return {};
    }
    return failed_ ? fail(*failed_) : database_.run("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace tally::host
