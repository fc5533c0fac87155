// The journal of a daemon: one worker thread, named "store", owns the SqliteStore.
#pragma once

#include <functional>
#include <memory>

#include "firmware/host/store/sqlite_store.hpp"
#include "firmware/ports/journal.hpp"

namespace tally::host {

/// Calls come from the loop's thread and wait in a mailbox; the worker does them one after the
/// other, and hands each answer to `post`. Grouping events into commits is the caller's business.
/// When there is nothing to do for a while the worker tidies the write-ahead log.
///
/// Its end (on the loop's thread) finishes the calls that wait, each commit durable, and joins the
/// worker; answers that have not run by then never run.
class ThreadedJournal final : public Journal {
 public:
    /// Runs a task on the loop's thread, later, in the order of the calls. Called on the worker's
    /// thread; must outlive this object.
    using Post = std::function<void(std::function<void()>)>;

    ThreadedJournal(std::unique_ptr<SqliteStore> store, Post post);
    ~ThreadedJournal() override;
    ThreadedJournal(const ThreadedJournal&) = delete;
    ThreadedJournal& operator=(const ThreadedJournal&) = delete;

    void commit(JournalCommit commit, Committed reply) override;
    void start(Reply<JournalStart> reply) override;
    void rows(RowQuery query, Reply<std::vector<FoundRow>> reply) override;
    void positions(std::string edge, Reply<std::vector<PositionRow>> reply) override;
    void items(std::string edge, Reply<std::vector<ItemRow>> reply) override;
    void commands(std::string edge, std::uint64_t after_seq, std::size_t rows_max,
                  Reply<std::vector<CommandRow>> reply) override;
    void leaves(std::string edge, std::uint64_t after_seq, std::uint64_t up_to_seq,
                Reply<std::vector<Digest>> reply) override;

    /// Whole check of the file and its size, for health and `doctor`; answered like the rest.
    void check(Reply<StoreSize> reply);

 private:
    class Worker;
    template <typename T, typename Work>
    void ask(Reply<T> reply, Work work);

    Post post_;
    std::shared_ptr<bool> alive_;  // touched on the loop's thread only
    std::unique_ptr<Worker> worker_;
};

}  // namespace tally::host
