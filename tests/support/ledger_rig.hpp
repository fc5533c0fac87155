// A ledger in virtual time on a journal in memory, that can be stopped, started again, made to fail
// and read back, and a journal that does what a test tells it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "firmware/domain/stock/rows.hpp"
#include "firmware/host/store/inline_journal.hpp"
#include "firmware/services/ledger/ledger.hpp"
#include "sim/kernel/kernel.hpp"
#include "tests/support/stock_samples.hpp"

namespace tally::test {

/// Passes everything on to the real journal, except what the test takes a hand in.
class ToldJournal final : public Journal {
 public:
    explicit ToldJournal(Scheduler& scheduler, std::unique_ptr<host::SqliteStore> store)
        : scheduler_(scheduler), inner_(std::move(store), scheduler) {}

    /// Decides the outcome of a commit instead of the disk; nothing: the disk does.
    std::function<std::optional<Error>(const JournalCommit&)> refuse;
    bool deaf = false;                      ///< commits vanish: neither stored nor answered
    bool hold_rows = false;                 ///< readers wait for answer_rows()
    std::function<void(FoundRow&)> tamper;  ///< what a reader gets instead of what is stored
    std::vector<JournalCommit> commits;     ///< those the disk took

    host::InlineJournal& inner() { return inner_; }

    void commit(JournalCommit commit, Committed reply) override {
        if (deaf) {
            return;
        }
        if (auto error = refuse ? refuse(commit) : std::nullopt) {
            scheduler_.after(Duration(0), [commit = std::move(commit), reply = std::move(reply),
                                           error = *error] { reply(fail(error), commit); });
            return;
        }
        commits.push_back(commit);
        inner_.commit(std::move(commit), std::move(reply));
    }
    void start(Reply<JournalStart> reply) override { inner_.start(std::move(reply)); }
    void answer_rows() {
        hold_rows = false;
        for (auto& ask : std::exchange(held_rows_, {})) {
            ask();
        }
    }
    void rows(RowQuery query, Reply<std::vector<FoundRow>> reply) override {
        if (hold_rows) {
            held_rows_.push_back([this, query, reply] { rows(query, reply); });
            return;
        }
        inner_.rows(std::move(query), [this, reply = std::move(reply)](auto found) {
            if (found && tamper) {
                for (FoundRow& row : *found) {
                    tamper(row);
                }
            }
            reply(std::move(found));
        });
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
    Scheduler& scheduler_;
    host::InlineJournal inner_;
    std::vector<std::function<void()>> held_rows_;
};

/// Everything that two equal lines have equal, as text.
inline std::string all_of(Ledger& ledger) {
    const LineState state = ledger.state();
    std::string text = std::to_string(state.epoch.value()) + " " +
                       std::to_string(state.seq.value()) + " " + to_hex(state.head) + " " +
                       state.digest + "\n";
    for (const PositionView& row : ledger.book().positions()) {
        append_row(text, row);
        text += '\n';
    }
    for (const ItemView& row : ledger.book().items()) {
        append_row(text, row);
        text += '\n';
    }
    for (const StateRow& row : ledger.registers().rows(ledger.edge())) {
        text += row.kind + " " + row.key + " " + row.value + "\n";
    }
    return text;
}

struct LedgerRig {
    explicit LedgerRig(LedgerOptions ledger_options = {}) : options(std::move(ledger_options)) {
        options.edge = EdgeId("back");
        auto store = host::SqliteStore::open({.path = ":memory:"});
        REQUIRE(store);
        journal = std::make_unique<ToldJournal>(node, std::move(*store));
        REQUIRE(start());
    }
    ~LedgerRig() { ledger.reset(); }

    Result<void> start() {
        ledger = std::make_unique<Ledger>(options, *journal, node, node, node,
                                          [this](const Error& error) { fatal.push_back(error); });
        std::optional<Result<void>> started;
        ledger->start([&](Result<void> outcome) { started = std::move(outcome); });
        run();
        REQUIRE(started);
        return *started;
    }

    /// Ends the process at once, as a kill would, and starts it again on the same disk.
    Result<void> restart() {
        ledger.reset();
        journal = std::make_unique<ToldJournal>(node, journal->inner().release());
        return start();
    }

    void run(Duration span = std::chrono::milliseconds(100)) { kernel.run_for(span); }

    Seq write(const Event& event) {
        const Result<Seq> seq = ledger->write(event);
        INFO((seq ? std::string() : seq.error().text));
        REQUIRE(seq);
        return *seq;
    }

    /// Events over few names; about half are against the book and must leave nothing.
    void write_random(Prng& prng, int tries) {
        for (int i = 0; i < tries; ++i) {
            const Seq before = ledger->line().seq();
            const Result<Seq> seq = ledger->write(random_move(prng, 1));
            REQUIRE(ledger->line().seq() == (seq ? before.next() : before));
        }
    }

    std::vector<JournalRow> stored() {
        RowQuery query;
        query.edge = "back";
        query.rows_max = 1'000'000;
        query.bytes_max = std::size_t{1} << 30;
        auto found = journal->inner().store().rows(query);
        REQUIRE(found);
        std::vector<JournalRow> rows;
        for (FoundRow& row : *found) {
            rows.push_back(std::move(row.row));
        }
        return rows;
    }

    Result<std::uint64_t> verify() {
        std::optional<Result<std::uint64_t>> answer;
        ledger->verify([&](Result<std::uint64_t> outcome) { answer = std::move(outcome); });
        run();
        REQUIRE(answer);
        return *answer;
    }

    sim::Kernel kernel{{}};
    sim::Node& node = kernel.add_node({.name = "back"});
    LedgerOptions options;
    std::unique_ptr<ToldJournal> journal;
    std::unique_ptr<Ledger> ledger;
    std::vector<Error> fatal;
};

}  // namespace tally::test
