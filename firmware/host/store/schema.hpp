// What stands in a journal file, and how an older file becomes a newer one. Internal to host/store.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/base/result.hpp"
#include "firmware/host/store/database.hpp"
#include "firmware/host/store/sqlite_store.hpp"

namespace tally::host::store {

/// One step forward. Never edited once released: a change of the schema is a new step.
struct Migration {
    std::int64_t number = 0;  ///< `user_version` after it; dense from 1
    std::string_view name;
    std::string_view sql;
};

/// Every step there is, in order.
std::span<const Migration> migrations();

/// The `application_id` of each kind of journal ("TALE", "TALB").
std::int32_t application_id(StoreKind kind) noexcept;

/// Looks at a file before SQLite touches it: missing or empty is fine, anything that is not a
/// journal of this kind is `unsupported`, what is no file `refused`; both stay untouched.
Result<void> inspect_file(const StoreOptions& options);

/// Looks at an open database: `unsupported` what is not a journal of this kind or what a newer
/// program wrote. The number of its last migration; 0 for a fresh file.
Result<std::int64_t> inspect_database(Database& database, StoreKind kind);

/// Compares whose journal it is with whose it should be, before anything is written to it:
/// `unsupported` if it is another's. What a journal does not know of its owner fits everybody.
struct OwnerCheck {
    const StoreOptions& options;
    std::int64_t version = 0;  ///< of its last migration
};
Result<void> check_owner(Database& database, OwnerCheck check);

/// Writes down what a journal does not know yet of its owner; of the newest schema.
Result<void> adopt_owner(Database& database, const StoreOptions& options);

/// Applies the steps above `from`, each in a transaction of its own. A file that holds data is
/// first copied whole to "<path>.v<from>" beside it.
struct MigrationRun {
    const StoreOptions& options;
    std::int64_t from = 0;
};
Result<void> migrate(Database& database, std::span<const Migration> steps, MigrationRun run);

/// Reads what a start depends on. A journal up to `whole_bytes_max` is checked whole, of a larger
/// one everything but the event table and its indexes. The newest rows' leaf hashes are always
/// recomputed.
inline constexpr std::int64_t kWholeCheckBytes = std::int64_t{64} << 20;
Result<void> check_at_start(Database& database, std::int64_t whole_bytes_max = kWholeCheckBytes);

/// `PRAGMA quick_check` over everything; about 4 s a gigabyte.
Result<void> check_whole(Database& database);

}  // namespace tally::host::store
