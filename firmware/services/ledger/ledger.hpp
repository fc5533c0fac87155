// The ledger of one edge: the single writer of its events. What it writes is folded at once,
// durable a few milliseconds later, and only then may effects leave (design 4).
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/ports/clock.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/journal.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/services/ledger/commit_queue.hpp"
#include "firmware/services/ledger/stored_line.hpp"

namespace tally {

struct LedgerOptions {
    EdgeId edge;
    StoredLineOptions line;
    std::size_t recent_rows_max = 2'048;  ///< committed rows kept for the outbox
    CommitLimits commit;
};

/// One event of the line as other boxes are told of it: which it is, its text, its hash.
struct LineText {
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;
    Digest leaf{};
    std::string_view canonical;
};

/// Who keeps what is promised within what is there. What it writes becomes durable in one
/// transaction with the event that made it write.
class StockKeeper {
 public:
    virtual ~StockKeeper() = default;
    /// False: the event is none of its business; the two below are not called.
    [[nodiscard]] virtual bool watches(const Event& draft) const = 0;
    /// The book allows this event (it has no number yet) and it is about to be written.
    virtual void before(const Event& draft) = 0;
    virtual void after(const Event& event) = 0;
};

/// Single-threaded. The ports must outlive it; journal and ledger go down in one turn of the loop.
class Ledger {
 public:
    using Ready = std::function<void(Result<void>)>;
    using Effect = CommitQueue::Effect;

    Ledger(LedgerOptions options, Journal& journal, Scheduler& scheduler, Clock& clock,
           Events& events, CommitQueue::Fatal fatal);
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    /// Takes in what is stored: checkpoint, registers, the tail after the checkpoint; compares the
    /// fold with the stored positions (corrupt if they differ: somebody changed stock beside the
    /// ledger). Nothing may be written before `ready`.
    void start(Ready ready);

    /// Writes one event: fills in edge, epoch, seq and t_ms, folds it, and makes it durable with
    /// its group; `effect` runs then. conflict if a rule of the book forbids it (the caller books
    /// against UNEXPLAINED instead), malformed if it is not a well-formed event, exhausted while a
    /// new epoch is being opened. Then nothing is written.
    Result<Seq> write(Event draft, Effect effect = {});

    /// One keeper, which must outlive the ledger's use; asked from the next event on.
    void keep(StockKeeper& keeper) { keeper_ = &keeper; }

    /// All that `work` writes becomes durable in one transaction, or none of it.
    void together(const std::function<void()>& work);

    /// Makes a state row durable in the same order as events, e.g. a cursor.
    void write_state(const std::string& kind, const std::string& key, std::string value,
                     Effect effect = {});
    /// A state row as last written; empty if there is none.
    [[nodiscard]] std::string state_row(const std::string& kind, const std::string& key) const;
    /// Likewise all of a kind, by key.
    [[nodiscard]] std::map<std::string, std::string> state_rows(const std::string& kind) const;

    /// Makes rows of other lines durable in the same order, within `together` in the same
    /// transaction (the bridge: a batch, and what it says about it).
    void add(JournalCommit&& change, Effect effect);

    /// Runs `effect` when everything written so far is durable.
    void after_commit(Effect effect);

    /// True while a new epoch is being opened: nothing can be written, nor judged from outside.
    [[nodiscard]] bool opening_epoch() const { return opening_epoch_; }

    /// True while producers must hold back their input (disk slow or full, epoch being opened).
    [[nodiscard]] bool full() const { return opening_epoch_ || queue_.full(); }

    [[nodiscard]] const EdgeId& edge() const { return options_.edge; }
    [[nodiscard]] const Line& line() const { return stored_.line(); }
    [[nodiscard]] const Book& book() const { return line().book(); }
    [[nodiscard]] const Registers& registers() const { return line().registers(); }
    [[nodiscard]] LineState state() { return stored_.line().state(); }
    [[nodiscard]] Seq durable_seq() const { return durable_seq_; }
    /// What an event written now would carry as its time.
    [[nodiscard]] WallTime wall_now() const { return clock_.wall_now(); }
    [[nodiscard]] const CommitQueue& queue() const { return queue_; }

    /// The tree at a durable size: frontier mark plus the leaves after it. corrupt or conflict if
    /// the line does not reach so far.
    void tree_at(std::uint64_t size, std::function<void(Result<TreeHead>)> reply);

    /// Durable events after `seq`, in order: from memory if recent, else from the journal. The
    /// texts are valid during the call of `reply`.
    void texts_after(Seq seq, std::size_t rows_max,
                     std::function<void(Result<std::vector<LineText>>)> reply);

    /// Called after each commit that made events durable (one listener: the outbox).
    void on_durable(std::function<void()> listener) { durable_listener_ = std::move(listener); }

    /// Opens the next epoch after the last common event: what lies above is removed, epoch_began
    /// written, and the removed events written again behind it, renumbered (ADR 0003, "Epochs").
    /// `epoch` must be above the current one.
    void open_epoch(Epoch epoch, Seq last_common, const std::string& why, Ready ready);

    /// Folds the whole line anew in bounded slices, every byte hashed again, and compares it with
    /// the book and with what is stored; corrupt names the first difference, conflict says that
    /// another fold is under way. Answers with the number of events checked.
    void verify(std::function<void(Result<std::uint64_t>)> reply);

    /// Writes a checkpoint now (orderly stop).
    void checkpoint();

 private:
    Result<Seq> write_one(Event draft, Effect effect);
    void compare_at_rest(std::uint64_t events, int tries_left,
                         std::function<void(Result<std::uint64_t>)> reply);
    void compare_items(std::uint64_t events, int tries_left,
                       std::function<void(Result<std::uint64_t>)> reply);
    void checkpoint_if_due();
    Result<void> catch_up(Line& checked) const;
    void read_tail(Epoch epoch, const std::string& why, std::vector<JournalRow> tail, Ready ready);
    Result<void> rewrite_tail(Epoch epoch, const std::string& why,
                              const std::vector<JournalRow>& tail, const Ready& ready);

    LedgerOptions options_;
    Journal& journal_;
    Clock& clock_;
    Events& events_;
    CommitQueue queue_;
    StoredLine stored_;
    std::unique_ptr<Line> reopened_;  ///< being built for a new epoch
    std::map<std::pair<std::string, std::string>, std::string> states_;  ///< cursors and the like
    /// Kept small: thousands of them wait for the outbox, and each is written once more here.
    struct Recent {
        std::uint64_t epoch = 0;
        std::uint64_t seq = 0;
        Digest leaf{};
        std::string canonical;
    };
    std::deque<Recent> recent_;
    JournalCommit change_;  ///< scratch of write()
    Seq durable_seq_;
    bool opening_epoch_ = false;
    StockKeeper* keeper_ = nullptr;
    int together_depth_ = 0;
    JournalCommit together_;
    std::vector<Effect> together_effects_;
    std::function<void()> durable_listener_;
};

}  // namespace tally
