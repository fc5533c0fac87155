#include "tools/bench/sync_bench.hpp"

#include <cstdio>
#include <vector>

#include "firmware/messages/sync/delta.hpp"
#include "tools/bench/bare_run.hpp"
#include "tools/bench/sync_run.hpp"
#include "tools/bench/table.hpp"

namespace tally::bench {

namespace {

/// The committed events in batches as the outbox makes them.
std::vector<std::string> batches_of(const std::vector<JournalCommit>& commits) {
    std::vector<std::string_view> texts;
    for (const JournalCommit& commit : commits) {
        for (const JournalRow& row : commit.rows) {
            texts.push_back(row.canonical);
        }
    }
    DeltaHeader header;
    header.edge = EdgeId("back");
    header.session = "0123456789abcdef";
    header.epoch = Epoch(1);
    header.cmd_epoch = Epoch(1);
    header.cmd_next = Seq(1);
    std::vector<std::string> batches;
    for (std::span<const std::string_view> left(texts); !left.empty();) {
        const std::size_t count = batch_size(left.subspan(0, std::min(left.size(), kBatchRowsMax)));
        header.first_seq = Seq(texts.size() - left.size() + 1);
        batches.push_back(encode_delta(header, left.first(count)));
        left = left.subspan(count);
    }
    return batches;
}

Result<void> flood(const SyncBenchOptions& options) {
    std::vector<JournalCommit> commits;
    TALLY_TRY_ASSIGN(const FloodFigures warm, run_flood({options.folder, options.waves, &commits}));
    const std::vector<std::string> batches = batches_of(commits);
    const double batch_events =
        static_cast<double>(warm.events) / static_cast<double>(batches.size());
    std::vector<double> ours, bare, broker, shares, edge_us, bridge_us, broker_us;
    for (int run = 0; run < options.runs; ++run) {
        TALLY_TRY_ASSIGN(const StoreFigures bare_figures, run_bare_loop(options.folder, commits));
        TALLY_TRY_ASSIGN(const double raw_rate, run_raw_broker(options.folder, batches));
        TALLY_TRY_ASSIGN(const FloodFigures figures,
                         run_flood({options.folder, options.waves, nullptr}));
        bare.push_back(bare_figures.events_per_s);
        broker.push_back(raw_rate * batch_events);
        ours.push_back(figures.events_per_s);
        shares.push_back(100 * ours.back() / std::min(bare.back(), broker.back()));
        edge_us.push_back(figures.edge_us);
        bridge_us.push_back(figures.bridge_us);
        broker_us.push_back(figures.broker_us);
    }
    Table table("read at a gate to the bridge's commit, over mosquitto (wall clock)");
    table.row("bare SQLite loop, the edge's rows", {sample_of(bare), "events/s", 0});
    table.row("broker alone, QoS 1, the same batches", {sample_of(broker), "events/s", 0});
    table.row("read to bridge commit", {sample_of(ours), "events/s", 0});
    table.row("  share of the slower of the two", {sample_of(shares), "%", 0}, at_least(50));
    table.row("  processor time, edge", {sample_of(edge_us), "us/event", 1});
    table.row("  processor time, bridge", {sample_of(bridge_us), "us/event", 1});
    table.row("  processor time, broker", {sample_of(broker_us), "us/event", 1});
    return {};
}

Result<void> paced(const SyncBenchOptions& options) {
    std::vector<double> p50, p99, worst;
    for (int run = 0; run < options.runs; ++run) {
        TALLY_TRY_ASSIGN(const auto took_ms, run_paced(options.folder, options.paced_s));
        p50.push_back(quantile(took_ms, 0.5));
        p99.push_back(quantile(took_ms, 0.99));
        worst.push_back(quantile(took_ms, 1));
    }
    Table table("the same at 1,000 events/s, from when the read was due");
    table.row("p50", {sample_of(p50), "ms", 1});
    table.row("p99", {sample_of(p99), "ms", 1}, at_most(100));
    table.row("longest", {sample_of(worst), "ms", 1});
    return {};
}

}  // namespace

int bench_sync(const SyncBenchOptions& options) {
    Result<void> outcome = flood(options);
    if (outcome) {
        outcome = paced(options);
    }
    if (!outcome) {
        std::fprintf(stderr, "bench_sync: %s\n", outcome.error().text.c_str());
        return 1;
    }
    return 0;
}

}  // namespace tally::bench
