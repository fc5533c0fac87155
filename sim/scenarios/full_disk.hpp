// A disk without room, for a while: every commit is refused as the store refuses one then.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "sim/scenarios/wrapped.hpp"

namespace tally::sim {

/// Boxes whose disk is full now, by count of causes.
using FullDisks = std::map<std::string, int>;

/// Single-threaded; the list outlives it.
class RoomJournal final : public PassingJournal {
 public:
    RoomJournal(Journal& inner, Scheduler& scheduler, const int& full)
        : PassingJournal(inner), scheduler_(scheduler), full_(full) {}

    void commit(JournalCommit commit, Committed reply) override {
        if (full_ == 0) {
            return inner().commit(std::move(commit), std::move(reply));
        }
        scheduler_.after(Duration::zero(), [commit = std::move(commit), reply = std::move(reply)] {
            reply(fail(ErrorKind::exhausted, "the disk is full; make room"), commit);
        });
    }

 private:
    Scheduler& scheduler_;
    const int& full_;
};

}  // namespace tally::sim
