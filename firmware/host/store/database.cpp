#include "firmware/host/store/database.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>

#include <sqlite3.h>

namespace tally::host::store {
namespace {

// A quota (EDQUOT) and a file size limit (EFBIG) are full disks to whoever has to make room.
bool is_disk_full(int code, int system_errno) {
    const bool no_room = system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG;
    const int family = code & 0xff;
    const bool of_the_system = family == SQLITE_IOERR || family == SQLITE_CANTOPEN;
    return family == SQLITE_FULL || (of_the_system && no_room);
}

// A failing COMMIT does not reach sqlite3_system_errno; what the system call left in errno does. So
// errno is cleared before each call and read first thing after.
Error error_of(sqlite3* raw) {
    const int errno_left = errno;
    const int code = sqlite3_extended_errcode(raw);
    const std::string said = sqlite3_errmsg(raw);
    const int recorded = sqlite3_system_errno(raw);
    const int system_errno = recorded != 0 ? recorded : errno_left;
    if (is_disk_full(code, system_errno)) {
        return {ErrorKind::exhausted,
                "the disk is full (" + said + "); nothing was changed; make room and try again"};
    }
    switch (code & 0xff) {
        case SQLITE_CONSTRAINT:
            return {ErrorKind::conflict, "the journal refused a row (" + said +
                                             "); nothing was changed; read the state again"};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorKind::conflict,
                    "another process holds the journal open; stop it, or use another path"};
        case SQLITE_NOTADB:
            return {ErrorKind::unsupported,
                    "the file is not a Tallyman journal (not an SQLite file); name another path"};
        case SQLITE_CANTOPEN:
            return {ErrorKind::refused, "the file cannot be opened (" +
                                            std::string(std::strerror(system_errno)) +
                                            "); check that its folder exists and is writable"};
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return {ErrorKind::refused, "the file cannot be written (" + said +
                                            "); give the service's user write access"};
        case SQLITE_CORRUPT:
            return {ErrorKind::corrupt, "the journal is damaged (" + said +
                                            "); keep the file, restore a copy, and resync"};
        case SQLITE_IOERR:
            return {ErrorKind::corrupt,
                    "the disk failed (" + said + ", " + std::strerror(system_errno) +
                        "); nothing was acknowledged; check the disk, then restart"};
        default:
            return {ErrorKind::corrupt, "SQLite failed (" + said + "); restart, and report this"};
    }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* raw) const noexcept {
    sqlite3_finalize(raw);
}

Statement& Statement::bind(int index, std::string_view text) noexcept {
    const char* data = text.data() != nullptr ? text.data() : "";
    sqlite3_bind_text(raw_.get(), index, data, static_cast<int>(text.size()), SQLITE_STATIC);
    return *this;
}

Statement& Statement::bind(int index, std::int64_t number) noexcept {
    sqlite3_bind_int64(raw_.get(), index, number);
    return *this;
}

Statement& Statement::bind(int index, std::uint64_t number) noexcept {
    return bind(index, static_cast<std::int64_t>(number));
}

Statement& Statement::bind(int index, ByteView blob) noexcept {
    sqlite3_bind_blob(raw_.get(), index, blob.data(), static_cast<int>(blob.size()), SQLITE_STATIC);
    return *this;
}

Result<void> Statement::run() {
    errno = 0;
    int code = sqlite3_step(raw_.get());
    while (code == SQLITE_ROW) {
        code = sqlite3_step(raw_.get());
    }
    if (code != SQLITE_DONE) {
        Error error = error_of(sqlite3_db_handle(raw_.get()));
        sqlite3_reset(raw_.get());
        return fail(std::move(error));
    }
    sqlite3_reset(raw_.get());
    return {};
}

Result<bool> Statement::next() {
    errno = 0;
    const int code = sqlite3_step(raw_.get());
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        Error error = error_of(sqlite3_db_handle(raw_.get()));
        sqlite3_reset(raw_.get());
        return fail(std::move(error));
    }
    sqlite3_reset(raw_.get());
    return false;
}

void Statement::reset() noexcept {
    sqlite3_reset(raw_.get());
}

std::int64_t Statement::number(int column) const noexcept {
    return sqlite3_column_int64(raw_.get(), column);
}

std::uint64_t Statement::count(int column) const noexcept {
    return static_cast<std::uint64_t>(number(column));
}

std::string_view Statement::text(int column) const noexcept {
    const auto* data = sqlite3_column_text(raw_.get(), column);
    const int size = sqlite3_column_bytes(raw_.get(), column);
    return data == nullptr ? std::string_view()
                           : std::string_view(reinterpret_cast<const char*>(data),
                                              static_cast<std::size_t>(size));
}

ByteView Statement::blob(int column) const noexcept {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(raw_.get(), column));
    const int size = sqlite3_column_bytes(raw_.get(), column);
    return data == nullptr ? ByteView() : ByteView(data, static_cast<std::size_t>(size));
}

void Database::Close::operator()(sqlite3* raw) const noexcept {
    sqlite3_close_v2(raw);
}

Result<Database> Database::open(const Where& where) {
    constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                           SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
    sqlite3* raw = nullptr;
    const char* vfs = where.vfs.empty() ? nullptr : where.vfs.c_str();
    const int code = sqlite3_open_v2(where.path.c_str(), &raw, kFlags, vfs);
    Database database(raw);
    if (raw == nullptr) {
        return fail(ErrorKind::exhausted, "no memory to open the journal; free some, try again");
    }
    if (code != SQLITE_OK) {
        return fail(error_of(raw));
    }
    return database;
}

Result<void> Database::run(const std::string& sql) {
    errno = 0;
    if (sqlite3_exec(raw_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return fail(error_of(raw_.get()));
    }
    return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v3(raw_.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &raw, nullptr) != SQLITE_OK) {
        return fail(error_of(raw_.get()));
    }
    return Statement(raw);
}

// Both run to the end: what a statement changes (PRAGMA journal_mode) is committed behind its row,
// and if that fails, the end of the statement is what says so.
Result<std::int64_t> Database::number(std::string_view sql) {
    TALLY_TRY_ASSIGN(auto statement, prepare(sql));
    TALLY_TRY_ASSIGN(const bool found, statement.next());
    if (!found) {
        return 0;
    }
    const std::int64_t first = statement.number(0);
    TALLY_TRY(statement.run());
    return first;
}

Result<std::string> Database::text(std::string_view sql) {
    TALLY_TRY_ASSIGN(auto statement, prepare(sql));
    TALLY_TRY_ASSIGN(const bool found, statement.next());
    if (!found) {
        return std::string();
    }
    std::string first(statement.text(0));
    TALLY_TRY(statement.run());
    return first;
}

Result<void> Database::keep_file() {
    sqlite3_file* file = nullptr;
    ::sqlite3_file_control(raw_.get(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (file == nullptr || file->pMethods == nullptr) {
        return {};  // in memory
    }
    const sqlite3_io_methods& io = *file->pMethods;
    if (io.xSync(file, SQLITE_SYNC_FULL) == SQLITE_OK) {
        return {};
    }
    sqlite3_int64 size = 0;
    bool done = io.xFileSize(file, &size) == SQLITE_OK;
    Bytes part(std::size_t{1} << 16);
    for (sqlite3_int64 at = 0; done && at < size;) {
        const int bytes = static_cast<int>(std::min<sqlite3_int64>(std::ssize(part), size - at));
        done = io.xRead(file, part.data(), bytes, at) == SQLITE_OK &&
               io.xWrite(file, part.data(), bytes, at) == SQLITE_OK;
        at += bytes;
    }
    if (!done || io.xSync(file, SQLITE_SYNC_FULL) != SQLITE_OK) {
        return fail(ErrorKind::exhausted, "cannot sync the file; check the disk");
    }
    return {};
}

int Database::changes() const noexcept {
    return sqlite3_changes(raw_.get());
}

bool Database::in_transaction() const noexcept {
    return sqlite3_get_autocommit(raw_.get()) == 0;
}

bool Database::disk_complained() const noexcept {
    const int family = sqlite3_errcode(raw_.get()) & 0xff;
    return family == SQLITE_IOERR || family == SQLITE_CORRUPT;
}

void Database::rollback() noexcept {
    if (in_transaction()) {
        sqlite3_exec(raw_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

void Database::on_close(OnClose what) noexcept {
    sqlite3_db_config(raw_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, what == OnClose::leave ? 1 : 0,
                      nullptr);
}

}  // namespace tally::host::store
