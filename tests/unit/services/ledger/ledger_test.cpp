// The ledger of one edge: what is written, what a restart finds, what a check of everything sees.
#include "firmware/services/ledger/ledger.hpp"

#include "tests/support/ledger_rig.hpp"

using namespace tally;
using test::LedgerRig;

namespace {

LedgerOptions small_steps(std::uint64_t checkpoint_every, std::size_t recent_max = 4'096) {
    LedgerOptions options;
    options.line.checkpoint_every_rows = checkpoint_every;
    options.line.frontier_every_rows = 16;
    options.recent_rows_max = recent_max;
    return options;
}

std::vector<Digest> leaves_of(const std::vector<JournalRow>& rows) {
    std::vector<Digest> leaves;
    for (const JournalRow& row : rows) {
        leaves.push_back(leaf_hash(row.canonical));
    }
    return leaves;
}

/// What other boxes are told of an event, kept beyond the call.
struct Told {
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;
    Digest leaf{};
    std::string canonical;

    bool operator==(const Told&) const = default;
};

std::vector<Told> texts_after(LedgerRig& rig, std::uint64_t seq, std::size_t rows_max) {
    std::optional<std::vector<Told>> answer;
    rig.ledger->texts_after(Seq(seq), rows_max, [&](auto texts) {
        REQUIRE(texts);
        answer.emplace();
        for (const LineText& text : *texts) {
            answer->push_back({text.epoch, text.seq, text.leaf, std::string(text.canonical)});
        }
    });
    rig.run();
    REQUIRE(answer);
    return *answer;
}

Event received(const std::string& item, const std::string& to) {
    return test::moved({.item = item, .sku = "tea", .from = "SUPPLIER", .to = to});
}

}  // namespace

TEST_CASE("an event is numbered, stamped, folded at once and durable before its effect") {
    LedgerRig rig;
    bool durable = false;
    const Result<Seq> seq = rig.ledger->write(received("a", "dock"), [&] { durable = true; });
    REQUIRE(seq);
    CHECK(*seq == Seq(1));
    CHECK(rig.ledger->book().item("a")->place == "dock");
    CHECK(rig.ledger->durable_seq() == Seq(0));
    CHECK_FALSE(durable);
    rig.run();
    CHECK(durable);
    CHECK(rig.ledger->durable_seq() == Seq(1));
    const auto rows = rig.stored();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].t_ms == rig.node.wall_now().ms() - 100);
    CHECK(rows[0].item == "a");
    CHECK(rows[0].epoch == 1);
}

TEST_CASE("an event against the book or without form is refused and leaves nothing") {
    LedgerRig rig;
    rig.write(received("a", "dock"));
    const std::string before = test::all_of(*rig.ledger);
    Event wrong = test::moved({.item = "a", .sku = "tea", .from = "cold", .to = "shop"});
    CHECK(rig.ledger->write(wrong).error().kind == ErrorKind::conflict);
    wrong = received("b", "dock");
    wrong.by.clear();
    CHECK(rig.ledger->write(wrong).error().kind == ErrorKind::malformed);
    wrong = received("b", "dock");
    wrong.type = EventType::anomaly_raised;
    wrong.data = "{}";
    CHECK(rig.ledger->write(wrong).error().kind == ErrorKind::malformed);
    CHECK(test::all_of(*rig.ledger) == before);
    rig.run();
    CHECK(rig.stored().size() == 1);
}

TEST_CASE("a restart finds the same state, head, digest and registers, from any checkpoint") {
    for (const std::uint64_t every : {7U, 50U, 1'000U}) {
        INFO("checkpoint every " << every);
        LedgerRig rig(small_steps(every));
        Prng prng(every);
        for (int i = 0; i < 6; ++i) {
            rig.write_random(prng, 50);
            rig.run();
            const std::string before = test::all_of(*rig.ledger);
            REQUIRE(rig.restart());
            REQUIRE(test::all_of(*rig.ledger) == before);
            REQUIRE(rig.ledger->durable_seq() == rig.ledger->line().seq());
        }
        CHECK(rig.ledger->line().seq() > Seq(100));
        CHECK(rig.ledger->state().head == tree_root(leaves_of(rig.stored())));
        CHECK(rig.verify().value() == rig.ledger->line().seq().value());
        const auto start = rig.journal->inner().store().start();
        CHECK(start->checkpoints.contains("back") == (every < 1'000));
    }
}

TEST_CASE("checkpoints come due also where every event is written together with others") {
    LedgerRig rig(small_steps(10));
    for (int i = 0; i < 25; ++i) {
        rig.ledger->together([&] { rig.write(received("i" + std::to_string(i), "dock")); });
    }
    rig.run();
    CHECK(rig.journal->inner().store().start()->checkpoints.at("back").seq == 20);
}

TEST_CASE("what was not yet durable is gone after a kill, and what stays is whole") {
    LedgerRig rig;
    rig.write(received("a", "dock"));
    rig.run();
    rig.journal->deaf = true;
    rig.write(received("b", "dock"));
    rig.run();
    REQUIRE(rig.restart());
    CHECK(rig.ledger->line().seq() == Seq(1));
    CHECK_FALSE(rig.ledger->book().item("b"));
}

TEST_CASE("what is written together stands in one transaction, its effects in order after it") {
    LedgerRig rig;
    rig.journal->commits.clear();
    std::string order;
    rig.ledger->together([&] {
        REQUIRE(rig.ledger->write(received("a", "dock"), [&] { order += "a"; }));
        rig.ledger->write_state("cursor", "x", "7", [&] { order += "s"; });
        rig.ledger->together(
            [&] { REQUIRE(rig.ledger->write(received("b", "dock"), [&] { order += "b"; })); });
        rig.ledger->after_commit([&] { order += "c"; });
        JournalCommit other;
        other.commands.push_back({"back", 1, 1, "{}"});
        rig.ledger->add(std::move(other), [&] { order += "o"; });
    });
    CHECK(order.empty());
    rig.run();
    CHECK(order == "asbco");
    REQUIRE(rig.journal->commits.size() == 1);
    CHECK(rig.journal->commits[0].rows.size() == 2);
    CHECK(rig.journal->commits[0].states.size() == 1);
    CHECK(rig.journal->commits[0].commands.size() == 1);

    CHECK(rig.ledger->state_row("cursor", "x") == "7");
    REQUIRE(rig.restart());
    CHECK(rig.ledger->state_row("cursor", "x") == "7");
    rig.ledger->write_state("cursor", "x", "");
    CHECK(rig.ledger->state_row("cursor", "x").empty());
    rig.run();
    REQUIRE(rig.restart());
    CHECK(rig.ledger->state_row("cursor", "x").empty());
}

TEST_CASE("the tree at every size is the tree over so many events, before and after a restart") {
    LedgerRig rig(small_steps(40));
    Prng prng(5);
    rig.write_random(prng, 200);
    rig.run();
    const std::vector<Digest> leaves = leaves_of(rig.stored());
    REQUIRE(leaves.size() > 64);
    for (int life = 0; life < 2; ++life) {
        std::size_t answers = 0;
        for (std::uint64_t size = 0; size <= leaves.size(); ++size) {
            rig.ledger->tree_at(size, [&, size](Result<TreeHead> tree) {
                REQUIRE(tree);
                CHECK(tree->size() == size);
                CHECK(tree->root() == tree_root(std::span(leaves).first(size)));
                ++answers;
            });
        }
        rig.run();
        CHECK(answers == leaves.size() + 1);
        std::optional<ErrorKind> beyond;
        rig.ledger->tree_at(leaves.size() + 1, [&](auto tree) { beyond = tree.error().kind; });
        CHECK(beyond == ErrorKind::conflict);
        REQUIRE(rig.restart());
    }
}

TEST_CASE("rows after any event come the same from memory and from the journal") {
    for (const std::size_t recent : {0U, 10U, 4'096U}) {
        INFO("kept in memory: " << recent);
        LedgerRig rig(small_steps(1'000, recent));
        Prng prng(9);
        for (int i = 0; i < 4; ++i) {
            rig.write_random(prng, 20);
            rig.run();
        }
        const auto stored = rig.stored();
        for (std::uint64_t seq = 0; seq <= stored.size(); ++seq) {
            const auto texts = texts_after(rig, seq, 7);
            REQUIRE(texts.size() == std::min<std::size_t>(7, stored.size() - seq));
            for (std::size_t i = 0; i < texts.size(); ++i) {
                const JournalRow& row = stored[seq + i];
                REQUIRE(texts[i] == Told{row.epoch, row.seq, row.leaf, row.canonical});
            }
        }
        rig.write(received("late", "dock"));
        std::size_t not_durable = 1;
        rig.ledger->texts_after(Seq(stored.size()), 7,
                                [&](auto texts) { not_durable = texts->size(); });
        CHECK((recent == 0 || not_durable == 0));
        CHECK(texts_after(rig, stored.size(), 7).size() <= 1);
    }
}

TEST_CASE("a check of everything passes on an untouched ledger, also while it goes on") {
    LedgerRig rig(small_steps(50));
    CHECK(rig.verify().value() == 0);
    Prng prng(3);
    rig.write_random(prng, 200);
    const std::uint64_t events = rig.ledger->line().seq().value();
    CHECK(rig.verify().value() == events);
    std::optional<Result<std::uint64_t>> answer;
    rig.ledger->verify([&](auto outcome) { answer = std::move(outcome); });
    rig.write_random(prng, 50);
    rig.run();
    REQUIRE(answer);
    REQUIRE(*answer);
    CHECK(**answer >= events);
}

TEST_CASE("a check of everything catches what was changed beside the ledger") {
    struct Case {
        const char* what;
        std::function<void(LedgerRig&)> change;
        const char* says;
    };
    const auto beside = [](LedgerRig& rig, JournalCommit change) {
        REQUIRE(rig.journal->inner().store().commit(change));
    };
    const std::vector<Case> cases = {
        {"a quantity",
         [&](LedgerRig& rig) {
             JournalCommit change;
             change.positions.push_back({"back", "dock", "tea", "-", "free", "good", 1000, 4000});
             beside(rig, change);
         },
         "stock of SKU tea at dock"},
        {"a position more",
         [&](LedgerRig& rig) {
             JournalCommit change;
             change.positions.push_back({"back", "attic", "tea", "-", "free", "good", 1000, 1000});
             beside(rig, change);
         },
         "attic"},
        {"a position less",
         [&](LedgerRig& rig) {
             JournalCommit change;
             change.positions.push_back({"back", "dock", "tea", "-", "free", "good", -3000, 0});
             beside(rig, change);
         },
         "positions"},
        {"an item's place",
         [&](LedgerRig& rig) {
             JournalCommit change;
             change.items.push_back({"back", "b", "tea", "-", "shop", "free", "good", "", 2});
             beside(rig, change);
         },
         "item b"},
        {"an item less",
         [&](LedgerRig& rig) {
             JournalCommit change;
             change.items.push_back({"back", "b", "", "", "", "", "", "", 2});
             beside(rig, change);
         },
         "items"},
        {"the newest event removed",
         [&](LedgerRig& rig) {
             JournalCommit change;
             change.truncate = JournalCommit::Truncate{"back", 2};
             beside(rig, change);
         },
         "ends at event 2"},
        {"an event's text",
         [](LedgerRig& rig) {
             rig.journal->tamper = [](FoundRow& found) {
                 if (found.row.seq == 2) {
                     const std::size_t at = found.row.canonical.find("SUPPLIER");
                     found.row.canonical.replace(at, 8, "CUSTOMER");
                 }
             };
         },
         "event 2"},
        {"an event's text and hash",
         [](LedgerRig& rig) {
             rig.journal->tamper = [](FoundRow& found) {
                 if (found.row.seq == 3) {
                     const std::size_t at = found.row.canonical.find("rule:test");
                     found.row.canonical.replace(at, 9, "rule:rest");
                     found.row.leaf = leaf_hash(found.row.canonical);
                 }
             };
         },
         "head differs"},
        {"a column beside the text",
         [](LedgerRig& rig) {
             rig.journal->tamper = [](FoundRow& found) {
                 found.row.item = found.row.item == "b" ? "z" : found.row.item;
             };
         },
         "columns"},
        {"an event in the middle gone",
         [](LedgerRig& rig) {
             rig.journal->tamper = [](FoundRow& found) {
                 if (found.row.seq == 2) {
                     found.row.canonical = found.row.canonical.replace(
                         found.row.canonical.find("\"seq\":2"), 7, "\"seq\":3");
                     found.row.leaf = leaf_hash(found.row.canonical);
                 }
             };
         },
         "event 2"},
    };
    for (const Case& bad : cases) {
        INFO(bad.what);
        LedgerRig rig;
        for (const char* item : {"a", "b", "c"}) {
            rig.write(received(item, "dock"));
        }
        rig.run();
        REQUIRE(rig.verify());
        bad.change(rig);
        const auto caught = rig.verify();
        REQUIRE_FALSE(caught);
        CHECK(caught.error().kind == ErrorKind::corrupt);
        INFO(caught.error().text);
        CHECK(caught.error().text.find(bad.says) != std::string::npos);
    }
}

TEST_CASE("a start refuses stock that was changed beside the ledger") {
    LedgerRig rig;
    rig.write(received("a", "dock"));
    rig.run();
    JournalCommit change;
    change.positions.push_back({"back", "dock", "tea", "-", "free", "good", 1000, 2000});
    REQUIRE(rig.journal->inner().store().commit(change));
    const Result<void> started = rig.restart();
    REQUIRE_FALSE(started);
    CHECK(started.error().kind == ErrorKind::corrupt);
    CHECK(started.error().text.find("beside the ledger") != std::string::npos);
}

TEST_CASE("a full disk holds producers back and loses nothing") {
    LedgerRig rig;
    rig.journal->refuse = [](const JournalCommit&) {
        return std::optional(Error{ErrorKind::exhausted, "full"});
    };
    for (int i = 0; i < 8'192; ++i) {
        rig.write(received("i" + std::to_string(i), "dock"));
    }
    CHECK(rig.ledger->full());
    rig.run(std::chrono::seconds(3));
    CHECK(rig.ledger->full());
    CHECK(rig.stored().empty());
    rig.journal->refuse = {};
    rig.run(std::chrono::seconds(3));
    CHECK_FALSE(rig.ledger->full());
    CHECK(rig.stored().size() == 8'192);
    CHECK(rig.fatal.empty());
    CHECK(rig.verify().value() == 8'192);
}
