// Opening a new epoch: what was above the last common event is written again, renumbered.
#include "firmware/messages/event_data.hpp"
#include "firmware/messages/event_json.hpp"
#include "tests/support/ledger_rig.hpp"

using namespace tally;
using test::LedgerRig;

namespace {

Event plain(EventType type, std::string data, std::string cause = {}) {
    Event event;
    event.type = type;
    event.by = "rule:test";
    event.data = std::move(data);
    event.cause = std::move(cause);
    return event;
}

Result<void> open_epoch(LedgerRig& rig, std::uint64_t epoch, std::uint64_t common) {
    std::optional<Result<void>> done;
    rig.ledger->open_epoch(Epoch(epoch), Seq(common), "the bridge was ahead",
                           [&](Result<void> outcome) { done = std::move(outcome); });
    rig.run(std::chrono::seconds(2));
    REQUIRE(done);
    return *done;
}

std::vector<Event> events_of(LedgerRig& rig) {
    std::vector<Event> events;
    for (const JournalRow& row : rig.stored()) {
        events.push_back(*decode_event(row.canonical));
    }
    return events;
}

/// 10 events that refer to each other: 1 and 2 common, an anomaly at 3 and 5, a resolution of 3 at
/// 6, a blind span from 4 to 8, another from 9 on.
void write_story(LedgerRig& rig) {
    rig.write(test::moved({.item = "a", .sku = "tea", .from = "SUPPLIER", .to = "dock"}));
    rig.write(plain(EventType::anomaly_raised,
                    encode(AnomalyData{"unknown_tag", "", "", "first", "look"}), "back:1:1"));
    rig.write(plain(EventType::anomaly_raised,
                    encode(AnomalyData{"unknown_tag", "", "", "second", "look"}), "back:1:2"));
    rig.write(plain(EventType::blind_began, encode(BlindData{"g1", 0, "offline", 5, "gone"})));
    Event moved = test::moved({.item = "a", .sku = "tea", .from = "dock", .to = "cold"});
    moved.cause = "shop:1:4";
    rig.write(moved);
    rig.write(
        plain(EventType::anomaly_resolved, encode(ResolutionData{"back:1:3", "seen"}), "back:1:5"));
    rig.write(plain(EventType::anomaly_raised,
                    encode(AnomalyData{"unknown_tag", "", "", "as \"back:1:3\" says", "look"}),
                    "cmd:1:4"));
    rig.write(plain(EventType::blind_ended, encode(BlindData{"g1", 0, "offline", 5, ""})));
    rig.write(plain(EventType::blind_began, encode(BlindData{"g2", 1, "antenna_lost", 6, "cut"})));
    rig.write(plain(EventType::command_refused, encode(RefusalData{"x", "feedback:1:9", "y"}),
                    "back:1:9"));
    rig.run();
}

}  // namespace

TEST_CASE("a new epoch begins after the last common event, and what followed follows it again") {
    LedgerRig rig;
    write_story(rig);
    const std::vector<Event> before = events_of(rig);
    REQUIRE(open_epoch(rig, 2, 2));
    const std::vector<Event> after = events_of(rig);
    REQUIRE(after.size() == 11);
    CHECK(after[0] == before[0]);
    CHECK(after[1] == before[1]);
    CHECK(after[2].type == EventType::epoch_began);
    CHECK(after[2].epoch == Epoch(2));
    const auto data = decode_epoch_data(after[2].data);
    REQUIRE(data);
    CHECK(data->last_common_seq == 2);
    CHECK(data->why == "the bridge was ahead");
    for (std::size_t i = 3; i < after.size(); ++i) {
        INFO("event " << i + 1);
        CHECK(after[i].epoch == Epoch(2));
        CHECK(after[i].seq == Seq(i + 1));
        CHECK(after[i].type == before[i - 1].type);
        CHECK(after[i].t_ms == before[i - 1].t_ms);
    }
    CHECK(after[3].cause == "back:1:2");
    CHECK(after[5].cause == "shop:1:4");
    CHECK(after[6].cause == "back:2:6");
    CHECK(decode_resolution_data(after[6].data)->id == "back:2:4");
    CHECK(after[7].cause == "cmd:1:4");
    CHECK(after[10].cause == "back:2:10");
    CHECK(decode_refusal_data(after[10].data)->reason == "feedback:1:9");
}

TEST_CASE("anomalies, blind spans and stock follow into the new epoch and survive a restart") {
    for (const std::uint64_t common : {0U, 2U, 5U, 9U, 10U}) {
        INFO("last common event " << common);
        LedgerRig rig;
        write_story(rig);
        REQUIRE(open_epoch(rig, 2, common));
        CHECK(rig.ledger->line().epoch() == Epoch(2));
        CHECK(rig.ledger->line().seq() == Seq(11));
        CHECK(rig.ledger->durable_seq() == Seq(11));
        CHECK_FALSE(rig.ledger->full());
        const Registers& registers = rig.ledger->registers();
        const auto moved_ref = [&](std::uint64_t seq) {
            return "back:" +
                   (seq > common ? "2:" + std::to_string(seq + 1) : "1:" + std::to_string(seq));
        };
        REQUIRE(registers.anomalies().size() == 2);
        CHECK(registers.anomalies().contains(moved_ref(2)));
        CHECK(registers.anomalies().contains(moved_ref(7)));
        REQUIRE(registers.blind().size() == 1);
        CHECK(registers.blind().begin()->second.began_seq == (common < 9 ? 10 : 9));
        REQUIRE(registers.ended_spans().at("g1").size() == 1);
        CHECK(registers.ended_spans().at("g1")[0].ended_seq == (common < 8 ? 9 : 8));
        CHECK(rig.ledger->book().item("a")->place == "cold");
        CHECK(rig.verify().value() == 11);
        rig.write(plain(EventType::anomaly_resolved, encode(ResolutionData{moved_ref(7), "ok"})));
        rig.run();
        const std::string before = test::all_of(*rig.ledger);
        REQUIRE(rig.restart());
        CHECK(test::all_of(*rig.ledger) == before);
        CHECK(rig.ledger->registers().anomalies().size() == 1);
    }
}

TEST_CASE("a second epoch over an unpublished first keeps every reference right") {
    LedgerRig rig;
    write_story(rig);
    REQUIRE(open_epoch(rig, 2, 5));
    REQUIRE(open_epoch(rig, 3, 2));
    const std::vector<Event> events = events_of(rig);
    REQUIRE(events.size() == 11);
    CHECK(events[2].type == EventType::epoch_began);
    CHECK(events[6].type == EventType::anomaly_resolved);
    CHECK(events[6].cause == "back:3:6");
    CHECK(decode_resolution_data(events[6].data)->id == "back:3:4");
    CHECK(events[10].cause == "back:3:10");
    CHECK(rig.ledger->registers().anomalies().contains("back:3:8"));
    CHECK(rig.verify().value() == 11);
    const std::string before = test::all_of(*rig.ledger);
    REQUIRE(rig.restart());
    CHECK(test::all_of(*rig.ledger) == before);
}

TEST_CASE("marks above the last common event are forgotten, so heads of the past stay right") {
    LedgerOptions options;
    options.line.frontier_every_rows = 4;
    options.line.checkpoint_every_rows = 6;
    LedgerRig rig(options);
    write_story(rig);
    REQUIRE(open_epoch(rig, 2, 3));
    rig.write(plain(EventType::sighted, ""));
    rig.run();
    for (int life = 0; life < 2; ++life) {
        std::vector<Digest> leaves;
        for (const JournalRow& row : rig.stored()) {
            leaves.push_back(leaf_hash(row.canonical));
        }
        REQUIRE(leaves.size() == 12);
        std::size_t answers = 0;
        for (std::uint64_t size = 0; size <= leaves.size(); ++size) {
            rig.ledger->tree_at(size, [&, size](Result<TreeHead> tree) {
                REQUIRE(tree);
                CHECK(tree->root() == tree_root(std::span(leaves).first(size)));
                ++answers;
            });
        }
        rig.run();
        CHECK(answers == 13);
        REQUIRE(rig.restart());
    }
}

TEST_CASE("a kill before the new epoch's commit leaves the old line, after it the new one") {
    for (const bool committed : {false, true}) {
        INFO("committed: " << committed);
        LedgerRig rig;
        write_story(rig);
        const std::string old = test::all_of(*rig.ledger);
        bool answered = false;
        rig.ledger->open_epoch(Epoch(2), Seq(4), "why", [&](auto) { answered = true; });
        const auto is_stored = [&] {
            return !rig.journal->commits.empty() && rig.journal->commits.back().truncate;
        };
        if (committed) {
            REQUIRE(rig.kernel.run_until(is_stored, rig.kernel.now() + std::chrono::seconds(1)));
        } else {
            rig.journal->refuse = [](const JournalCommit& commit) {
                return commit.truncate ? std::optional(Error{ErrorKind::exhausted, "full"})
                                       : std::nullopt;
            };
            rig.run();
        }
        CHECK_FALSE(answered);
        REQUIRE(rig.restart());
        CHECK(rig.ledger->line().epoch() == Epoch(committed ? 2 : 1));
        CHECK((test::all_of(*rig.ledger) == old) == !committed);
        CHECK(rig.verify().value() == (committed ? 11 : 10));
    }
}

TEST_CASE("while an epoch is being opened nothing else is written, and producers are told") {
    LedgerRig rig;
    write_story(rig);
    bool done = false;
    rig.ledger->open_epoch(Epoch(2), Seq(4), "why", [&](auto) { done = true; });
    CHECK(rig.ledger->full());
    const auto refused = rig.ledger->write(plain(EventType::sighted, ""));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::exhausted);
    rig.run();
    CHECK(done);
    CHECK(rig.ledger->write(plain(EventType::sighted, "")).value() == Seq(12));
}
