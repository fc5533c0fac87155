#include "tools/bench/bare_run.hpp"

#include "tools/bench/ledger_runner.hpp"
#include "tools/bench/meter.hpp"
#include "tools/bench/store_bench_bare.hpp"

namespace tally::bench {

Result<StoreFigures> run_bare_loop(const std::string& folder,
                                   const std::vector<JournalCommit>& commits) {
    const std::string path = fresh_database(folder, "bare.db");
    TALLY_TRY(host::SqliteStore::open({.path = path}));  // for its schema; closed again
    BareLoop bare(path);
    std::size_t events = 0;
    const std::int64_t began = mono_ns();
    const std::int64_t processor = processor_ns();
    for (const JournalCommit& commit : commits) {
        events += commit.rows.size();
        if (!commit.rows.empty() && !bare.commit(commit)) {
            return fail(ErrorKind::corrupt, "the bare SQLite loop failed; check the disk");
        }
    }
    const auto count = static_cast<double>(events);
    StoreFigures figures;
    figures.events_per_s = count / seconds_since(began);
    figures.processor_us = static_cast<double>(processor_ns() - processor) / 1e3 / count;
    return figures;
}

}  // namespace tally::bench
