// A journal that others watch: what is committed, and when it is durable.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "firmware/ports/journal.hpp"

namespace tally::bench {

/// Both are called on the loop's thread; either may be empty.
struct JournalWatch {
    std::string edge;                                  ///< whose rows `durable` speaks of
    std::function<void(const JournalCommit&)> asked;   ///< before the commit goes to the store
    std::function<void(std::uint64_t seq)> durable{};  ///< the newest seq of `edge` just stored
};

/// Passes everything on to `real`, which must outlive it.
class WatchedJournal final : public Journal {
 public:
    WatchedJournal(Journal& real, JournalWatch watch) : real_(real), watch_(std::move(watch)) {}

    void commit(JournalCommit commit, Committed reply) override {
        if (watch_.asked) {
            watch_.asked(commit);
        }
        std::uint64_t newest = 0;
        for (const JournalRow& row : commit.rows) {
            newest = row.edge == watch_.edge ? row.seq : newest;
        }
        if (newest == 0 || !watch_.durable) {
            real_.commit(std::move(commit), std::move(reply));
            return;
        }
        real_.commit(std::move(commit), [this, newest, reply = std::move(reply)](
                                            Result<void> outcome, JournalCommit back) {
            if (outcome) {
                watch_.durable(newest);
            }
            reply(std::move(outcome), std::move(back));
        });
    }
    void start(Reply<JournalStart> reply) override { real_.start(std::move(reply)); }
    void rows(RowQuery query, Reply<std::vector<FoundRow>> reply) override {
        real_.rows(std::move(query), std::move(reply));
    }
    void positions(std::string edge, Reply<std::vector<PositionRow>> reply) override {
        real_.positions(std::move(edge), std::move(reply));
    }
    void items(std::string edge, Reply<std::vector<ItemRow>> reply) override {
        real_.items(std::move(edge), std::move(reply));
    }
    void commands(std::string edge, std::uint64_t after_seq, std::size_t rows_max,
                  Reply<std::vector<CommandRow>> reply) override {
        real_.commands(std::move(edge), after_seq, rows_max, std::move(reply));
    }
    void leaves(std::string edge, std::uint64_t after_seq, std::uint64_t up_to_seq,
                Reply<std::vector<Digest>> reply) override {
        real_.leaves(std::move(edge), after_seq, up_to_seq, std::move(reply));
    }

 private:
    Journal& real_;
    JournalWatch watch_;
};

}  // namespace tally::bench
