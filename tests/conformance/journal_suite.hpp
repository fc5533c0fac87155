// The bench of the journal's conformance suite: each implementation, asked and waited for alike.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "firmware/host/store/inline_journal.hpp"
#include "firmware/host/store/threaded_journal.hpp"
#include "firmware/ports/journal.hpp"
#include "firmware/ports/scheduler.hpp"
#include "sim/disk/sim_disk.hpp"
#include "tests/support/temp_folder.hpp"

namespace tally::test {

using host::InlineJournal;
using host::SqliteStore;
using host::ThreadedJournal;

/// The least a loop must be: tasks run in order, on the thread that calls turn(). The mailbox may
/// be filled from any thread.
class TurnLoop final : public Scheduler {
 public:
    TimerId after(Duration /*delay*/, std::function<void()> task) override {
        const std::lock_guard lock(mutex_);
        tasks_.emplace_back(++last_id_, std::move(task));
        wake_.notify_one();
        return last_id_;
    }
    void cancel(TimerId id) override {
        const std::lock_guard lock(mutex_);
        std::erase_if(tasks_, [id](const auto& task) { return task.first == id; });
    }
    /// Waits for a task and runs it.
    void turn() {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return !tasks_.empty(); });
        const auto task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        task.second();
    }
    [[nodiscard]] std::size_t waiting() {
        const std::lock_guard lock(mutex_);
        return tasks_.size();
    }

 private:
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::pair<TimerId, std::function<void()>>> tasks_;
    TimerId last_id_ = 0;
};

enum class Kind { inline_memory, inline_file, threaded_file, inline_sim_disk };

/// One journal under test. restart() models the end of the process and a new one on the same disk;
/// on the simulated disk the power is cut, so that what was answered must have been durable.
class JournalBench {
 public:
    explicit JournalBench(Kind kind) : kind_(kind) {
        open(kind == Kind::inline_memory ? ":memory:" : (folder_ / "journal").string());
    }

    Journal& journal() { return *journal_; }
    TurnLoop& loop() { return loop_; }

    void restart() {
        if (kind_ == Kind::inline_memory) {
            auto store = static_cast<InlineJournal&>(*journal_).release();
            journal_ = std::make_unique<InlineJournal>(std::move(store), loop_);
            return;
        }
        if (kind_ == Kind::inline_sim_disk) {
            sim_disk_.cut_power();
        }
        journal_.reset();
        open((folder_ / "journal").string());
    }

    /// Runs one call of the journal and waits for its answer.
    template <typename T, typename Call>
    Result<T> ask(Call call) {
        std::optional<Result<T>> answer;
        call(Journal::Reply<T>([&answer](Result<T> result) { answer = std::move(result); }));
        REQUIRE_FALSE(answer.has_value());  // never inside the call
        while (!answer) {
            loop_.turn();
        }
        return *std::move(answer);
    }

    Result<void> commit(JournalCommit commit) {
        const JournalCommit sent = commit;
        return ask<void>([&](auto reply) {
            journal().commit(
                std::move(commit),
                [&sent, reply = std::move(reply)](Result<void> outcome, const JournalCommit& back) {
                    CHECK(back.rows == sent.rows);  // stored or refused, it comes back
                    CHECK(back.positions.size() == sent.positions.size());
                    CHECK(back.states.size() == sent.states.size());
                    reply(std::move(outcome));
                });
        });
    }
    JournalStart start() {
        return must<JournalStart>([&](auto reply) { journal().start(std::move(reply)); });
    }
    std::vector<FoundRow> rows(RowQuery query) {
        return must<std::vector<FoundRow>>(
            [&](auto reply) { journal().rows(std::move(query), std::move(reply)); });
    }
    std::vector<PositionRow> positions(const std::string& edge) {
        return must<std::vector<PositionRow>>(
            [&](auto reply) { journal().positions(edge, std::move(reply)); });
    }
    std::vector<ItemRow> items(const std::string& edge) {
        return must<std::vector<ItemRow>>(
            [&](auto reply) { journal().items(edge, std::move(reply)); });
    }
    std::vector<CommandRow> commands(const std::string& edge, std::uint64_t after_seq,
                                     std::size_t rows_max = 256) {
        return must<std::vector<CommandRow>>(
            [&](auto reply) { journal().commands(edge, after_seq, rows_max, std::move(reply)); });
    }
    std::vector<Digest> leaves(const std::string& edge, std::uint64_t after_seq,
                               std::uint64_t up_to_seq) {
        return must<std::vector<Digest>>(
            [&](auto reply) { journal().leaves(edge, after_seq, up_to_seq, std::move(reply)); });
    }

 private:
    template <typename T, typename Call>
    T must(Call call) {
        Result<T> answer = ask<T>(call);
        if (!answer) {
            FAIL(answer.error().text);
        }
        return *std::move(answer);
    }

    void open(const std::string& path) {
        host::StoreOptions options;
        options.path = path;
        auto store = SqliteStore::open(kind_ == Kind::inline_sim_disk
                                           ? sim_disk_.store(path, host::StoreKind::edge)
                                           : options);
        if (!store) {
            FAIL(store.error().text);
        }
        if (kind_ == Kind::threaded_file) {
            journal_ = std::make_unique<ThreadedJournal>(
                *std::move(store),
                [this](std::function<void()> task) { loop_.after(Duration(0), std::move(task)); });
        } else {
            journal_ = std::make_unique<InlineJournal>(*std::move(store), loop_);
        }
    }

    Kind kind_;
    TempFolder folder_;
    TurnLoop loop_;
    sim::SimDisk sim_disk_{Prng(1), {}, [] { return MonoTime{}; }};
    std::unique_ptr<Journal> journal_;
};

}  // namespace tally::test

/// Runs the rest of the test on each implementation in turn.
#define TALLY_EACH_JOURNAL(bench)                                                       \
    const auto tally_kind =                                                             \
        GENERATE(tally::test::Kind::inline_memory, tally::test::Kind::inline_file,      \
                 tally::test::Kind::threaded_file, tally::test::Kind::inline_sim_disk); \
    CAPTURE(static_cast<int>(tally_kind));                                              \
    tally::test::JournalBench bench(tally_kind)
