// Finding rows again: along an edge's line, over epochs, by item, by type, in pages; and taking
// unpublished ones back.
#include "tests/support/journal_rows.hpp"

#include "tests/conformance/journal_suite.hpp"

using namespace tally;
using namespace tally::test;

namespace {

/// "epoch:seq" of each row, in order.
std::vector<std::string> keys(const std::vector<FoundRow>& found) {
    std::vector<std::string> all;
    for (const FoundRow& one : found) {
        all.push_back(std::to_string(one.row.epoch) + ":" + std::to_string(one.row.seq));
    }
    return all;
}

using Keys = std::vector<std::string>;

/// Epoch 1 has 1..6, epoch 2 begins at 4 and has 4..7, epoch 3 begins at 6 and has 6..8.
void fill_three_epochs(JournalBench& bench) {
    REQUIRE(bench.commit(commit_of(rows_of({"back", 1, 1, 6}))));
    REQUIRE(bench.commit(commit_of({row({"shop", 1, 1}, "epc-1")})));
    REQUIRE(bench.commit(commit_of(rows_of({"back", 2, 4, 7}))));
    REQUIRE(bench.commit(commit_of(rows_of({"back", 3, 6, 8}))));
}

}  // namespace

TEST_CASE("the line of an edge is what its later epochs left standing") {
    TALLY_EACH_JOURNAL(bench);
    fill_three_epochs(bench);
    bench.restart();
    const Keys line{"1:1", "1:2", "1:3", "2:4", "2:5", "3:6", "3:7", "3:8"};
    CHECK(keys(bench.rows({.edge = "back"})) == line);
    CHECK(keys(bench.rows({.edge = "back", .after_seq = 3, .rows_max = 3})) ==
          Keys{"2:4", "2:5", "3:6"});
    CHECK(bench.rows({.edge = "back", .after_seq = 8}).empty());
    CHECK(bench.rows({.edge = "nobody"}).empty());
    CHECK(bench.start().ends.at("back") == LineEnd{3, 8});
    CHECK(bench.start().ends.at("shop") == LineEnd{1, 1});
    // the same line through the other way of looking, by type
    CHECK(keys(bench.rows({.edge = "back", .type = "moved"})) == line);
    CHECK(keys(bench.rows({.edge = "back", .after_seq = 5, .type = "moved"})) ==
          Keys{"3:6", "3:7", "3:8"});
    CHECK(bench.rows({.edge = "back", .after_seq = 8, .type = "moved"}).empty());
}

TEST_CASE("an epoch that began before an older one's begin replaces both") {
    TALLY_EACH_JOURNAL(bench);
    fill_three_epochs(bench);
    REQUIRE(bench.commit(commit_of(rows_of({"back", 4, 3, 3}))));
    CHECK(keys(bench.rows({.edge = "back"})) == Keys{"1:1", "1:2", "4:3"});
    CHECK(bench.leaves("back", 0, 100).size() == 3);
}

TEST_CASE("the whole history shows replaced rows too, in order of arrival") {
    TALLY_EACH_JOURNAL(bench);
    fill_three_epochs(bench);
    const Keys all{"1:1", "1:2", "1:3", "1:4", "1:5", "1:6", "2:4",
                   "2:5", "2:6", "2:7", "3:6", "3:7", "3:8"};
    const auto found = bench.rows({.edge = "back", .whole_history = true});
    CHECK(keys(found) == all);
    const auto rest = bench.rows(
        {.edge = "back", .after_seq = found[8].arrival, .rows_max = 2, .whole_history = true});
    CHECK(keys(rest) == Keys{"2:7", "3:6"});
    CHECK(keys(bench.rows({.edge = "back", .type = "moved", .whole_history = true})) == all);
}

TEST_CASE("any edge gives the feed of all, paged by arrival without gap or repeat") {
    TALLY_EACH_JOURNAL(bench);
    fill_three_epochs(bench);
    std::vector<std::uint64_t> arrivals;
    std::uint64_t cursor = 0;
    while (true) {
        const auto page = bench.rows({.after_seq = cursor, .rows_max = 4});
        if (page.empty()) {
            break;
        }
        for (const FoundRow& one : page) {
            CHECK(one.arrival > cursor);
            cursor = one.arrival;
            arrivals.push_back(cursor);
        }
    }
    CHECK(arrivals.size() == 9);  // 8 of back's line, 1 of shop
    CHECK(bench.rows({.whole_history = true}).size() == 14);
}

TEST_CASE("rows are found by item, by type, and by both") {
    TALLY_EACH_JOURNAL(bench);
    REQUIRE(bench.commit(commit_of({
        row({"back", 1, 1}, "epc-1", "received"),
        row({"back", 1, 2}, "epc-2", "received"),
        row({"shop", 1, 1}, "epc-1", "sighted"),
        row({"back", 1, 3}, "epc-1", "moved"),
        row({"back", 1, 4}, "", "counted"),
    })));
    CHECK(keys(bench.rows({.item = "epc-1"})) == Keys{"1:1", "1:1", "1:3"});
    CHECK(keys(bench.rows({.edge = "back", .item = "epc-1"})) == Keys{"1:1", "1:3"});
    CHECK(keys(bench.rows({.edge = "back", .after_seq = 1, .item = "epc-1"})) == Keys{"1:3"});
    CHECK(keys(bench.rows({.type = "received"})) == Keys{"1:1", "1:2"});
    CHECK(keys(bench.rows({.item = "epc-1", .type = "sighted"})) == Keys{"1:1"});
    CHECK(bench.rows({.item = "epc-3"}).empty());
    CHECK(bench.rows({.item = "epc-2", .type = "moved"}).empty());
}

TEST_CASE("a page ends at its row limit or its byte limit, and holds at least one row") {
    TALLY_EACH_JOURNAL(bench);
    auto rows = rows_of({"back", 1, 1, 5});
    for (JournalRow& one : rows) {
        one.canonical = std::string(100, static_cast<char>('a' + one.seq));
        one.leaf = leaf_of(one.canonical);
    }
    REQUIRE(bench.commit(commit_of(rows)));
    const auto [bytes, expected] = GENERATE(table<std::size_t, std::size_t>(
        {{1, 1}, {100, 1}, {199, 1}, {200, 2}, {499, 4}, {500, 5}, {501, 5}}));
    CAPTURE(bytes);
    CHECK(bench.rows({.edge = "back", .bytes_max = bytes}).size() == expected);
    CHECK(bench.rows({.bytes_max = bytes}).size() == expected);
    CHECK(bench.rows({.edge = "back", .rows_max = 3}).size() == 3);
    CHECK(bench.rows({.rows_max = 3}).size() == 3);
    CHECK(bench.rows({.edge = "back", .rows_max = 0}).empty());
}

TEST_CASE("leaves are those of the line, in order, between the asked bounds") {
    TALLY_EACH_JOURNAL(bench);
    fill_three_epochs(bench);
    const auto leaves = bench.leaves("back", 2, 6);
    REQUIRE(leaves.size() == 4);
    CHECK(leaves[0] == row({"back", 1, 3}).leaf);
    CHECK(leaves[1] == row({"back", 2, 4}).leaf);
    CHECK(leaves[2] == row({"back", 2, 5}).leaf);
    CHECK(leaves[3] == row({"back", 3, 6}).leaf);
    CHECK(bench.leaves("back", 0, std::numeric_limits<std::uint64_t>::max()).size() == 8);
    CHECK(bench.leaves("back", 8, 20).empty());
}

TEST_CASE("a truncation takes back an edge's unpublished tail, and the next epoch follows it") {
    TALLY_EACH_JOURNAL(bench);
    REQUIRE(bench.commit(commit_of(rows_of({"back", 1, 1, 9}))));
    REQUIRE(bench.commit(commit_of(rows_of({"shop", 1, 1, 3}))));
    const std::uint64_t seen = bench.rows({.rows_max = 100}).back().arrival;

    JournalCommit reopen = commit_of(rows_of({"back", 2, 6, 10}));
    reopen.truncate = JournalCommit::Truncate{"back", 5};
    REQUIRE(bench.commit(reopen));
    bench.restart();
    CHECK(keys(bench.rows({.edge = "back", .whole_history = true})) ==
          Keys{"1:1", "1:2", "1:3", "1:4", "1:5", "2:6", "2:7", "2:8", "2:9", "2:10"});
    CHECK(bench.rows({.edge = "shop"}).size() == 3);
    // A feed that had seen everything is given the new rows: arrival numbers are not used twice.
    CHECK(keys(bench.rows({.after_seq = seen})) == Keys{"2:6", "2:7", "2:8", "2:9", "2:10"});
}

TEST_CASE("arrival numbers of truncated rows are not given again after a restart") {
    TALLY_EACH_JOURNAL(bench);
    REQUIRE(bench.commit(commit_of(rows_of({"back", 1, 1, 9}))));
    const std::uint64_t seen = bench.rows({}).back().arrival;
    JournalCommit cut;
    cut.truncate = JournalCommit::Truncate{"back", 0};
    REQUIRE(bench.commit(cut));
    CHECK(bench.start().ends.empty());
    bench.restart();
    REQUIRE(bench.commit(commit_of({row({"back", 2, 1})})));
    CHECK(bench.rows({}).at(0).arrival == seen + 1);
}

TEST_CASE("a refused truncation leaves everything, and rows stay protected after a good one") {
    TALLY_EACH_JOURNAL(bench);
    REQUIRE(bench.commit(commit_of(rows_of({"back", 1, 1, 9}))));
    JournalCommit bad = commit_of({row({"back", 1, 3})});  // not above 5, which is left
    bad.truncate = JournalCommit::Truncate{"back", 5};
    const auto refused = bench.commit(bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::conflict);
    CHECK(bench.rows({.edge = "back"}).size() == 9);
    CHECK(bench.start().ends.at("back") == LineEnd{1, 9});
    CHECK(bench.commit(commit_of({row({"back", 1, 10})})));
}

TEST_CASE("a checkpoint of a line that was replaced is not given to start-up") {
    TALLY_EACH_JOURNAL(bench);
    JournalCommit old = commit_of(rows_of({"back", 1, 1, 9}));
    old.checkpoint = CheckpointRow{"back", 1, 4, "d4", "b"};
    REQUIRE(bench.commit(old));
    JournalCommit late;
    late.checkpoint = CheckpointRow{"back", 1, 8, "d8", "b"};
    REQUIRE(bench.commit(late));
    CHECK(bench.start().checkpoints.at("back").digest_hex == "d8");
    REQUIRE(bench.commit(commit_of(rows_of({"back", 2, 6, 7}))));  // a bridge: no truncation
    CHECK(bench.start().checkpoints.at("back").digest_hex == "d4");
}

TEST_CASE("answers that did not arrive when the journal ends never arrive") {
    TALLY_EACH_JOURNAL(bench);
    bool heard = false;
    bench.journal().commit(
        commit_of({row({"back", 1, 1})}),
        [&heard](const Result<void>& /*done*/, const JournalCommit& /*back*/) { heard = true; });
    bench.restart();
    while (bench.loop().waiting() > 0) {
        bench.loop().turn();
    }
    CHECK_FALSE(heard);
    CHECK(bench.rows({}).size() == 1);  // but it is durable
}
