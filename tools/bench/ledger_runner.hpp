// One edge's ledger over a journal of its own thread, as tallyd has it, fed as fast as it takes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "firmware/host/loop/loop.hpp"
#include "firmware/host/store/threaded_journal.hpp"
#include "firmware/services/ledger/ledger.hpp"
#include "tools/bench/bench_events.hpp"
#include "tools/bench/watched_journal.hpp"

namespace tally::bench {

/// Removes a database file and what SQLite keeps beside it.
std::string fresh_database(const std::string& folder, const std::string& name);

/// Owns the loop; every call turns it until done.
class LedgerRunner {
 public:
    /// Opens or creates the file and starts the ledger on what it holds.
    static Result<std::unique_ptr<LedgerRunner>> open(
        const std::string& path, std::function<void(const JournalCommit&)> asked = {});

    /// Writes so many events, as `next` gives them, and returns when the last is durable.
    Result<void> write(std::function<Event()> next, std::uint64_t count);

    [[nodiscard]] Ledger& ledger() { return *ledger_; }

 private:
    LedgerRunner() = default;
    void pump();

    host::Loop loop_;
    BenchEvents events_;
    std::unique_ptr<host::ThreadedJournal> store_;
    std::unique_ptr<WatchedJournal> journal_;
    std::unique_ptr<Ledger> ledger_;
    Result<void> outcome_;
    std::function<Event()> next_;
    std::uint64_t left_ = 0;
    bool pumping_ = false;
};

}  // namespace tally::bench
