// What one commit promises: all or nothing, order, uniqueness, and quantities that only the ledger
// changes.
#include <algorithm>

#include "tests/conformance/journal_suite.hpp"
#include "tests/support/journal_rows.hpp"

using namespace tally;
using namespace tally::test;

namespace {

std::vector<std::uint64_t> seqs(const std::vector<FoundRow>& found) {
    std::vector<std::uint64_t> all;
    for (const FoundRow& one : found) {
        all.push_back(one.row.seq);
    }
    return all;
}

}  // namespace

TEST_CASE("every field of a committed row comes back as it went in, also after a restart") {
    TALLY_EACH_JOURNAL(bench);
    JournalRow full = row({"back", 1, 1}, "urn:epc:id:sgtin:0614141.107346.2017", "received");
    full.qty_milli = -3'000'000'000;
    full.canonical = std::string("{\"text\":\"\xE7\x89\xA9\"}");
    full.leaf = leaf_of(full.canonical);
    JournalRow bare = row({"back", 1, 2});
    bare.sku = bare.lot = bare.from_place = bare.to_place = "";
    REQUIRE(bench.commit(commit_of({full, bare})));
    bench.restart();
    const auto found = bench.rows({.edge = "back"});
    REQUIRE(found.size() == 2);
    CHECK(found[0].row == full);
    CHECK(found[1].row == bare);
    CHECK(found[0].arrival < found[1].arrival);
}

TEST_CASE("answers come in the order of the calls") {
    TALLY_EACH_JOURNAL(bench);
    std::vector<int> order;
    for (int i = 0; i < 8; ++i) {
        bench.journal().commit(commit_of({row({"back", 1, static_cast<std::uint64_t>(i + 1)})}),
                               [&order, i](const Result<void>& done, const JournalCommit& back) {
                                   CHECK(back.rows.at(0).seq == static_cast<std::uint64_t>(i + 1));
                                   CHECK(done);
                                   order.push_back(i);
                               });
        bench.journal().rows({.edge = "back"},
                             [&order, i](const Result<std::vector<FoundRow>>& found) {
                                 REQUIRE(found);
                                 CHECK(found->size() == static_cast<std::size_t>(i + 1));
                                 order.push_back(100 + i);
                             });
    }
    CHECK(order.empty());
    while (order.size() < 16) {
        bench.loop().turn();
    }
    CHECK(order ==
          std::vector<int>{0, 100, 1, 101, 2, 102, 3, 103, 4, 104, 5, 105, 6, 106, 7, 107});
}

TEST_CASE("a row that is not above its edge's last is a conflict, and nothing is stored") {
    TALLY_EACH_JOURNAL(bench);
    REQUIRE(bench.commit(commit_of(rows_of({"back", 2, 5, 9}))));
    const auto [epoch, seq] = GENERATE(table<std::uint64_t, std::uint64_t>({
        {2, 9},   // the same key
        {2, 7},   // an older key
        {2, 4},   // below the epoch's first
        {1, 10},  // an epoch that ended
    }));
    CAPTURE(epoch, seq);
    JournalCommit reused = commit_of({row({"shop", 1, 1}), row({"back", epoch, seq})});
    reused.states = {{"back", "cursor", "bridge", "{}"}};
    const auto refused = bench.commit(reused);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::conflict);
    CHECK(bench.rows({}).size() == 5);
    CHECK(bench.start().states.empty());
    CHECK(bench.start().ends.count("shop") == 0);
    // and the journal goes on where it stood
    CHECK(bench.commit(commit_of({row({"back", 2, 10})})));
    CHECK(seqs(bench.rows({})) == std::vector<std::uint64_t>{5, 6, 7, 8, 9, 10});
}

TEST_CASE("a row without edge, epoch or seq is malformed") {
    TALLY_EACH_JOURNAL(bench);
    const auto key = GENERATE(RowKey{"", 1, 1}, RowKey{"back", 0, 1}, RowKey{"back", 1, 0},
                              RowKey{"back", 1, std::uint64_t{1} << 63});
    const auto refused = bench.commit(commit_of({row(key)}));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::malformed);
    CHECK(bench.rows({}).empty());
}

TEST_CASE("a commit takes effect whole or not at all, whichever part is refused") {
    TALLY_EACH_JOURNAL(bench);
    JournalCommit first = commit_of({row({"back", 1, 1}, "epc-1")});
    first.positions = {position("dock", 5000, 5000)};
    first.items = {{"back", "epc-1", "sku-7", "-", "dock", "free", "good", "", 1}};
    first.states = {{"back", "anomaly", "a1", "{}"}};
    first.commands = {{"back", 1, 1, "{\"c\":1}"}};
    first.checkpoint = CheckpointRow{"back", 1, 1, "d1", "body"};
    REQUIRE(bench.commit(first));

    JournalCommit second = commit_of({row({"back", 1, 2}, "epc-1")});
    second.positions = {position("dock", -5000, 0), position("aisle-1", 5000, 5000)};
    second.items = {{"back", "epc-1", "", "", "", "", "", "", 2}};
    second.states = {{"back", "anomaly", "a1", ""}};
    second.commands = {{"back", 1, 1, "{\"c\":2}"}};  // there already
    second.checkpoint = CheckpointRow{"back", 1, 2, "d2", "body"};
    const auto refused = bench.commit(second);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::conflict);

    bench.restart();
    CHECK(bench.rows({}).size() == 1);
    REQUIRE(bench.positions("back").size() == 1);
    CHECK(bench.positions("back")[0].qty_milli == 5000);
    CHECK(bench.items("back").size() == 1);
    CHECK(bench.start().states.size() == 1);
    CHECK(bench.commands("back", 0).at(0).canonical == "{\"c\":1}");
    CHECK(bench.start().checkpoints.at("back").seq == 1);

    second.commands = {{"back", 1, 2, "{\"c\":2}"}};
    REQUIRE(bench.commit(second));
    CHECK(bench.positions("back").size() == 1);  // dock went to zero and left
    CHECK(bench.positions("back")[0].place == "aisle-1");
    CHECK(bench.items("back").empty());
    CHECK(bench.start().states.empty());
}

TEST_CASE("a position that is not what the ledger made it is corrupt, and nothing is stored") {
    TALLY_EACH_JOURNAL(bench);
    JournalCommit stock;
    stock.positions = {position("dock", 5000, 5000), position("LOST", -2000, -2000)};
    REQUIRE(bench.commit(stock));
    const auto wrong = GENERATE(position("dock", 1000, 7000),     // says it was 6000
                                position("dock", -4000, 0),       // says it was 4000
                                position("dock", 1000, 1000),     // says there was none
                                position("dock", 0, 0),           // says there is none
                                position("aisle-1", 1000, 4000),  // says there was some
                                position("aisle-1", -3000, 0),    // likewise
                                position("LOST", -1000, -1000));  // negative ones too
    CAPTURE(wrong.place, wrong.delta_milli, wrong.qty_milli);
    JournalCommit bad = commit_of({row({"back", 1, 1})});
    bad.positions = {position("pack", 1000, 1000), wrong};
    const auto refused = bench.commit(bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::corrupt);
    CHECK_THAT(refused.error().text, Catch::Contains(wrong.place));
    CHECK(bench.rows({}).empty());
    CHECK(bench.positions("back").size() == 2);
    // one bad commit does not stop the next good one
    JournalCommit good = commit_of({row({"back", 1, 1})});
    good.positions = {position("dock", -5000, 0), position("LOST", 500, -1500)};
    CHECK(bench.commit(good));
    CHECK(bench.positions("back").size() == 1);
}

TEST_CASE("a position may not overflow") {
    TALLY_EACH_JOURNAL(bench);
    JournalCommit commit;
    commit.positions = {position("dock", std::numeric_limits<std::int64_t>::min(), 1)};
    const auto refused = bench.commit(commit);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::malformed);
}

TEST_CASE("stock is replaced whole, of one edge only") {
    TALLY_EACH_JOURNAL(bench);
    JournalCommit before;
    before.positions = {position("dock", 5000, 5000), position("aisle-1", 1000, 1000)};
    before.items = {{"back", "epc-1", "sku-7", "-", "dock", "free", "good", "", 1}};
    before.positions.push_back({"shop", "floor", "sku-7", "-", "free", "good", 8000, 8000});
    before.items.push_back({"shop", "epc-9", "sku-7", "-", "floor", "free", "good", "", 1});
    REQUIRE(bench.commit(before));

    JournalCommit swap;
    swap.replace_stock_of = "back";
    swap.positions = {position("dock", 7000, 7000)};
    swap.items = {{"back", "epc-2", "sku-7", "-", "dock", "bonded", "good", "sscc-1", 4}};
    REQUIRE(bench.commit(swap));
    bench.restart();
    REQUIRE(bench.positions("back").size() == 1);
    CHECK(bench.positions("back")[0].qty_milli == 7000);
    REQUIRE(bench.items("back").size() == 1);
    CHECK(bench.items("back")[0].item == "epc-2");
    CHECK(bench.items("back")[0].parent == "sscc-1");
    CHECK(bench.items("back")[0].custody == "bonded");
    CHECK(bench.items("back")[0].seq == 4);
    CHECK(bench.positions("shop").size() == 1);
    CHECK(bench.items("shop").size() == 1);
}

TEST_CASE("states are replaced by key and removed by an empty value") {
    TALLY_EACH_JOURNAL(bench);
    JournalCommit commit;
    commit.states = {{"back", "blind", "g1", "{\"a\":1}"}, {"back", "anomaly", "a1", "{}"}};
    REQUIRE(bench.commit(commit));
    commit.states = {{"back", "blind", "g1", "{\"a\":2}"},
                     {"back", "anomaly", "a1", ""},
                     {"shop", "blind", "g1", "{}"}};
    REQUIRE(bench.commit(commit));
    bench.restart();
    const auto states = bench.start().states;
    REQUIRE(states.size() == 2);
    CHECK(states[0].edge == "back");
    CHECK(states[0].value == "{\"a\":2}");
    CHECK(states[1].edge == "shop");
}

TEST_CASE("commands come back in order, of all command epochs, as many as asked for") {
    TALLY_EACH_JOURNAL(bench);
    JournalCommit commit;
    for (std::uint64_t seq = 1; seq <= 5; ++seq) {
        commit.commands.push_back({"back", 1, seq, "old"});
    }
    commit.commands.push_back({"shop", 1, 1, "other"});
    REQUIRE(bench.commit(commit));
    CHECK(bench.commands("back", 2).size() == 3);
    CHECK(bench.commands("back", 2, 2).size() == 2);
    CHECK(bench.commands("back", 2, 2).at(0).seq == 3);
    JournalCommit next;
    next.commands = {{"back", 2, 1, "new"}};
    REQUIRE(bench.commit(next));
    const auto found = bench.commands("back", 4);
    REQUIRE(found.size() == 2);
    CHECK(found[0].epoch == 1);
    CHECK(found[0].seq == 5);
    CHECK(found[1].epoch == 2);
    CHECK(found[1].canonical == "new");
}

TEST_CASE("a new checkpoint leaves one older, and start-up is given the newest") {
    TALLY_EACH_JOURNAL(bench);
    REQUIRE(bench.commit(commit_of(rows_of({"back", 1, 1, 40}))));
    for (const std::uint64_t seq : {10, 20, 30}) {
        JournalCommit commit;
        commit.checkpoint = CheckpointRow{"back", 1, seq, "d" + std::to_string(seq), "b"};
        REQUIRE(bench.commit(commit));
    }
    bench.restart();
    CHECK(bench.start().checkpoints.at("back").digest_hex == "d30");
    // Taking back the newest shows that the one before was kept, and the one before that not.
    JournalCommit back_to_25;
    back_to_25.truncate = JournalCommit::Truncate{"back", 25};
    REQUIRE(bench.commit(back_to_25));
    CHECK(bench.start().checkpoints.at("back").digest_hex == "d20");
    JournalCommit back_to_15;
    back_to_15.truncate = JournalCommit::Truncate{"back", 15};
    REQUIRE(bench.commit(back_to_15));
    CHECK(bench.start().checkpoints.empty());
}
