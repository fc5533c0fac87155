// The ledger of one box in one SQLite file: the synchronous core under both Journal adapters.
// docs/adr/0006 says why it looks like this.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/host/store/files.hpp"
#include "firmware/ports/journal_rows.hpp"

namespace tally::host {

/// Whose journal a file is. A file of one kind is refused where the other is expected.
enum class StoreKind { edge, bridge };

/// Which box's journal a file is: it goes with the file for good, also into a backup.
struct StoreOwner {
    std::string site{};
    std::string edge{};  ///< empty for the bridge
};

struct StoreOptions {
    std::string path{};  ///< a file, or ":memory:" (nothing survives then)
    StoreKind kind = StoreKind::edge;
    std::optional<StoreOwner> owner{};  ///< nothing: a checker, that looks at anybody's journal
    std::uint32_t pages_max = 0;        ///< the file's limit in pages of 4 KiB; 0: the disk's
    std::uint64_t tidy_log_bytes = std::uint64_t{4} << 20;  ///< a log from there on is long
    std::string vfs{};            ///< SQLite VFS by name; empty: the operating system's
    StoreFiles* files = nullptr;  ///< the same disk beside SQLite; null: the operating system's

    [[nodiscard]] StoreFiles& files_in_use() const {
        return files != nullptr ? *files : StoreFiles::of_system();
    }
};

/// How much disk the journal takes.
struct StoreSize {
    std::uint64_t file_bytes = 0;
    std::uint64_t log_bytes = 0;  ///< write-ahead log
};

/// One connection that writes, reads and checkpoints, and holds the file so that no other process
/// can open it: WAL, synchronous=FULL, BEGIN IMMEDIATE, no memory mapping. Not thread-safe: used by
/// one thread at a time. Every call blocks on the disk.
///
/// Errors: `exhausted` full disk or quota, nothing changed, the same call may be tried again;
/// `conflict` a row not above its edge's last, nothing changed; `malformed` a number that cannot
/// be stored; `corrupt` a stored quantity that is not what the ledger made it, or a failing disk.
/// After a failing disk every later commit is `corrupt` until the file was opened again, because
/// SQLite cannot know which pages were kept.
class SqliteStore {
 public:
    /// Opens or creates a journal, migrates an older one (a copy "<path>.v<n>" stays beside it) and
    /// checks it. A journal that names no owner yet (new, or of schema 1 or 2) is the options'
    /// owner's from then on. `refused` the path cannot be a journal or is not accessible;
    /// `unsupported` not a journal of this kind or of this owner, or written by a newer program;
    /// `corrupt` damaged; `conflict` open in another process; `exhausted` full disk. A file that is
    /// not taken is not changed.
    static Result<std::unique_ptr<SqliteStore>> open(const StoreOptions& options);

    /// Moves the write-ahead log into the file, unless the disk failed.
    ~SqliteStore();
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    /// See Journal for the meaning of each call. Durable when it returns success.
    Result<void> commit(const JournalCommit& commit);
    Result<JournalStart> start();
    Result<std::vector<FoundRow>> rows(const RowQuery& query);
    Result<std::vector<PositionRow>> positions(std::string_view edge);
    Result<std::vector<ItemRow>> items(std::string_view edge);
    Result<std::vector<CommandRow>> commands(std::string_view edge, std::uint64_t after_seq,
                                             std::size_t rows_max);
    Result<std::vector<Digest>> leaves(std::string_view edge, std::uint64_t after_seq,
                                       std::uint64_t up_to_seq);

    /// Moves a long write-ahead log into the file; for moments with nothing else to do.
    Result<void> tidy();
    /// Checks every page of the file; takes about 4 s a gigabyte.
    Result<void> check();
    [[nodiscard]] StoreSize size() const;
    /// Version of the SQLite library in use, for `doctor`.
    static std::string_view sqlite_version() noexcept;

 private:
    class Core;
    explicit SqliteStore(std::unique_ptr<Core> core);
    std::unique_ptr<Core> core_;
};

}  // namespace tally::host
