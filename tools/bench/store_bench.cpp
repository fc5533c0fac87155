#include "tools/bench/store_bench.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <vector>

#include "firmware/base/prng.hpp"
#include "firmware/host/store/sqlite_store.hpp"
#include "firmware/host/store/threaded_journal.hpp"
#include "tools/bench/store_bench_bare.hpp"

namespace tally::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kItems = 100'000;
constexpr std::size_t kPlaces = 40;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

double quantile(std::vector<double> values, double q) {
    if (values.empty()) {
        return 0;
    }
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

// Items move between forty places, one event each: an item row and an event each, and in each
// commit the two positions of every (from, to) that occurred. Sizes as on a site: 460 bytes a text.
class Traffic {
 public:
    explicit Traffic(std::uint32_t batch) : batch_(batch) {}

    JournalCommit next() {
        JournalCommit commit;
        std::array<std::int64_t, kPlaces> delta{};
        for (std::uint32_t i = 0; i < batch_; ++i) {
            const std::size_t from = prng_.below(kPlaces);
            const std::size_t to = (from + 1 + prng_.below(kPlaces - 1)) % kPlaces;
            delta[from] -= 1000;
            delta[to] += 1000;
            add(commit, from, to);
        }
        for (std::size_t place = 0; place < kPlaces; ++place) {
            if (delta[place] != 0) {
                stock_[place] += delta[place];
                commit.positions.push_back({"back", name(place), "sku-0042", "-", "free", "good",
                                            delta[place], stock_[place]});
            }
        }
        return commit;
    }

 private:
    static std::string name(std::size_t place) { return "aisle-" + std::to_string(100 + place); }

    void add(JournalCommit& commit, std::size_t from, std::size_t to) {
        JournalRow row;
        row.edge = "back";
        row.epoch = 1;
        row.seq = ++seq_;
        row.type = "moved";
        row.t_ms = 1'790'000'000'000 + static_cast<std::int64_t>(seq_);
        // A trolley of sixteen consecutive serials, then another somewhere else: every item once
        // before any comes again.
        const std::uint64_t serial = seq_ / 16 * 7919 * 16 % kItems + seq_ % 16;
        row.item = "urn:epc:id:sgtin:0614141.107346." + std::to_string(100'000 + serial);
        row.sku = "sku-0042";
        row.lot = "-";
        row.qty_milli = 1000;
        row.from_place = name(from);
        row.to_place = name(to);
        row.canonical =
            R"({"by":"device:g1","edge":"back","epoch":1,"evidence":{"antenna":2,"device":"g1",)"
            R"("first_us":1790000000000000,"last_us":1790000000900000,"n":14,"rssi_cdbm":-5150},)"
            R"("from":")" +
            row.from_place + R"(","item":")" + row.item + R"(","lot":"-","qty":1000,"seq":)" +
            std::to_string(seq_) + R"(,"sku":"sku-0042","t_ms":)" + std::to_string(row.t_ms) +
            R"(,"to":")" + row.to_place + R"(","type":"moved","v":1,"pad":")" +
            std::string(100, 'x') + R"("})";
        static constexpr std::array<std::uint8_t, 1> kLeafPrefix{0};
        row.leaf = sha256({ByteView(kLeafPrefix), as_bytes(row.canonical)});
        commit.items.push_back(
            {"back", row.item, row.sku, row.lot, row.to_place, "free", "good", "", seq_});
        commit.rows.push_back(std::move(row));
    }

    std::uint32_t batch_;
    Prng prng_{42};
    std::uint64_t seq_ = 0;
    std::array<std::int64_t, kPlaces> stock_{};
};

std::vector<JournalCommit> traffic(const StoreBenchOptions& options) {
    Traffic made(options.batch);
    std::vector<JournalCommit> commits;
    for (std::uint32_t i = 0; i < options.commits; ++i) {
        commits.push_back(made.next());
    }
    return commits;
}

std::string fresh_file(const StoreBenchOptions& options, const std::string& name) {
    const std::string path = options.folder + "/" + name;
    for (const char* suffix : {"", "-wal", "-shm"}) {
        std::filesystem::remove(path + suffix);
    }
    return path;
}

/// What one side of the comparison showed.
struct Side {
    std::vector<double> events_per_s;  // one a round
    std::vector<double> commit_ms;     // one a commit, all rounds
};

void account(Side& side, const StoreBenchOptions& options, double seconds) {
    side.events_per_s.push_back(options.commits * double{1} * options.batch / seconds);
}

Result<void> round_store(const StoreBenchOptions& options,
                         const std::vector<JournalCommit>& commits, Side& side) {
    TALLY_TRY_ASSIGN(auto store,
                     host::SqliteStore::open({.path = fresh_file(options, "store.journal")}));
    const auto begin = Clock::now();
    for (const JournalCommit& commit : commits) {
        const auto one = Clock::now();
        TALLY_TRY(store->commit(commit));
        side.commit_ms.push_back(1e3 * seconds_since(one));
    }
    account(side, options, seconds_since(begin));
    return {};
}

Result<void> round_bare(const StoreBenchOptions& options, const std::vector<JournalCommit>& commits,
                        Side& side) {
    const std::string path = fresh_file(options, "bare.journal");
    TALLY_TRY(host::SqliteStore::open({.path = path}));  // for its schema; closed again
    BareLoop bare(path);
    const auto begin = Clock::now();
    for (const JournalCommit& commit : commits) {
        const auto one = Clock::now();
        if (!bare.commit(commit)) {
            return fail(ErrorKind::corrupt, "the bare SQLite loop failed; check the disk");
        }
        side.commit_ms.push_back(1e3 * seconds_since(one));
    }
    account(side, options, seconds_since(begin));
    return {};
}

// As a daemon does it: one commit waits while the next is on its way, copies included.
Result<void> round_threaded(const StoreBenchOptions& options,
                            const std::vector<JournalCommit>& commits, Side& side) {
    TALLY_TRY_ASSIGN(auto store,
                     host::SqliteStore::open({.path = fresh_file(options, "threaded.journal")}));
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<std::function<void()>> posted;
    host::ThreadedJournal journal(std::move(store), [&](std::function<void()> task) {
        const std::lock_guard lock(mutex);
        posted.push_back(std::move(task));
        wake.notify_one();
    });
    std::size_t sent = 0;
    std::size_t answered = 0;
    Result<void> outcome;
    const auto begin = Clock::now();
    while (answered < commits.size() && outcome) {
        while (sent < commits.size() && sent < answered + 2) {
            journal.commit(commits[sent++], [&, asked = Clock::now()](const Result<void>& done,
                                                                      const JournalCommit&) {
                side.commit_ms.push_back(1e3 * seconds_since(asked));
                outcome = done;
                ++answered;
            });
        }
        std::unique_lock lock(mutex);
        wake.wait(lock, [&] { return !posted.empty(); });
        const auto task = std::move(posted.front());
        posted.pop_front();
        lock.unlock();
        task();
    }
    account(side, options, seconds_since(begin));
    return outcome;
}

void print(const char* name, const Side& side, const Side& bare) {
    const double rate = quantile(side.events_per_s, 0.5);
    std::printf("  %-28s %10.0f %8.1f %% %9.2f %9.2f %9.2f\n", name, rate,
                100 * rate / quantile(bare.events_per_s, 0.5), quantile(side.commit_ms, 0.5),
                quantile(side.commit_ms, 0.99), quantile(side.commit_ms, 1.0));
}

Result<void> compare(const StoreBenchOptions& options) {
    const auto commits = traffic(options);
    Side bare;
    Side store;
    Side threaded;
    for (std::uint32_t round = 0; round < options.rounds; ++round) {
        TALLY_TRY(round_bare(options, commits, bare));
        TALLY_TRY(round_store(options, commits, store));
        TALLY_TRY(round_threaded(options, commits, threaded));
    }
    std::printf("durable commits: %u events each, %u a round, median of %u rounds, synchronous\n",
                options.batch, options.commits, options.rounds);
    std::printf("  %-28s %10s %10s %9s %9s %9s\n", "", "events/s", "of bare", "p50 ms", "p99 ms",
                "max ms");
    print("bare SQLite loop", bare, bare);
    print("SqliteStore", store, bare);
    print("ThreadedJournal", threaded, bare);
    std::printf("  aim: at least 70 %% of the bare loop (sqlite %s)\n",
                std::string(host::SqliteStore::sqlite_version()).c_str());
    return {};
}

Result<void> start_up(const StoreBenchOptions& options) {
    const std::string path = fresh_file(options, "long.journal");
    {
        TALLY_TRY_ASSIGN(auto store, host::SqliteStore::open({.path = path}));
        Traffic made(options.batch);
        for (std::uint64_t done = 0; done < options.start_events; done += options.batch) {
            TALLY_TRY(store->commit(made.next()));
        }
    }
    const auto opening = Clock::now();
    TALLY_TRY_ASSIGN(auto store, host::SqliteStore::open({.path = path}));
    TALLY_TRY_ASSIGN(const auto start, store->start());
    const double open_s = seconds_since(opening);
    const std::uint64_t seq = start.ends.at("back").seq;
    const auto stock = Clock::now();
    TALLY_TRY_ASSIGN(const auto items, store->items("back"));
    TALLY_TRY(store->positions("back"));
    const double stock_s = seconds_since(stock);
    const auto hashes = Clock::now();
    TALLY_TRY_ASSIGN(const auto leaves, store->leaves("back", 0, seq));
    const double leaves_s = seconds_since(hashes);
    const auto checking = Clock::now();
    TALLY_TRY(store->check());
    std::printf("start on %zu events, %.0f MB:\n", leaves.size(),
                static_cast<double>(store->size().file_bytes) / 1e6);
    std::printf("  open and start     %8.3f s   (aim: at most 1 s with all that follows)\n",
                open_s);
    std::printf("  %6zu item rows   %8.3f s\n", items.size(), stock_s);
    std::printf("  every leaf hash    %8.3f s\n", leaves_s);
    std::printf("  whole file check   %8.3f s   (on demand)\n", seconds_since(checking));
    return {};
}

}  // namespace

int bench_store(const StoreBenchOptions& options) {
    std::error_code error;
    std::filesystem::create_directories(options.folder, error);
    auto outcome = compare(options);
    if (outcome && options.start_events > 0) {
        outcome = start_up(options);
    }
    if (!outcome) {
        std::fprintf(stderr, "bench_store: %s\n", outcome.error().text.c_str());
        return 1;
    }
    return 0;
}

}  // namespace tally::bench
