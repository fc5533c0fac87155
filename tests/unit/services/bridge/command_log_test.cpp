// The bridge's command log for one edge: dense, kept until the edge has committed it.
#include "firmware/services/bridge/command_log.hpp"

#include <catch2/catch.hpp>

using namespace tally;

namespace {

CommandCursor at(std::uint64_t epoch, std::uint64_t next) {
    return {Epoch(epoch), Seq(next)};
}

/// A command that is durable.
CommandRow put(CommandLog& log, const std::string& data = "{}") {
    auto row = log.append("user:li.wei", "master", data);
    REQUIRE(row);
    log.committed(*row);
    return *row;
}

/// An edge that is there, and has never been in another epoch.
std::vector<CommandRow> heard(CommandLog& log, const CommandCursor& edge,
                              const std::vector<CommandCursor>& past = {}) {
    return log.acknowledge(edge, past).rows;
}

CommandLog log_of(int commands, const std::string& data = "{}") {
    CommandLog log{EdgeId("back")};
    for (int i = 0; i < commands; ++i) {
        REQUIRE(put(log, data).seq > 0);
    }
    return log;
}

}  // namespace

TEST_CASE("commands are numbered densely and kept until the edge has committed them") {
    CommandLog log = log_of(3);
    const CommandRow fourth = put(log, R"({"n":4})");
    CHECK(fourth.seq == 4);
    CHECK(fourth.edge == "back");
    const auto command = decode_command(fourth.canonical);
    REQUIRE(command);
    CHECK(command->data == R"({"n":4})");
    CHECK(log.oldest().first == Seq(1));
    CHECK(log.oldest().canonical.size() == 4);
    CHECK(heard(log, at(1, 3)).empty());
    CHECK(log.waiting() == 2);
    CHECK(log.oldest().first == Seq(3));
    CHECK(heard(log, at(1, 1)).empty());
    CHECK(log.waiting() == 2);
    CHECK(heard(log, at(1, 5)).empty());
    CHECK(log.empty());
    CHECK(log.oldest().canonical.empty());
}

TEST_CASE("a command that cannot be written is refused and takes no number") {
    CommandLog log = log_of(1);
    CHECK_FALSE(log.append("li \"wei\"", "master", "{}"));
    CHECK_FALSE(log.append("user:li.wei", "master", "{ }"));
    CHECK(log.append("user:li.wei", "master", "{}")->seq == 2);
}

TEST_CASE("a run of commands fits one message, in rows and in bytes") {
    CHECK(log_of(300).oldest().canonical.size() == 256);
    const std::string large = "{\"x\":\"" + std::string(20'000, 'x') + "\"}";
    const CommandLog log = log_of(5, large);
    CHECK(log.oldest().canonical.size() < 5);
    CHECK_FALSE(log.oldest().canonical.empty());
}

TEST_CASE("an edge that has more than the log holds shows that the log is old") {
    const CommandLog log = log_of(3);
    CHECK_FALSE(log.is_behind(at(1, 4)));
    CHECK(log.is_behind(at(1, 5)));
    CHECK(log.is_behind(at(2, 1)));
}

TEST_CASE("each life numbers its commands in an epoch of its own, after what is still waiting") {
    CommandLog first{EdgeId("back")};
    CommandLog second{EdgeId("back")};
    for (int i = 0; i < 3; ++i) {
        second.load(put(first));
    }
    second.begin_life(41);
    const CommandRow fresh = put(second);
    CHECK(fresh.epoch == 43);
    CHECK(fresh.seq == 1);
    CHECK(put(second).seq == 2);
    CHECK(second.oldest().epoch == Epoch(1));
    CHECK(second.oldest().canonical.size() == 3);
    CHECK(heard(second, at(1, 4)).empty());
    CHECK(second.oldest().epoch == Epoch(43));
    CHECK(second.oldest().canonical.size() == 2);
}

TEST_CASE("an edge that is in a forgotten epoch is told the new commands, and none of the old") {
    CommandLog first{EdgeId("back")};
    CommandLog second{EdgeId("back")};
    for (int i = 0; i < 3; ++i) {
        second.load(put(first));
    }
    second.begin_life(4);
    put(second, R"({"n":1})");
    put(second, R"({"n":2})");
    second.acknowledge(at(900, 8));  // A batch of events does not tell which it has had.
    CHECK(second.waiting() == 5);
    const auto again = heard(second, at(900, 8), {at(1, 4)});
    REQUIRE(again.size() == 2);
    CHECK(again[0].epoch == 905);
    CHECK(again[0].seq == 1);
    CHECK(decode_command(again[1].canonical)->data == R"({"n":2})");
    CHECK(second.waiting() == 2);
    CHECK(heard(second, at(905, 3)).empty());
    CHECK(second.empty());
}

TEST_CASE("nothing is sent before it is durable, whatever makes the log send") {
    CommandLog log = log_of(2);
    const auto third = log.append("user:li.wei", "master", "{}");
    const auto fourth = log.append("user:li.wei", "master", "{}");
    REQUIRE(fourth);
    CHECK(log.oldest().canonical.size() == 2);
    CHECK(heard(log, at(1, 3)).empty());
    CHECK(log.oldest().canonical.empty());
    CHECK_FALSE(log.empty());
    log.committed(*fourth);  // One transaction holds both, or the third stood in an earlier one.
    log.committed(*third);
    CHECK(log.oldest().canonical.size() == 2);
    const auto rewritten = heard(log, at(70, 1));
    REQUIRE(rewritten.size() == 2);
    CHECK(log.oldest().canonical.empty());
    log.committed(rewritten.back());
    CHECK(log.oldest().canonical.size() == 2);
}

TEST_CASE("commands of an earlier life that the edge never had survive a forgotten epoch") {
    // Restored to rows 1 to 3 of epoch 1; a life appends two more, is killed, and the next hears
    // an edge that is in an epoch of the life that was forgotten.
    CommandLog restored{EdgeId("back")};
    CommandLog backup{EdgeId("back")};
    std::vector<CommandRow> rows;
    for (int i = 0; i < 3; ++i) {
        rows.push_back(put(backup));
        restored.load(rows.back());
    }
    restored.begin_life(41);
    rows.push_back(put(restored, R"({"n":1})"));
    rows.push_back(put(restored, R"({"n":2})"));
    CommandLog next{EdgeId("back")};
    for (const CommandRow& row : rows) {
        next.load(row);
    }
    next.begin_life(4);
    const auto again = heard(next, at(900, 8), {at(1, 3), at(20, 9)});
    REQUIRE(again.size() == 3);  // It lacks number 3 of epoch 1, too.
    CHECK(again[0].epoch == 905);
    CHECK(decode_command(again[1].canonical)->data == R"({"n":1})");
    CHECK(decode_command(again[2].canonical)->data == R"({"n":2})");
}

TEST_CASE("an edge that has had less than before is told all it lacks, over epochs") {
    CommandLog log = log_of(3);
    std::vector<CommandRow> stored;
    CommandLog twin{EdgeId("back")};
    for (int i = 0; i < 3; ++i) {
        stored.push_back(put(twin));
    }
    CHECK(heard(log, at(1, 4)).empty());
    log.begin_life(9);
    stored.push_back(put(log));
    CHECK(heard(log, at(11, 2)).empty());
    CHECK(log.empty());
    CHECK_FALSE(log.is_lacking(at(11, 2)));
    CHECK(log.is_lacking(at(1, 3)));
    log.take_back(stored, at(1, 3));
    CHECK_FALSE(log.is_lacking(at(1, 3)));
    CHECK(log.waiting() == 2);
    CHECK(log.oldest().first == Seq(3));
    CHECK(heard(log, at(1, 4)).empty());
    CHECK(log.oldest().epoch == Epoch(11));
}

TEST_CASE(
    "commands of a life that never heard the edge are written again, once, whoever comes next") {
    // Restored to nothing; a life appends two in epoch 42 and is killed; the next appends one in
    // epoch 1000, above the forgotten epoch 900 of the edge, and only then hears it.
    CommandLog killed{EdgeId("back")};
    killed.begin_life(40);
    std::vector<CommandRow> rows = {put(killed, R"({"n":1})"), put(killed, R"({"n":2})")};
    CommandLog next{EdgeId("back")};
    const auto load = [&rows](CommandLog& log, const std::vector<StateRow>& marks) {
        for (const StateRow& mark : marks) {
            REQUIRE(log.load_replaced(mark));
        }
        for (const CommandRow& row : rows) {
            log.load(row);
        }
    };
    load(next, {});
    next.begin_life(957);
    rows.push_back(put(next, R"({"n":3})"));
    REQUIRE(rows[0].epoch == 42);
    REQUIRE(rows[2].epoch == 1000);
    const CommandLog::Rewritten again = next.acknowledge(at(900, 8), {});
    REQUIRE(again.rows.size() == 2);
    CHECK(again.rows[0].epoch == 1000);
    CHECK(again.rows[0].seq == 2);
    CHECK(decode_command(again.rows[1].canonical)->data == R"({"n":2})");
    CHECK(next.waiting() == 3);
    REQUIRE(again.marks.size() == 1);
    rows.insert(rows.end(), again.rows.begin(), again.rows.end());

    // Later lives find the mark: nothing comes a third time, whatever the edge has had by then.
    for (const CommandCursor edge : {at(900, 8), at(1000, 2), at(1000, 4)}) {
        CommandLog later{EdgeId("back")};
        load(later, again.marks);
        later.begin_life(5);
        CHECK(heard(later, edge).empty());
        CHECK(later.waiting() == (edge.epoch == Epoch(900) ? 3 : 4 - edge.next.value()));
    }
    // An edge restored to before all that is told each once.
    CHECK(heard(next, at(1000, 4), {at(900, 8)}).empty());
    REQUIRE(next.is_lacking(at(30, 2)));
    next.take_back(rows, at(30, 2));
    CHECK(next.waiting() == 3);
    CHECK(next.oldest().epoch == Epoch(1000));
    // The mark of another edge is not this one's.
    CommandLog other{EdgeId("shop")};
    load(other, again.marks);
    CHECK(other.waiting() == 5);
    CHECK_FALSE(next.load_replaced({"bridge", "commands_replaced", "back 42", "x"}));
}

TEST_CASE("what the edge has had is held until an event of it comes, also over a restart") {
    CommandLog log = log_of(3);
    CHECK(heard(log, at(1, 4)).empty());
    CHECK(log.empty());
    CHECK(log.untold().size() == 3);
    CHECK_FALSE(log.told("order:W-1"));
    CHECK_FALSE(log.told("cmd:1:"));
    const auto mark = log.told("cmd:1:2");  // What came before it has been told of, too.
    REQUIRE(mark);
    CHECK(mark->key == "back");
    CHECK(mark->value == "1:3");
    CHECK_FALSE(log.told("cmd:1:2"));
    CHECK_FALSE(log.told("cmd:1:1"));
    REQUIRE(log.untold().size() == 1);
    const CommandRow third = log.untold().front();
    CHECK(third.seq == 3);

    CommandLog next{EdgeId("back")};
    CHECK(next.load_told({"bridge", "commands_told", "shop", "9:9"}));
    CHECK_FALSE(next.load_told({"bridge", "commands_told", "back", "9"}));
    REQUIRE(next.load_told(*mark));
    CommandLog all = log_of(3);
    for (const CommandRow& row : all.unacknowledged()) {
        next.load(row);
    }
    next.begin_life(0);
    next.acknowledge(at(1, 4));
    REQUIRE(next.untold().size() == 1);
    CHECK(next.untold().front().seq == 3);
    REQUIRE(next.is_lacking(at(1, 2)));  // Restored: it is sent again, and waited for again.
    next.take_back({all.unacknowledged().begin(), all.unacknowledged().end()}, at(1, 2));
    CHECK(next.untold().empty());
    next.acknowledge(at(1, 4));
    CHECK(next.untold().size() == 2);
}
