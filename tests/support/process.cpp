#include "tests/support/process.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace tally::test {
namespace {

constexpr int kLookEveryMs = 10;
constexpr int kCannotRun = 127;

struct Streams {
    int input = -1, output = -1;
};

/// Between fork and exec: async-signal-safe calls only.
[[noreturn]] void become(char* const* argv, const char* in_sbin, Streams streams,
                         std::uint64_t file_bytes_max, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
        ::_exit(kCannotRun);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);  // the test's loop may have blocked some
    ::signal(SIGPIPE, SIG_DFL);
    if (file_bytes_max != 0) {
        const rlimit limit{file_bytes_max, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        ::signal(SIGXFSZ, SIG_IGN);  // a write beyond then fails as on a full disk
    }
    ::dup2(streams.input, STDIN_FILENO);
    ::dup2(streams.output, STDOUT_FILENO);
    ::dup2(streams.output, STDERR_FILENO);
    ::execvp(argv[0], argv);
    ::execv(in_sbin, argv);
    ::_exit(kCannotRun);
}

}  // namespace

bool await(Duration limit, const std::function<bool()>& holds) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
        if (std::chrono::steady_clock::now() >= until) {
            return false;
        }
        ::poll(nullptr, 0, kLookEveryMs);
    }
    return true;
}

bool at_rest(const std::vector<std::filesystem::path>& files) {
    const auto now = std::filesystem::file_time_type::clock::now();
    return std::all_of(files.begin(), files.end(), [&](const std::filesystem::path& file) {
        std::error_code missing;
        const auto written = std::filesystem::last_write_time(file, missing);
        return missing || now - written > std::chrono::seconds(1);
    });
}

Process::Process(ProcessSpec spec) : spec_(std::move(spec)) {
    constexpr mode_t kOwnerOnly = 0600;
    const host::Fd log(
        ::open(spec_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kOwnerOnly));
    int ends[2] = {-1, -1};
    if (!log.valid() || ::pipe2(ends, O_CLOEXEC) != 0) {
        throw std::runtime_error("cannot prepare " + spec_.arguments.front() + " with log " +
                                 spec_.log.string());
    }
    const host::Fd read_end(ends[0]);
    input_ = host::Fd(ends[1]);
    log_from_ = std::filesystem::file_size(spec_.log);
    std::vector<char*> argv;
    for (std::string& argument : spec_.arguments) {
        argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    const std::string in_sbin = "/usr/sbin/" + spec_.arguments.front();
    const pid_t parent = ::getpid();
    ::signal(SIGPIPE, SIG_IGN);  // a child that died must not end the test that tells it something
    pid_ = ::fork();
    if (pid_ == 0) {
        become(argv.data(), in_sbin.c_str(), {read_end.get(), log.get()}, spec_.file_bytes_max,
               parent);
    }
    if (pid_ < 0) {
        throw std::runtime_error("cannot start " + spec_.arguments.front());
    }
}

Process::~Process() {
    kill9();
}

Process::Process(Process&& other) noexcept
    : spec_(std::move(other.spec_)),
      log_from_(other.log_from_),
      pid_(std::exchange(other.pid_, 0)),
      exit_code_(other.exit_code_),
      input_(std::move(other.input_)) {}

Process& Process::operator=(Process&& other) noexcept {
    if (this != &other) {
        kill9();
        spec_ = std::move(other.spec_);
        log_from_ = other.log_from_;
        pid_ = std::exchange(other.pid_, 0);
        exit_code_ = other.exit_code_;
        input_ = std::move(other.input_);
    }
    return *this;
}

void Process::note_exit(int status) {
    constexpr int kBySignal = 128;
    exit_code_ = WIFSIGNALED(status) ? kBySignal + WTERMSIG(status) : WEXITSTATUS(status);
    pid_ = 0;
}

void Process::kill9() {
    if (pid_ <= 0) {
        return;
    }
    ::kill(pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    note_exit(status);
}

void Process::terminate() {
    if (pid_ > 0) {
        ::kill(pid_, SIGTERM);
    }
}

bool Process::running() {
    int status = 0;
    if (pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
        note_exit(status);
    }
    return pid_ > 0;
}

std::optional<int> Process::wait_exit(Duration limit) {
    if (await(limit, [this] { return !running(); })) {
        return exit_code_;
    }
    return std::nullopt;
}

void Process::tell(const std::string& line) {
    const std::string text = line + "\n";
    std::size_t told = 0;
    while (told < text.size()) {
        const ssize_t wrote = ::write(input_.get(), text.data() + told, text.size() - told);
        if (wrote < 0 && errno != EINTR) {
            throw std::runtime_error(spec_.arguments.front() + " does not listen any more");
        }
        told += wrote > 0 ? static_cast<std::size_t>(wrote) : 0;
    }
}

void Process::limit_file_bytes(std::uint64_t file_bytes_max) {
    const rlimit limit{file_bytes_max == 0 ? RLIM_INFINITY : file_bytes_max, RLIM_INFINITY};
    if (::prlimit(pid_, RLIMIT_FSIZE, &limit, nullptr) != 0) {
        throw std::runtime_error("cannot change the file size limit of a running program");
    }
}

std::string Process::output() const {
    std::ifstream file(spec_.log, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(log_from_));
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool Process::has_said(const std::string& text) const {
    return output().find(text) != std::string::npos;
}

Outcome run_to_end(ProcessSpec spec, Duration limit) {
    Process process(std::move(spec));
    const auto code = process.wait_exit(limit);
    process.kill9();
    return {code.value_or(-1), process.output()};
}

}  // namespace tally::test
