// A thin, owning layer over the SQLite C API: values in, Result out. Internal to host/store.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "firmware/base/bytes.hpp"
#include "firmware/base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace tally::host::store {

/// One prepared statement, used again and again. Bound texts are not copied: they must live until
/// the statement ran. A statement that gave its last row, or run(), is ready for the next use.
class Statement {
 public:
    Statement() = default;
    explicit Statement(sqlite3_stmt* raw) : raw_(raw) {}

    Statement& bind(int index, std::string_view text) noexcept;
    Statement& bind(int index, std::int64_t number) noexcept;
    Statement& bind(int index, std::uint64_t number) noexcept;
    Statement& bind(int index, ByteView blob) noexcept;

    /// Runs to its end, ignoring rows.
    Result<void> run();
    /// Steps to the next row: true if there is one, false at the end (then it is reset).
    Result<bool> next();
    /// Ends a use before the last row was read.
    void reset() noexcept;

    [[nodiscard]] std::int64_t number(int column) const noexcept;
    [[nodiscard]] std::uint64_t count(int column) const noexcept;    ///< never negative by schema
    [[nodiscard]] std::string_view text(int column) const noexcept;  ///< valid until the next step
    [[nodiscard]] ByteView blob(int column) const noexcept;          ///< valid until the next step

 private:
    struct Finalize {
        void operator()(sqlite3_stmt* raw) const noexcept;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> raw_;
};

/// One connection. Single-threaded.
class Database {
 public:
    struct Where {
        std::string path{};  ///< a file, or ":memory:"
        std::string vfs{};   ///< empty: the operating system's
    };
    static Result<Database> open(const Where& where);

    Result<void> run(const std::string& sql);
    Result<Statement> prepare(std::string_view sql);
    /// The first column of the first row, as a number or as text.
    Result<std::int64_t> number(std::string_view sql);
    Result<std::string> text(std::string_view sql);

    /// Rows changed by the last statement.
    [[nodiscard]] int changes() const noexcept;
    /// True between BEGIN and the end of a transaction, however it ended.
    [[nodiscard]] bool in_transaction() const noexcept;
    /// True if the last call failed because of the disk or of what it holds.
    [[nodiscard]] bool disk_complained() const noexcept;
    /// Undoes the open transaction, if SQLite has not done so itself.
    void rollback() noexcept;
    /// What the file holds survives a power cut once this has returned, also what somebody else
    /// wrote and did not sync: if the sync fails (a kernel that could not write a page takes it for
    /// clean, and a later sync says nothing), its bytes are written once more over themselves.
    /// Through SQLite's own handle: whoever opens and closes the file otherwise gives up all locks
    /// of this process on it (sqlite.org/howtocorrupt.html, 2.2). `exhausted` if it does not.
    Result<void> keep_file();
    /// Whether closing this connection moves the write-ahead log into the file.
    enum class OnClose { checkpoint, leave };
    void on_close(OnClose what) noexcept;

 private:
    explicit Database(sqlite3* raw) : raw_(raw) {}
    struct Close {
        void operator()(sqlite3* raw) const noexcept;
    };
    std::unique_ptr<sqlite3, Close> raw_;
};

}  // namespace tally::host::store
