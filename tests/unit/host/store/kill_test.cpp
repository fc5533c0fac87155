// Processes that are killed with -9 while they commit. The child writes the number of each commit
// to a pipe after the store answered; whatever came through the pipe was acknowledged and must be
// there when the file is opened again. TALLY_KILLS sets how many (12 in the quick run).
#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "firmware/host/store/sqlite_store.hpp"
#include "tests/support/journal_rows.hpp"
#include "tests/support/temp_folder.hpp"

using namespace tally;
using namespace tally::host;
using namespace tally::test;

namespace {

constexpr std::uint64_t kEventsPerCommit = 7;

/// Commit number n (from 0): seven events, a position and a state that both count them.
JournalCommit commit_number(std::uint64_t n) {
    const std::uint64_t first = n * kEventsPerCommit + 1;
    JournalCommit commit = commit_of(rows_of({"back", 1, first, first + kEventsPerCommit - 1}));
    const auto total = static_cast<std::int64_t>((n + 1) * kEventsPerCommit);
    commit.positions = {position("dock", kEventsPerCommit, total)};
    commit.states = {{"back", "count", "n", std::to_string(n + 1)}};
    return commit;
}

/// How many whole commits the file holds; everything in it must agree about that.
std::uint64_t whole_commits(const std::string& path) {
    auto store = SqliteStore::open({.path = path});
    if (!store) {
        FAIL(store.error().text);
    }
    REQUIRE((*store)->check());
    const auto start = (*store)->start();
    REQUIRE(start);
    if (start->ends.empty()) {
        CHECK(start->states.empty());
        return 0;
    }
    const std::uint64_t events = start->ends.at("back").seq;
    CHECK(events % kEventsPerCommit == 0);
    CHECK((*store)->leaves("back", 0, events)->size() == events);
    CHECK((*store)->positions("back")->at(0).qty_milli == static_cast<std::int64_t>(events));
    CHECK(start->states.at(0).value == std::to_string(events / kEventsPerCommit));
    return events / kEventsPerCommit;
}

[[noreturn]] void child(const std::string& path, std::uint64_t next, int acknowledged) {
    auto store = SqliteStore::open({.path = path});
    while (store) {
        const bool done = (*store)->commit(commit_number(next)).has_value();
        ++next;
        if (!done || ::write(acknowledged, &next, sizeof next) != sizeof next) {
            break;
        }
    }
    ::_exit(1);
}

/// Starts a child, lets it acknowledge `count` commits and kills it, most likely within the next
/// one. How many commits the file must hold at least.
std::uint64_t run_and_kill(const std::string& path, std::uint64_t from, std::uint64_t count) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t process = ::fork();
    REQUIRE(process >= 0);
    if (process == 0) {
        ::close(ends[0]);
        child(path, from, ends[1]);
    }
    ::close(ends[1]);
    std::uint64_t acknowledged = from;
    for (std::uint64_t i = 0; i < count; ++i) {
        REQUIRE(::read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged);
    }
    ::kill(process, SIGKILL);
    int status = 0;
    ::waitpid(process, &status, 0);
    CHECK(WIFSIGNALED(status));
    while (::read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
    }
    ::close(ends[0]);
    return acknowledged;
}

}  // namespace

TEST_CASE("no acknowledged commit is lost or half there when the process is killed") {
    const char* asked = std::getenv("TALLY_KILLS");
    const int kills = asked == nullptr ? 12 : std::atoi(asked);
    TempFolder folder;
    const std::string path = (folder / "journal").string();
    Prng prng(20261122);
    std::uint64_t held = 0;
    for (int i = 0; i < kills; ++i) {
        const std::uint64_t acknowledged = run_and_kill(path, held, 1 + prng.below(40));
        CAPTURE(i, held, acknowledged);
        const std::uint64_t found = whole_commits(path);
        CHECK(found >= acknowledged);      // nothing acknowledged is lost
        CHECK(found <= acknowledged + 1);  // at most the one in flight came through unheard
        CHECK(found > held);
        held = found;
    }
}
