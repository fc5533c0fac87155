#include "firmware/services/ledger/commit_queue.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "firmware/base/check.hpp"

namespace tally {

namespace {

template <typename T>
void append_rows(std::vector<T>& to, std::vector<T>& from) {
    if (to.empty() && to.capacity() <= from.capacity()) {
        to.swap(from);
        return;
    }
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    from.clear();
}

using PositionKey = std::array<std::string_view, 6>;

PositionKey key_of(const PositionRow& row) {
    return {row.place, row.sku, row.lot, row.custody, row.quality, row.edge};
}

/// By what differs most among the positions of a group.
struct PositionKeyHash {
    std::size_t operator()(const PositionKey& key) const noexcept {
        const std::hash<std::string_view> hash;
        return (hash(key[0]) * 31 + hash(key[1])) * 31 + hash(key[2]);
    }
};

/// A group touches few positions many times; each needs to be written once, with the deltas summed
/// and the last quantity. The order of first touch stays.
void merge_positions(std::vector<PositionRow>& rows) {
    std::unordered_map<PositionKey, PositionRow*, PositionKeyHash> kept;  // never iterated
    std::size_t count = 0;
    for (PositionRow& row : rows) {
        if (const auto found = kept.find(key_of(row)); found != kept.end()) {
            found->second->delta_milli += row.delta_milli;
            found->second->qty_milli = row.qty_milli;
            continue;
        }
        PositionRow& own = rows[count++];  // The keys are views into it: it moves here and no more.
        if (&own != &row) {
            own = std::move(row);
        }
        kept.emplace(key_of(own), &own);
    }
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(count), rows.end());
}

/// Empties a commit that was written with others and keeps the room of its rows.
void clear(JournalCommit& commit) {
    commit.rows.clear();
    commit.positions.clear();
    commit.items.clear();
    commit.states.clear();
    commit.commands.clear();
}

bool needs_own_transaction(const JournalCommit& change) {
    return change.truncate || change.replace_stock_of || change.checkpoint;
}

}  // namespace

void append(JournalCommit& to, JournalCommit&& more) {
    TALLY_CHECK(!to.truncate && !more.truncate && !to.checkpoint && !more.checkpoint &&
                    !(to.replace_stock_of && more.replace_stock_of),
                "what rewrites a line stands in a transaction of its own");
    if (more.replace_stock_of) {
        to.replace_stock_of = std::exchange(more.replace_stock_of, std::nullopt);
    }
    append_rows(to.rows, more.rows);
    append_rows(to.positions, more.positions);
    append_rows(to.items, more.items);
    append_rows(to.states, more.states);
    append_rows(to.commands, more.commands);
}

CommitQueue::CommitQueue(Journal& journal, Scheduler& scheduler, Clock& clock, Events& events,
                         Fatal fatal, CommitLimits limits)
    : journal_(journal),
      clock_(clock),
      events_(events),
      fatal_(std::move(fatal)),
      limits_(limits),
      group_timer_(scheduler),
      retry_timer_(scheduler) {}

CommitQueue::~CommitQueue() = default;

CommitQueue::Group& CommitQueue::open_group(Group::Kind kind) {
    const bool front_is_taken = writing_ || retry_timer_.armed();
    const bool back_is_open = !groups_.empty() && !(front_is_taken && groups_.size() == 1) &&
                              groups_.back().kind == Group::Kind::shared &&
                              groups_.back().rows < limits_.group_rows_max;
    if (kind == Group::Kind::alone || !back_is_open) {
        groups_.emplace_back();
        groups_.back().kind = kind;
        if (kind == Group::Kind::shared) {
            groups_.back().commit = std::exchange(spare_, {});
        }
    }
    return groups_.back();
}

void CommitQueue::add(JournalCommit&& change, Effect effect) {
    const std::size_t rows = std::max<std::size_t>(change.rows.size(), 1);
    const bool alone = needs_own_transaction(change);
    Group& group = open_group(alone ? Group::Kind::alone : Group::Kind::shared);
    if (alone) {
        group.commit = std::move(change);
    } else {
        append(group.commit, std::move(change));
    }
    if (effect) {
        group.effects.push_back(std::move(effect));
    }
    group.rows += rows;
    waiting_rows_ += rows;
    if (group.rows >= limits_.group_rows_max && group.kind == Group::Kind::shared) {
        merge_positions(group.commit.positions);  // Now, not when the store waits for it.
    }
    if (!group_timer_.armed() && !ripe_) {
        group_timer_.arm(limits_.group_wait, [this] {
            ripe_ = true;
            flush();
        });
    }
    flush();
}

void CommitQueue::barrier(Effect effect) {
    if (groups_.empty()) {
        add({}, std::move(effect));  // An empty commit keeps the one order there is.
    } else {
        groups_.back().effects.push_back(std::move(effect));
    }
}

void CommitQueue::flush() {
    if (writing_ || failed_ || groups_.empty() || retry_timer_.armed()) {
        return;
    }
    const Group& front = groups_.front();
    const bool full_group = front.rows >= limits_.group_rows_max;
    const bool closed = groups_.size() > 1 || front.kind == Group::Kind::alone;
    if (full_group || closed || ripe_) {
        write_front();
    }
}

void CommitQueue::write_front() {
    writing_ = true;
    ripe_ = false;
    group_timer_.cancel();
    write_began_ = clock_.mono_now();
    Group& front = groups_.front();
    if (front.kind == Group::Kind::shared && front.rows < limits_.group_rows_max) {
        merge_positions(front.commit.positions);
    }
    journal_.commit(std::move(front.commit),
                    [this](const Result<void>& outcome, JournalCommit commit) {
                        groups_.front().commit = std::move(commit);
                        on_reply(outcome);
                    });
}

void CommitQueue::on_reply(const Result<void>& outcome) {
    writing_ = false;
    commit_time_max_ = std::max(commit_time_max_, clock_.mono_now() - write_began_);
    if (!outcome && outcome.error().kind == ErrorKind::exhausted) {
        if (!trouble_) {
            events_.report(Severity::error, "ledger", outcome.error().text);
        }
        trouble_ = outcome.error();
        retry_timer_.arm(limits_.retry_wait, [this] { write_front(); });
        return;
    }
    if (!outcome) {
        failed_ = true;
        events_.report(Severity::error, "ledger", outcome.error().text);
        fatal_(outcome.error());
        return;
    }
    if (trouble_) {
        events_.report(Severity::info, "ledger", "the disk takes commits again; nothing was lost");
        trouble_.reset();
    }
    Group done = std::move(groups_.front());
    groups_.pop_front();
    waiting_rows_ -= done.rows;
    if (done.kind == Group::Kind::shared && done.rows <= 2 * limits_.group_rows_max) {
        spare_ = std::move(done.commit);  // The room of a huge one is given back.
    }
    if (!groups_.empty()) {
        ripe_ = true;  // They waited a whole commit; that is longer than the group wait asks for.
        write_front();
    }
    clear(spare_);  // After the next commit left: the store does not wait for it.
    for (const Effect& effect : done.effects) {
        effect();
    }
}

}  // namespace tally
