// Applying migrations: copy first, then one transaction a step.
#include <string>

#include "firmware/host/store/schema.hpp"

namespace tally::host::store {
namespace {

// A copy that an interrupted migration left behind has the same content; it is replaced. VACUUM
// INTO promises nothing after a power cut, so the copy is synced before it gets its name.
Result<void> copy_beside(Database& database, const StoreOptions& options, std::int64_t version) {
    const std::string copy = options.path + ".v" + std::to_string(version);
    const std::string unfinished = copy + ".part";
    StoreFiles& files = options.files_in_use();
    files.remove(unfinished);
    TALLY_TRY_ASSIGN(auto statement, database.prepare("VACUUM INTO ?1"));
    TALLY_TRY(statement.bind(1, std::string_view(unfinished)).run());
    TALLY_TRY(files.sync(unfinished));
    return files.rename(unfinished, copy);
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
        TALLY_TRY(copy_beside(database, run.options, run.from));
    }
    for (const Migration& step : steps) {
        if (step.number > run.from) {
            TALLY_TRY(apply(database, step, run.options.kind));
        }
    }
    return {};
}

}  // namespace tally::host::store
