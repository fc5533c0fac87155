#include "tools/bench/box_bench.hpp"

#include <cstdio>
#include <filesystem>
#include <map>
#include <vector>

#include "tools/bench/child.hpp"
#include "tools/bench/ledger_runner.hpp"
#include "tools/bench/roles.hpp"
#include "tools/bench/table.hpp"
#include "tools/bench/traffic.hpp"

namespace tally::bench {

namespace {

/// Figures of all runs, by name.
using Figures = std::map<std::string, std::vector<double>>;

Result<void> prepare(const std::string& path, std::uint64_t events) {
    const std::uint64_t tail = StoredLineOptions{}.checkpoint_every_rows - 1;
    TALLY_TRY_ASSIGN(auto runner, LedgerRunner::open(path));
    Traffic traffic({.items = 100'000});
    return runner->write([&traffic] { return traffic.next(); }, events + tail);
}

/// Each run gets a copy of its own: holding the tags writes to it.
Result<void> run_once(const std::string& prepared, const std::string& path, Figures& figures) {
    std::filesystem::copy_file(prepared, path, std::filesystem::copy_options::overwrite_existing);
    const std::int64_t began = mono_ns();
    Child box(role_command("box", {path}));
    const std::map<std::string, double> told = box.read_figures();
    if (!told.contains("peak_mib") || told.at("held") < 100'000) {
        return fail(ErrorKind::corrupt, "the edge did not come up and hold its tags");
    }
    for (const auto& [name, value] : told) {
        figures[name].push_back(value);
    }
    figures["start_ms"].push_back((told.at("up_ns") - static_cast<double>(began)) / 1e6);
    figures["start_processor_ms"].push_back(told.at("start_processor_s") * 1e3);
    return {};
}

Result<void> measure(const BoxBenchOptions& options) {
    const std::string prepared = fresh_database(options.folder, "long.db");
    TALLY_TRY(prepare(prepared, options.events));
    Figures figures;
    for (int run = 0; run < options.runs; ++run) {
        TALLY_TRY(run_once(prepared, fresh_database(options.folder, "box.db"), figures));
    }
    const auto figure = [&](const char* name, const char* unit) {
        return Figure{sample_of(figures[name]), unit, 0};
    };
    const double file_mb = static_cast<double>(std::filesystem::file_size(prepared)) / 1e6;
    Table table("an edge box: start-up and memory (a fresh process, file in the page cache)");
    table.row("events in the journal", figure("events", "events"));
    table.row("  file", {sample_of({file_mb}), "MB", 0});
    table.row("start-up, process to up", figure("start_ms", "ms"), at_most(1'000));
    table.row("  processor time of it", figure("start_processor_ms", "ms"));
    table.row("memory after start, 100,000 units in the book", figure("start_mib", "MiB"),
              at_most(64));
    table.row("  of that allocated", figure("start_heap_mib", "MiB"));
    table.row("memory with 100,000 tags held at a gate", figure("held_mib", "MiB"), at_most(64));
    table.row("  of that allocated", figure("held_heap_mib", "MiB"));
    table.row("  highest ever", figure("peak_mib", "MiB"));
    table.note("the start folds 49,999 events behind the newest checkpoint: the most there can be");
    fresh_database(options.folder, "long.db");
    fresh_database(options.folder, "box.db");
    return {};
}

}  // namespace

int bench_box(const BoxBenchOptions& options) {
    if (const auto outcome = measure(options); !outcome) {
        std::fprintf(stderr, "bench_box: %s\n", outcome.error().text.c_str());
        return 1;
    }
    return 0;
}

}  // namespace tally::bench
