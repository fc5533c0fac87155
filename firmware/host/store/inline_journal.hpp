// The journal of virtual time: every call runs at once, its answer comes when the disk would have
// been done with it.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "firmware/host/store/sqlite_store.hpp"
#include "firmware/ports/journal.hpp"
#include "firmware/ports/scheduler.hpp"

namespace tally::host {

/// Single-threaded. Its end takes back the answers that did not arrive yet, as a crash would: what
/// was committed stays committed, unheard of.
class InlineJournal final : public Journal {
 public:
    /// How long until the disk has done what it was told so far; never falls faster than time
    /// passes, so that answers keep their order.
    using DiskTime = std::function<Duration()>;

    /// Without a disk time every answer comes in the next turn.
    InlineJournal(std::unique_ptr<SqliteStore> store, Scheduler& scheduler,
                  DiskTime disk_time = {});
    ~InlineJournal() override;
    InlineJournal(const InlineJournal&) = delete;
    InlineJournal& operator=(const InlineJournal&) = delete;

    /// Hands the store to a successor (a process that starts again on the same disk). Nothing may
    /// be called afterwards.
    std::unique_ptr<SqliteStore> release() { return std::move(store_); }
    /// For checkers that look at the disk beside the services.
    [[nodiscard]] SqliteStore& store() noexcept { return *store_; }

    void commit(JournalCommit commit, Committed reply) override;
    void start(Reply<JournalStart> reply) override;
    void rows(RowQuery query, Reply<std::vector<FoundRow>> reply) override;
    void positions(std::string edge, Reply<std::vector<PositionRow>> reply) override;
    void items(std::string edge, Reply<std::vector<ItemRow>> reply) override;
    void commands(std::string edge, std::uint64_t after_seq, std::size_t rows_max,
                  Reply<std::vector<CommandRow>> reply) override;
    void leaves(std::string edge, std::uint64_t after_seq, std::uint64_t up_to_seq,
                Reply<std::vector<Digest>> reply) override;

 private:
    template <typename T>
    void answer(Result<T> result, Reply<T> reply);

    std::unique_ptr<SqliteStore> store_;
    Scheduler& scheduler_;
    DiskTime disk_time_;
    std::deque<TimerId> pending_;  // answers on their way, oldest first
};

}  // namespace tally::host
