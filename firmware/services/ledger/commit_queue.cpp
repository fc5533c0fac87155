#include "firmware/services/ledger/commit_queue.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "firmware/base/check.hpp"

namespace tally {

namespace {

template <typename T>
void append_rows(std::vector<T>& to, std::vector<T>& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

/// A group touches few positions many times; each needs to be written once, with the deltas summed
/// and the last quantity. The order of first touch stays.
void merge_positions(std::vector<PositionRow>& rows) {
    using Key = std::array<std::string_view, 6>;
    std::map<Key, std::size_t> kept;
    std::vector<PositionRow> merged;
    merged.reserve(rows.size());  // Keys are views into it, so it must not move.
    for (PositionRow& row : rows) {
        const auto found =
            kept.find(Key{row.edge, row.place, row.sku, row.lot, row.custody, row.quality});
        if (found == kept.end()) {
            merged.push_back(std::move(row));
            const PositionRow& own = merged.back();
            kept.emplace(Key{own.edge, own.place, own.sku, own.lot, own.custody, own.quality},
                         merged.size() - 1);
        } else {
            merged[found->second].delta_milli += row.delta_milli;
            merged[found->second].qty_milli = row.qty_milli;
        }
    }
    rows = std::move(merged);
}

bool needs_own_transaction(const JournalCommit& change) {
    return change.truncate || change.replace_stock_of || change.checkpoint;
}

}  // namespace

void append(JournalCommit& to, JournalCommit more) {
    TALLY_CHECK(!to.truncate && !more.truncate && !to.checkpoint && !more.checkpoint &&
                    !(to.replace_stock_of && more.replace_stock_of),
                "what rewrites a line stands in a transaction of its own");
    if (more.replace_stock_of) {
        to.replace_stock_of = std::move(more.replace_stock_of);
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

void CommitQueue::add(JournalCommit change, Effect effect) {
    const std::size_t rows = std::max<std::size_t>(change.rows.size(), 1);
    const bool alone = needs_own_transaction(change);
    const bool front_is_taken = writing_ || retry_timer_.armed();
    const bool back_is_open = !groups_.empty() && !(front_is_taken && groups_.size() == 1) &&
                              groups_.back().kind == Group::Kind::shared &&
                              groups_.back().rows < limits_.group_rows_max;
    if (alone || !back_is_open) {
        groups_.emplace_back();
        groups_.back().kind = alone ? Group::Kind::alone : Group::Kind::shared;
    }
    Group& group = groups_.back();
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
    if (groups_.front().kind == Group::Kind::shared) {
        merge_positions(groups_.front().commit.positions);
    }
    // The journal takes a copy: a full disk must find the group unchanged when it is tried again.
    journal_.commit(groups_.front().commit, [this](Result<void> outcome) { on_reply(outcome); });
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
    if (!groups_.empty()) {
        ripe_ = true;  // They waited a whole commit; that is longer than the group wait asks for.
        write_front();
    }
    for (const Effect& effect : done.effects) {
        effect();
    }
}

}  // namespace tally
