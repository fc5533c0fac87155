#include "sim/kernel/traced_journal.hpp"

#include <catch2/catch.hpp>

using namespace tally;
using namespace tally::sim;

namespace {

/// Answers each commit as told, later; nothing else is asked of it here.
class OneAnswer final : public Journal {
 public:
    OneAnswer(Kernel& kernel, Result<void> answer) : kernel_(kernel), answer_(std::move(answer)) {}
    void commit(JournalCommit commit, Committed reply) override {
        kernel_.after(std::chrono::milliseconds(5),
                      [this, back = std::move(commit), answered = std::move(reply)] {
                          answered(answer_, back);
                      });
    }
    void start(Reply<JournalStart> /*reply*/) override { ++others; }
    void rows(RowQuery /*query*/, Reply<std::vector<FoundRow>> /*reply*/) override { ++others; }
    void positions(std::string /*edge*/, Reply<std::vector<PositionRow>> /*reply*/) override {
        ++others;
    }
    void items(std::string /*edge*/, Reply<std::vector<ItemRow>> /*reply*/) override { ++others; }
    void commands(std::string /*edge*/, std::uint64_t /*after_seq*/, std::size_t /*rows_max*/,
                  Reply<std::vector<CommandRow>> /*reply*/) override {
        ++others;
    }
    void leaves(std::string /*edge*/, std::uint64_t /*after_seq*/, std::uint64_t /*up_to_seq*/,
                Reply<std::vector<Digest>> /*reply*/) override {
        ++others;
    }
    int others = 0;

 private:
    Kernel& kernel_;
    Result<void> answer_;
};

JournalCommit full_commit() {
    JournalCommit commit;
    JournalRow row;
    row.edge = "back";
    row.epoch = 2;
    row.seq = 7;
    row.canonical = "{}";
    commit.rows.push_back(row);
    commit.positions.push_back({"back", "dock", "sku", "lot", "free", "good", 5, 5});
    commit.items.push_back({"back", "epc", "sku", "lot", "dock", "free", "good", "", 7});
    commit.states.push_back({"back", "blind", "g1", "{}"});
    commit.commands.push_back({"back", 1, 1, "{}"});
    commit.checkpoint = CheckpointRow{"back", 2, 7, "d", "body"};
    commit.truncate = JournalCommit::Truncate{"back", 6};
    commit.replace_stock_of = "back";
    return commit;
}

Digest hash_after(const JournalCommit& commit, const Result<void>& answer) {
    Kernel kernel({});
    Node& node = kernel.add_node({.name = "back"});
    OneAnswer inner(kernel, answer);
    TracedJournal journal(kernel, node, inner);
    int answers = 0;
    journal.commit(commit, [&](const Result<void>& outcome, const JournalCommit& back) {
        ++answers;
        CHECK(back.rows == commit.rows);
        CHECK(outcome.has_value() == answer.has_value());
    });
    CHECK(kernel.trace().entries() == 0);
    kernel.run_for(std::chrono::seconds(1));
    CHECK(answers == 1);
    CHECK(kernel.trace().entries() == 1);
    CHECK(kernel.trace().last().at(0).find("back journal.commit rows=1 last=back:2:7") !=
          std::string::npos);
    return kernel.trace_hash();
}

}  // namespace

TEST_CASE("a commit stands in the trace when it is answered, and its answer is passed on") {
    const Result<void> full_disk = fail(ErrorKind::exhausted, "the disk is full");
    CHECK(hash_after(full_commit(), {}) == hash_after(full_commit(), {}));
    CHECK(hash_after(full_commit(), {}) != hash_after(full_commit(), full_disk));
}

TEST_CASE("the trace sees a change in any part of a commit") {
    const Digest base = hash_after(full_commit(), {});
    void (*const changes[])(JournalCommit&) = {
        [](JournalCommit& c) { c.rows[0].canonical = "{ }"; },
        [](JournalCommit& c) { c.rows[0].leaf[31] = 1; },
        [](JournalCommit& c) { c.rows[0].qty_milli = -1; },
        [](JournalCommit& c) { c.positions[0].delta_milli = 6; },
        [](JournalCommit& c) { c.items[0].parent = "sscc"; },
        [](JournalCommit& c) { c.states[0].value = ""; },
        [](JournalCommit& c) { c.commands[0].seq = 2; },
        [](JournalCommit& c) { c.checkpoint->body = "other"; },
        [](JournalCommit& c) { c.checkpoint.reset(); },
        [](JournalCommit& c) { c.truncate->after_seq = 5; },
        [](JournalCommit& c) { c.truncate.reset(); },
        [](JournalCommit& c) { c.replace_stock_of.reset(); },
    };
    for (const auto change : changes) {
        JournalCommit commit = full_commit();
        change(commit);
        CHECK(hash_after(commit, {}) != base);
    }
}

TEST_CASE("everything that only reads is passed on") {
    Kernel kernel({});
    Node& node = kernel.add_node({.name = "back"});
    OneAnswer inner(kernel, {});
    TracedJournal journal(kernel, node, inner);
    journal.start(nullptr);
    journal.rows({}, nullptr);
    journal.positions("back", nullptr);
    journal.items("back", nullptr);
    journal.commands("back", 0, 1, nullptr);
    journal.leaves("back", 0, 1, nullptr);
    CHECK(inner.others == 6);
    CHECK(kernel.trace().entries() == 0);
}
