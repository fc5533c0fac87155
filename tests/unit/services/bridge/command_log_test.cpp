// The bridge's command log for one edge: dense, kept until the edge has committed it.
#include "firmware/services/bridge/command_log.hpp"

#include <catch2/catch.hpp>

using namespace tally;

namespace {

CommandLog log_of(int commands, const std::string& data = "{}") {
    CommandLog log{EdgeId("back")};
    for (int i = 0; i < commands; ++i) {
        REQUIRE(log.append("user:li.wei", "master", data));
    }
    return log;
}

}  // namespace

TEST_CASE("commands are numbered densely and kept until the edge has committed them") {
    CommandLog log = log_of(3);
    const auto fourth = log.append("user:li.wei", "master", R"({"n":4})");
    REQUIRE(fourth);
    CHECK(fourth->seq == 4);
    CHECK(fourth->edge == "back");
    const auto command = decode_command(fourth->canonical);
    REQUIRE(command);
    CHECK(command->data == R"({"n":4})");
    CHECK(log.oldest().first == Seq(1));
    CHECK(log.oldest().canonical.size() == 4);
    log.acknowledge(Epoch(1), Seq(3));
    CHECK(log.waiting() == 2);
    CHECK(log.oldest().first == Seq(3));
    log.acknowledge(Epoch(2), Seq(9));
    CHECK(log.waiting() == 2);
    log.acknowledge(Epoch(1), Seq(5));
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
    CHECK_FALSE(log.is_behind(Epoch(1), Seq(4)));
    CHECK(log.is_behind(Epoch(1), Seq(5)));
    CHECK(log.is_behind(Epoch(2), Seq(1)));
}

TEST_CASE("stored commands come back and numbering goes on behind them") {
    CommandLog first{EdgeId("back")};
    CommandLog second{EdgeId("back")};
    for (int i = 0; i < 3; ++i) {
        second.load(*first.append("user:li.wei", "master", "{}"));
    }
    CHECK(second.waiting() == 3);
    CHECK(second.append("user:li.wei", "master", "{}")->seq == 4);
}
