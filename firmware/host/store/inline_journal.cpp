#include "firmware/host/store/inline_journal.hpp"

#include <utility>

namespace tally::host {

InlineJournal::InlineJournal(std::unique_ptr<SqliteStore> store, Scheduler& scheduler,
                             DiskTime disk_time)
    : store_(std::move(store)), scheduler_(scheduler), disk_time_(std::move(disk_time)) {}

InlineJournal::~InlineJournal() {
    for (const TimerId id : pending_) {
        scheduler_.cancel(id);
    }
}

// Answers run in the order they were given, so the one that runs is always the oldest.
template <typename T>
void InlineJournal::answer(Result<T> result, Reply<T> reply) {
    const Duration busy = disk_time_ ? disk_time_() : Duration(0);
    pending_.push_back(scheduler_.after(
        busy, [this, result = std::move(result), reply = std::move(reply)]() mutable {
            pending_.pop_front();
            reply(std::move(result));
        }));
}

void InlineJournal::commit(JournalCommit commit, Committed reply) {
    Result<void> result = store_->commit(commit);
    answer(std::move(result), Reply<void>([commit = std::move(commit),
                                           reply = std::move(reply)](Result<void> outcome) mutable {
               reply(std::move(outcome), std::move(commit));
           }));
}

void InlineJournal::start(Reply<JournalStart> reply) {
    answer(store_->start(), std::move(reply));
}

void InlineJournal::rows(RowQuery query, Reply<std::vector<FoundRow>> reply) {
    answer(store_->rows(query), std::move(reply));
}

void InlineJournal::positions(std::string edge, Reply<std::vector<PositionRow>> reply) {
    answer(store_->positions(edge), std::move(reply));
}

void InlineJournal::items(std::string edge, Reply<std::vector<ItemRow>> reply) {
    answer(store_->items(edge), std::move(reply));
}

void InlineJournal::commands(std::string edge, std::uint64_t after_seq, std::size_t rows_max,
                             Reply<std::vector<CommandRow>> reply) {
    answer(store_->commands(edge, after_seq, rows_max), std::move(reply));
}

void InlineJournal::leaves(std::string edge, std::uint64_t after_seq, std::uint64_t up_to_seq,
                           Reply<std::vector<Digest>> reply) {
    answer(store_->leaves(edge, after_seq, up_to_seq), std::move(reply));
}

}  // namespace tally::host
