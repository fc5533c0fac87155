// Applying migrations: copy first, then one transaction a step.
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include "firmware/host/store/schema.hpp"

namespace tally::host::store {
namespace {

// VACUUM INTO promises nothing after a power cut, so the copy is synced before it gets its name.
Result<void> sync_path(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return fail(ErrorKind::exhausted, "cannot open " + path + "; check the disk");
    }
    const int outcome = ::fsync(descriptor);
    ::close(descriptor);
    if (outcome != 0) {
        return fail(ErrorKind::exhausted, "cannot sync " + path + "; check the disk");
    }
    return {};
}

std::string folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) {
        return ".";
    }
    return slash == 0 ? "/" : path.substr(0, slash);
}

// A copy that an interrupted migration left behind has the same content; it is replaced.
Result<void> copy_beside(Database& database, const std::string& path, std::int64_t version) {
    const std::string copy = path + ".v" + std::to_string(version);
    const std::string unfinished = copy + ".part";
    ::unlink(unfinished.c_str());
    TALLY_TRY_ASSIGN(auto statement, database.prepare("VACUUM INTO ?1"));
    TALLY_TRY(statement.bind(1, std::string_view(unfinished)).run());
    TALLY_TRY(sync_path(unfinished));
    if (std::rename(unfinished.c_str(), copy.c_str()) != 0) {
        return fail(ErrorKind::exhausted, "cannot write the copy " + copy + "; check the disk");
    }
    return sync_path(folder_of(copy));
}

Result<void> apply(Database& database, const Migration& step, StoreKind kind) {
    TALLY_TRY(database.run("BEGIN IMMEDIATE"));
    const std::string sql = std::string(step.sql) +
                            "PRAGMA application_id=" + std::to_string(application_id(kind)) +
                            ";PRAGMA user_version=" + std::to_string(step.number) + ";COMMIT;";
    if (auto done = database.run(sql); !done) {
        database.rollback();
        return fail(
            "migration " + std::to_string(step.number) + " (" + std::string(step.name) + ")",
            done.error());
    }
    return {};
}

}  // namespace

Result<void> migrate(Database& database, std::span<const Migration> steps, MigrationRun run) {
    const bool holds_data = run.from > 0 && run.options.path != ":memory:";
    if (holds_data && run.from < steps.back().number) {
        TALLY_TRY(copy_beside(database, run.options.path, run.from));
    }
    for (const Migration& step : steps) {
        if (step.number > run.from) {
            TALLY_TRY(apply(database, step, run.options.kind));
        }
    }
    return {};
}

}  // namespace tally::host::store
