// A hook between services and their journal: what became durable stands in the trace.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "firmware/ports/journal.hpp"
#include "sim/kernel/kernel.hpp"

namespace tally::sim {

/// Passes every call on to `inner` and records each successful commit, whole, when its answer
/// comes, and each failed one with its error. Single-threaded; kernel, node and inner journal
/// outlive it.
class TracedJournal final : public Journal {
 public:
    TracedJournal(Kernel& kernel, const Node& node, Journal& inner)
        : kernel_(kernel), node_(node), inner_(inner) {}

    void commit(JournalCommit commit, Committed reply) override;
    void start(Reply<JournalStart> reply) override { inner_.start(std::move(reply)); }
    void rows(RowQuery query, Reply<std::vector<FoundRow>> reply) override {
        inner_.rows(std::move(query), std::move(reply));
    }
    void positions(std::string edge, Reply<std::vector<PositionRow>> reply) override {
        inner_.positions(std::move(edge), std::move(reply));
    }
    void items(std::string edge, Reply<std::vector<ItemRow>> reply) override {
        inner_.items(std::move(edge), std::move(reply));
    }
    void commands(std::string edge, std::uint64_t after_seq, std::size_t rows_max,
                  Reply<std::vector<CommandRow>> reply) override {
        inner_.commands(std::move(edge), after_seq, rows_max, std::move(reply));
    }
    void leaves(std::string edge, std::uint64_t after_seq, std::uint64_t up_to_seq,
                Reply<std::vector<Digest>> reply) override {
        inner_.leaves(std::move(edge), after_seq, up_to_seq, std::move(reply));
    }

 private:
    Kernel& kernel_;
    const Node& node_;
    Journal& inner_;
};

}  // namespace tally::sim
