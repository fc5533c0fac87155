#include "tools/demo_site/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "firmware/host/loop/fd.hpp"
#include "tools/demo_site/pause.hpp"

namespace tally::demo {

namespace {

constexpr int kCannotRun = 127;
constexpr Duration kLookEvery = std::chrono::milliseconds(10);

/// Between fork and exec: async-signal-safe calls only.
[[noreturn]] void become(char* const* argv, const char* in_sbin, int log, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
        ::_exit(kCannotRun);
    }
    ::setpgid(0, 0);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execvp(argv[0], argv);
    ::execv(in_sbin, argv);
    ::_exit(kCannotRun);
}

int exit_code_of(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
    if (this != &other) {
        kill9();
        pid_ = std::exchange(other.pid_, 0);
    }
    return *this;
}

Result<ChildProcess> ChildProcess::start(const ChildSpec& spec) {
    constexpr mode_t kOwnerOnly = 0600;
    const host::Fd log(
        ::open(spec.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kOwnerOnly));
    if (!log.valid()) {
        return fail(ErrorKind::refused, "cannot write the log " + spec.log.string());
    }
    std::vector<std::string> arguments = spec.arguments;
    std::vector<char*> argv;
    for (std::string& argument : arguments) {
        argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    const std::string in_sbin = "/usr/sbin/" + arguments.front();  // Debian keeps mosquitto there
    const pid_t parent = ::getpid();
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return fail(ErrorKind::exhausted, "no pipe to start " + spec.arguments.front());
    }
    const host::Fd started(ends[0]);
    host::Fd not_yet(ends[1]);  // closes in the child when it has become the program
    ChildProcess child;
    child.pid_ = ::fork();
    if (child.pid_ == 0) {
        become(argv.data(), in_sbin.c_str(), log.get(), parent);
    }
    if (child.pid_ < 0) {
        return fail(ErrorKind::exhausted, "cannot start " + spec.arguments.front());
    }
    // Until then a signal would meet our own handlers in it, and nothing would tie it to us.
    not_yet.reset();
    char none = 0;
    while (::read(started.get(), &none, 1) < 0 && errno == EINTR) {
    }
    return child;
}

void ChildProcess::kill9() {
    if (pid_ <= 0) {
        return;
    }
    ::kill(pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
}

void ChildProcess::terminate() {
    if (pid_ > 0) {
        ::kill(pid_, SIGTERM);
    }
}

std::optional<int> ChildProcess::poll_exit() {
    int status = 0;
    if (pid_ <= 0 || ::waitpid(pid_, &status, WNOHANG) != pid_) {
        return std::nullopt;
    }
    pid_ = 0;
    return exit_code_of(status);
}

Result<int> ChildProcess::wait_exit(Duration limit) {
    const Deadline deadline(limit);
    while (running()) {
        if (const auto code = poll_exit()) {
            return *code;
        }
        if (deadline.over()) {
            return fail(ErrorKind::timeout, "a process does not end");
        }
        TALLY_TRY(pause(kLookEvery));
    }
    return fail(ErrorKind::conflict, "the process was not running");
}

Result<int> run_to_end(const ChildSpec& spec, Duration limit) {
    TALLY_TRY_ASSIGN(ChildProcess child, ChildProcess::start(spec));
    return child.wait_exit(limit);
}

}  // namespace tally::demo
