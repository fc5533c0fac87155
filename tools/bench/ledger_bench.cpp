#include "tools/bench/ledger_bench.hpp"

#include <cstdio>
#include <utility>
#include <vector>

#include "tools/bench/bare_run.hpp"
#include "tools/bench/ledger_runner.hpp"
#include "tools/bench/table.hpp"
#include "tools/bench/traffic.hpp"

namespace tally::bench {

namespace {

Result<StoreFigures> run_ledger(const LedgerBenchOptions& options,
                                std::vector<JournalCommit>* record) {
    std::function<void(const JournalCommit&)> asked;
    if (record != nullptr) {
        asked = [record](const JournalCommit& commit) { record->push_back(commit); };
    }
    TALLY_TRY_ASSIGN(auto runner,
                     LedgerRunner::open(fresh_database(options.folder, "ledger.db"), asked));
    Traffic traffic({.items = static_cast<std::uint32_t>(options.events / 4)});
    std::vector<Event> drafts;
    for (std::uint64_t i = 0; i < options.events; ++i) {
        drafts.push_back(traffic.next());
    }
    std::size_t taken = 0;
    const std::int64_t began = mono_ns();
    const std::int64_t processor = processor_ns();
    TALLY_TRY(runner->write([&] { return std::move(drafts[taken++]); }, options.events));
    const auto count = static_cast<double>(options.events);
    return StoreFigures{count / seconds_since(began),
                        static_cast<double>(processor_ns() - processor) / 1e3 / count};
}

/// What one side showed, one entry a run.
struct Side {
    std::vector<double> events_per_s;
    std::vector<double> processor_us;  ///< an event

    void add(const StoreFigures& figures) {
        events_per_s.push_back(figures.events_per_s);
        processor_us.push_back(figures.processor_us);
    }
};

Result<void> compare(const LedgerBenchOptions& options) {
    std::vector<JournalCommit> commits;
    TALLY_TRY(run_ledger(options, &commits));
    Side bare;
    Side ledger;
    std::vector<double> shares;
    for (int run = 0; run < options.runs; ++run) {
        TALLY_TRY_ASSIGN(const StoreFigures peer_figures, run_bare_loop(options.folder, commits));
        bare.add(peer_figures);
        TALLY_TRY_ASSIGN(const StoreFigures figures, run_ledger(options, nullptr));
        ledger.add(figures);
        shares.push_back(100 * ledger.events_per_s.back() / bare.events_per_s.back());
    }
    Table table("durable events (wall clock, each run of the ledger beside one of the bare loop)");
    table.row("bare SQLite loop, rows built beforehand",
              {sample_of(bare.events_per_s), "events/s", 0});
    table.row("Ledger through ThreadedJournal", {sample_of(ledger.events_per_s), "events/s", 0},
              at_least(0.7 * sample_of(bare.events_per_s).median));
    table.row("  share of the bare loop", {sample_of(shares), "%", 0}, at_least(70));
    table.row("  processor time, bare loop", {sample_of(bare.processor_us), "us", 1});
    table.row("  processor time, ledger and store", {sample_of(ledger.processor_us), "us", 1});
    table.note("events a commit: " + std::to_string(options.events / commits.size()));
    return {};
}

}  // namespace

int bench_ledger(const LedgerBenchOptions& options) {
    if (const auto outcome = compare(options); !outcome) {
        std::fprintf(stderr, "bench_ledger: %s\n", outcome.error().text.c_str());
        return 1;
    }
    return 0;
}

}  // namespace tally::bench
