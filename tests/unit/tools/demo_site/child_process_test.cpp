// A process started for a site must never stay behind, whatever ends first.
#include "tools/demo_site/child_process.hpp"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <netinet/in.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/scratch_dir.hpp"
#include "tools/demo_site/reserved_port.hpp"

using namespace tally;
using namespace tally::demo;

namespace {

constexpr Duration kLimit = std::chrono::seconds(60);

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

bool can_listen(std::uint16_t port) {
    const host::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
           ::listen(socket.get(), 1) == 0;
}

}  // namespace

TEST_CASE("a child's exit code is told, and what it says stands in its log") {
    const test::ScratchDir folder;
    const auto log = folder.path() / "child.log";
    const auto code = run_to_end({{"sh", "-c", "echo here; echo there >&2; exit 7"}, log}, kLimit);
    REQUIRE(code);
    CHECK(*code == 7);
    CHECK(text_of(log) == "here\nthere\n");
}

TEST_CASE("a program that is not there ends with 127") {
    const test::ScratchDir folder;
    const auto code = run_to_end({{"no-such-program"}, folder.path() / "log"}, kLimit);
    REQUIRE(code);
    CHECK(*code == 127);
}

TEST_CASE("a killed child is gone when kill9 returns") {
    const test::ScratchDir folder;
    auto child = ChildProcess::start({{"sleep", "1000"}, folder.path() / "log"});
    REQUIRE(child);
    const pid_t pid = child->pid();
    CHECK_FALSE(child->poll_exit());
    child->kill9();
    CHECK_FALSE(child->running());
    CHECK(::kill(pid, 0) == -1);
    CHECK(errno == ESRCH);
}

TEST_CASE("SIGTERM asks a child to end, and the signal is its exit code") {
    const test::ScratchDir folder;
    auto child = ChildProcess::start({{"sleep", "1000"}, folder.path() / "log"});
    REQUIRE(child);
    child->terminate();
    const auto code = child->wait_exit(kLimit);
    REQUIRE(code);
    CHECK(*code == 128 + SIGTERM);
}

TEST_CASE("a child dies with the process that started it, however that ends") {
    const test::ScratchDir folder;
    ::prctl(PR_SET_CHILD_SUBREAPER,
            1);  // the orphan becomes ours, so that its end can be waited for
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t starter = ::fork();
    if (starter == 0) {
        auto child = ChildProcess::start({{"sleep", "1000"}, folder.path() / "log"});
        const pid_t pid = child ? child->pid() : 0;
        static_cast<void>(::write(ends[1], &pid, sizeof pid));
        ::kill(::getpid(), SIGKILL);
    }
    pid_t orphan = 0;
    REQUIRE(::read(ends[0], &orphan, sizeof orphan) == sizeof orphan);
    REQUIRE(orphan > 0);
    int status = 0;
    REQUIRE(::waitpid(starter, &status, 0) == starter);
    REQUIRE(::waitpid(orphan, &status, 0) == orphan);  // would wait for 1000 s
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGKILL);
}

TEST_CASE("servers come and go on a reserved port") {
    const auto port = ReservedPort::take();
    REQUIRE(port);
    CHECK_FALSE(connect_loopback(port->number()));
    CHECK(can_listen(port->number()));
    CHECK(can_listen(port->number()));
    const auto other = ReservedPort::take();
    REQUIRE(other);
    CHECK(other->number() != port->number());
}
