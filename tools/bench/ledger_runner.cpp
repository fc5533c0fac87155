#include "tools/bench/ledger_runner.hpp"

#include <filesystem>
#include <utility>

namespace tally::bench {

namespace {

constexpr std::size_t kWaitingRowsMax = 2'048;  // enough for several commits, little to hold
constexpr std::uint64_t kPumpEvery = 64;

}  // namespace

std::string fresh_database(const std::string& folder, const std::string& name) {
    const std::string path = folder + "/" + name;
    for (const char* suffix : {"", "-wal", "-shm"}) {
        std::filesystem::remove(path + suffix);
    }
    return path;
}

Result<std::unique_ptr<LedgerRunner>> LedgerRunner::open(
    const std::string& path, std::function<void(const JournalCommit&)> asked) {
    TALLY_TRY_ASSIGN(auto store, host::SqliteStore::open({.path = path}));
    std::unique_ptr<LedgerRunner> runner(new LedgerRunner);
    LedgerRunner& self = *runner;
    self.store_ = std::make_unique<host::ThreadedJournal>(
        std::move(store),
        [&self](std::function<void()> task) { self.loop_.post(std::move(task)); });
    self.journal_ = std::make_unique<WatchedJournal>(
        *self.store_, JournalWatch{.edge = "back", .asked = std::move(asked)});
    const auto stop = [&self](const Error& error) {
        self.outcome_ = fail(error);
        self.loop_.stop();
    };
    LedgerOptions options;
    options.edge = EdgeId("back");
    self.ledger_ = std::make_unique<Ledger>(options, *self.journal_, self.loop_, self.loop_,
                                            self.events_, stop);
    self.ledger_->start([&self](Result<void> started) {
        self.outcome_ = std::move(started);
        self.loop_.stop();
    });
    self.loop_.run();
    TALLY_TRY(self.outcome_);
    return runner;
}

Result<void> LedgerRunner::write(std::function<Event()> next, std::uint64_t count) {
    next_ = std::move(next);
    left_ = count;
    pump();
    if (outcome_) {
        loop_.run();
    }
    return outcome_;
}

void LedgerRunner::pump() {
    if (pumping_) {
        return;
    }
    pumping_ = true;
    while (left_ > 0 && outcome_ && ledger_->queue().waiting_rows() < kWaitingRowsMax) {
        --left_;
        Ledger::Effect effect;
        if (left_ == 0) {
            effect = [this] { loop_.stop(); };
        } else if (left_ % kPumpEvery == 0) {
            effect = [this] { pump(); };
        }
        if (const auto seq = ledger_->write(next_(), std::move(effect)); !seq) {
            outcome_ = fail(seq.error());
            loop_.stop();
        }
    }
    pumping_ = false;
}

}  // namespace tally::bench
