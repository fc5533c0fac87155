// Group commit: many small changes become few durable transactions, in order, each with the effects
// that wait for it. Journal before effect (design 4.1); 256 events or 5 ms, whichever first
// (design 9). One commit is under way at a time, so that a full disk can never reorder the ledger.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "firmware/ports/clock.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/journal.hpp"
#include "firmware/ports/scheduler.hpp"

namespace tally {

/// What is written and not yet durable, with the bound above which producers must hold back.
struct CommitLimits {
    std::size_t group_rows_max = 256;
    Duration group_wait = std::chrono::milliseconds(5);
    std::size_t waiting_rows_max = 8192;  ///< above this, full() is true
    Duration retry_wait = std::chrono::seconds(1);
};

/// Moves the rows of `more` behind those of `to`, in order; what is left of `more` is empty and
/// keeps its room. Neither may truncate or checkpoint, and at most one may swap stock.
void append(JournalCommit& to, JournalCommit&& more);

/// Single-threaded. The ports must outlive it; it and the journal go down in the same turn of the
/// loop. Destroying it forgets what is not yet durable, as a crash would.
class CommitQueue {
 public:
    using Effect = std::function<void()>;
    using Fatal = std::function<void(const Error&)>;

    /// `fatal` is called once if the journal refuses a commit for a reason that no retry can mend
    /// (anything but exhausted); nothing is committed after that.
    CommitQueue(Journal& journal, Scheduler& scheduler, Clock& clock, Events& events, Fatal fatal,
                CommitLimits limits = {});
    ~CommitQueue();
    CommitQueue(const CommitQueue&) = delete;
    CommitQueue& operator=(const CommitQueue&) = delete;

    /// Adds a change to the open group; `effect` runs after it is durable, in order. A change that
    /// truncates, swaps stock or sets a checkpoint gets a transaction of its own. What is left of
    /// any other is empty and keeps its room, so that a writer can use it again.
    void add(JournalCommit&& change, Effect effect);

    /// Runs `effect` once everything added so far is durable; in the next turn if all is.
    void barrier(Effect effect);

    /// True while so much waits (slow or full disk) that producers must stop taking input.
    [[nodiscard]] bool full() const noexcept { return waiting_rows_ >= limits_.waiting_rows_max; }

    /// Rows added and not yet durable.
    [[nodiscard]] std::size_t waiting_rows() const noexcept { return waiting_rows_; }

    /// Since when the disk has refused commits (exhausted); empty while all is well.
    [[nodiscard]] const std::optional<Error>& trouble() const noexcept { return trouble_; }

    /// Longest time a commit took so far.
    [[nodiscard]] Duration commit_time_max() const noexcept { return commit_time_max_; }

 private:
    struct Group {
        JournalCommit commit;
        std::vector<Effect> effects;
        std::size_t rows = 0;
        enum class Kind { shared, alone } kind = Kind::shared;
    };

    Group& open_group(Group::Kind kind);
    void flush();
    void write_front();
    void on_reply(const Result<void>& outcome);

    Journal& journal_;
    Clock& clock_;
    Events& events_;
    Fatal fatal_;
    CommitLimits limits_;
    std::deque<Group> groups_;  ///< front is under way or being retried; back is open
    JournalCommit spare_;       ///< empty; the room of a finished group, for the next one
    std::size_t waiting_rows_ = 0;
    bool writing_ = false;
    bool failed_ = false;
    bool ripe_ = false;  ///< the open group's time is up
    MonoTime write_began_;
    Duration commit_time_max_{0};
    std::optional<Error> trouble_;
    Timer group_timer_;
    Timer retry_timer_;
};

}  // namespace tally
