// Group commit: what becomes one transaction, when, and what a failing disk does to it.
#include "firmware/services/ledger/commit_queue.hpp"

#include <catch2/catch.hpp>

#include "sim/kernel/kernel.hpp"
#include "tests/support/journal_rows.hpp"

using namespace tally;
using std::chrono::milliseconds;

namespace {

/// Takes commits and answers each after `delay` with the next told outcome (success by default).
class SlowDisk final : public Journal {
 public:
    explicit SlowDisk(Scheduler& scheduler) : scheduler_(scheduler) {}

    Duration delay = milliseconds(2);
    std::deque<Result<void>> outcomes;
    std::vector<JournalCommit> seen;    ///< every attempt
    std::vector<JournalCommit> stored;  ///< those that succeeded
    int under_way = 0;
    int under_way_max = 0;

    void commit(JournalCommit commit, Committed reply) override {
        seen.push_back(commit);
        under_way_max = std::max(under_way_max, ++under_way);
        scheduler_.after(delay, [this, commit, reply] {
            --under_way;
            Result<void> outcome;
            if (!outcomes.empty()) {
                outcome = outcomes.front();
                outcomes.pop_front();
            }
            if (outcome) {
                stored.push_back(commit);
            }
            reply(outcome, commit);
        });
    }
    void start(Reply<JournalStart> /*reply*/) override {}
    void rows(RowQuery /*query*/, Reply<std::vector<FoundRow>> /*reply*/) override {}
    void positions(std::string /*edge*/, Reply<std::vector<PositionRow>> /*reply*/) override {}
    void items(std::string /*edge*/, Reply<std::vector<ItemRow>> /*reply*/) override {}
    void commands(std::string /*edge*/, std::uint64_t /*after_seq*/, std::size_t /*rows_max*/,
                  Reply<std::vector<CommandRow>> /*reply*/) override {}
    void leaves(std::string /*edge*/, std::uint64_t /*after_seq*/, std::uint64_t /*up_to_seq*/,
                Reply<std::vector<Digest>> /*reply*/) override {}

 private:
    Scheduler& scheduler_;
};

struct Rig {
    sim::Kernel kernel{{}};
    sim::Node& node = kernel.add_node({.name = "back"});
    SlowDisk disk{node};
    std::vector<Error> fatal;
    std::vector<std::uint64_t> effects;
    CommitQueue queue{disk, node, node, node, [this](const Error& e) { fatal.push_back(e); }};
    std::uint64_t next = 1;

    void add(std::uint64_t count = 1) {
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::uint64_t seq = next++;
            queue.add(test::commit_of({test::row({.seq = seq})}),
                      [this, seq] { effects.push_back(seq); });
        }
    }
    void run(Duration span) { kernel.run_for(span); }

    std::vector<std::uint64_t> stored_seqs() const {
        std::vector<std::uint64_t> seqs;
        for (const JournalCommit& commit : disk.stored) {
            for (const JournalRow& row : commit.rows) {
                seqs.push_back(row.seq);
            }
        }
        return seqs;
    }
    std::vector<std::uint64_t> all_seqs() const {
        std::vector<std::uint64_t> seqs;
        for (std::uint64_t seq = 1; seq < next; ++seq) {
            seqs.push_back(seq);
        }
        return seqs;
    }
};

const Error kFull{ErrorKind::exhausted, "the disk is full; free some space"};
const Error kBroken{ErrorKind::corrupt, "the disk failed; replace it"};

}  // namespace

TEST_CASE("a group waits 5 ms for company and no longer") {
    Rig rig;
    rig.add();
    rig.run(milliseconds(3));
    rig.add(3);
    rig.run(milliseconds(1));
    CHECK(rig.disk.seen.empty());
    CHECK(rig.queue.waiting_rows() == 4);
    rig.run(milliseconds(1));
    REQUIRE(rig.disk.seen.size() == 1);
    CHECK(rig.disk.seen[0].rows.size() == 4);
    CHECK(rig.effects.empty());
    rig.run(milliseconds(2));
    CHECK(rig.effects == rig.all_seqs());
    CHECK(rig.queue.waiting_rows() == 0);
    CHECK(rig.queue.commit_time_max() == milliseconds(2));
}

TEST_CASE("256 rows are a full group and do not wait; one commit is under way at a time") {
    Rig rig;
    rig.add(255);
    CHECK(rig.disk.seen.empty());
    rig.add(600);
    REQUIRE(rig.disk.seen.size() == 1);
    CHECK(rig.disk.seen[0].rows.size() == 256);
    rig.run(milliseconds(20));
    std::vector<std::size_t> sizes;
    for (const JournalCommit& commit : rig.disk.stored) {
        sizes.push_back(commit.rows.size());
    }
    CHECK(sizes == std::vector<std::size_t>{256, 256, 256, 87});
    CHECK(rig.disk.under_way_max == 1);
    CHECK(rig.stored_seqs() == rig.all_seqs());
    CHECK(rig.effects == rig.all_seqs());
}

TEST_CASE("what comes while a commit is under way goes with the next, at once when it is done") {
    Rig rig;
    rig.disk.delay = milliseconds(40);
    rig.add();
    rig.run(milliseconds(6));
    rig.add(2);
    rig.run(milliseconds(38));
    CHECK(rig.disk.seen.size() == 1);
    rig.run(milliseconds(1));
    REQUIRE(rig.disk.seen.size() == 2);
    CHECK(rig.disk.seen[1].rows.size() == 2);
    rig.run(milliseconds(40));
    CHECK(rig.effects == rig.all_seqs());
}

TEST_CASE("an effect may add more, and its rows come after all that was added before") {
    Rig rig;
    rig.queue.add(test::commit_of({test::row({.seq = rig.next++})}), [&rig] { rig.add(); });
    rig.add();
    rig.run(milliseconds(30));
    CHECK(rig.stored_seqs() == std::vector<std::uint64_t>{1, 2, 3});
    CHECK(rig.effects == std::vector<std::uint64_t>{2, 3});
}

TEST_CASE("a change that truncates, swaps stock or checkpoints stands in a transaction alone") {
    for (int which = 0; which < 3; ++which) {
        INFO("which " << which);
        Rig rig;
        rig.add(2);
        JournalCommit change = test::commit_of({test::row({.seq = rig.next++})});
        if (which == 0) {
            change.truncate = JournalCommit::Truncate{"back", 1};
        } else if (which == 1) {
            change.replace_stock_of = "back";
        } else {
            change.checkpoint = CheckpointRow{"back", 1, 2, "d", "b"};
        }
        rig.queue.add(std::move(change), [&rig] { rig.effects.push_back(3); });
        rig.add(2);
        rig.run(milliseconds(30));
        REQUIRE(rig.disk.stored.size() == 3);
        CHECK(rig.disk.stored[0].rows.size() == 2);
        CHECK(rig.disk.stored[1].rows.size() == 1);
        CHECK(rig.disk.stored[1].truncate.has_value() == (which == 0));
        CHECK(rig.disk.stored[1].replace_stock_of.has_value() == (which == 1));
        CHECK(rig.disk.stored[1].checkpoint.has_value() == (which == 2));
        CHECK(rig.effects == rig.all_seqs());
    }
}

TEST_CASE("positions of a group are written once: deltas summed, the last quantity kept") {
    Rig rig;
    const auto touch = [&](const std::string& place, std::int64_t delta, std::int64_t qty) {
        JournalCommit change = test::commit_of({test::row({.seq = rig.next++})});
        change.positions.push_back(test::position(place, delta, qty));
        rig.queue.add(std::move(change), {});
    };
    touch("dock", 1000, 1000);
    touch("cold", 500, 500);
    touch("dock", 2000, 3000);
    touch("dock", -3000, 0);
    touch("bay", 100, 100);  // It moves up to its place behind the others, and is found there.
    touch("bay", 200, 300);
    touch("dock", 4000, 4000);
    rig.run(milliseconds(10));
    REQUIRE(rig.disk.stored.size() == 1);
    const auto& positions = rig.disk.stored[0].positions;
    REQUIRE(positions.size() == 3);
    CHECK(positions[2].place == "bay");
    CHECK(positions[2].delta_milli == 300);
    CHECK(positions[2].qty_milli == 300);
    CHECK(positions[0].place == "dock");
    CHECK(positions[0].delta_milli == 4000);
    CHECK(positions[0].qty_milli == 4000);
    CHECK(positions[1].place == "cold");
    CHECK(positions[1].delta_milli == 500);
    CHECK(positions[1].qty_milli == 500);
}

TEST_CASE("positions that differ in any one key are kept apart") {
    Rig rig;
    const PositionRow base = test::position("dock", 1, 1);
    std::vector<PositionRow> rows(6, base);
    rows[0].place = "x";
    rows[1].sku = "x";
    rows[2].lot = "x";
    rows[3].custody = "x";
    rows[4].quality = "x";
    rows[5].edge = "x";
    for (const PositionRow& row : rows) {
        JournalCommit change;
        change.positions = {row, base};
        rig.queue.add(std::move(change), {});
    }
    rig.run(milliseconds(10));
    REQUIRE(rig.disk.stored.size() == 1);
    CHECK(rig.disk.stored[0].positions.size() == 7);
}

TEST_CASE("a full disk is tried again with the same group, and nothing is lost or reordered") {
    Rig rig;
    rig.disk.outcomes = {fail(kFull), fail(kFull), {}};
    rig.add(3);
    rig.run(milliseconds(10));
    REQUIRE(rig.queue.trouble());
    CHECK(rig.queue.trouble()->kind == ErrorKind::exhausted);
    rig.add(300);
    rig.run(milliseconds(500));
    CHECK(rig.disk.seen.size() == 1);
    CHECK(rig.effects.empty());
    rig.run(milliseconds(1'000));
    REQUIRE(rig.disk.seen.size() == 2);
    CHECK(rig.disk.seen[1].rows == rig.disk.seen[0].rows);
    rig.run(milliseconds(1'000));
    CHECK_FALSE(rig.queue.trouble());
    CHECK(rig.disk.seen[2].rows == rig.disk.seen[0].rows);
    CHECK(rig.stored_seqs() == rig.all_seqs());
    CHECK(rig.effects == rig.all_seqs());
    CHECK(rig.fatal.empty());
    CHECK(rig.node.reported(Severity::error) == 1);
}

TEST_CASE("any other refusal is fatal, said once, and nothing is committed after it") {
    Rig rig;
    rig.disk.outcomes = {{}, fail(kBroken)};
    rig.add(2);
    rig.run(milliseconds(20));
    rig.add(300);
    rig.run(milliseconds(20));
    rig.add(300);
    rig.queue.barrier([&rig] { rig.effects.push_back(0); });
    rig.run(std::chrono::seconds(5));
    REQUIRE(rig.fatal.size() == 1);
    CHECK(rig.fatal[0] == kBroken);
    CHECK(rig.disk.seen.size() == 2);
    CHECK(rig.effects == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("producers must hold back above the bound, until the disk has caught up") {
    Rig rig;
    rig.disk.delay = std::chrono::seconds(1);
    rig.add(8'191);
    CHECK_FALSE(rig.queue.full());
    rig.add();
    CHECK(rig.queue.full());
    rig.run(milliseconds(1'001));
    CHECK_FALSE(rig.queue.full());
    rig.run(std::chrono::seconds(40));
    CHECK(rig.effects.size() == 8'192);
}

TEST_CASE("a barrier runs after what was added before it, in the next turn if nothing waits") {
    Rig rig;
    bool idle = false;
    rig.queue.barrier([&] { idle = true; });
    CHECK_FALSE(idle);
    rig.run(milliseconds(10));
    CHECK(idle);

    rig.add(2);
    rig.queue.barrier([&rig] { rig.effects.push_back(100); });
    rig.add(1);
    rig.run(milliseconds(6));
    rig.queue.barrier([&rig] { rig.effects.push_back(200); });  // While the commit is under way.
    CHECK(rig.effects.empty());
    rig.run(milliseconds(30));
    CHECK(rig.effects == std::vector<std::uint64_t>{1, 2, 100, 3, 200});
}
