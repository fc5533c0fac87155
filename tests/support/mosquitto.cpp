#include "tests/support/mosquitto.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace tally::test {
namespace {

constexpr auto kStartLimit = std::chrono::seconds(20);
constexpr int kStartAttempts = 20;
constexpr const char* kListening = " running";

/// Runs a program with stderr and stdout into `output`; what stands between fork and exec may only
/// do async-signal-safe things. Debian keeps mosquitto outside a user's PATH.
pid_t spawn(const std::vector<std::string>& arguments, int output) {
    std::vector<char*> argv;
    for (const std::string& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    const std::string in_sbin = "/usr/sbin/" + arguments.front();
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child != 0) {
        return child;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
        ::_exit(127);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);  // the test's loop may have blocked some
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execvp(argv[0], argv.data());
    ::execv(in_sbin.c_str(), argv.data());
    ::_exit(127);
}

int wait_for_exit(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

void add_user(const std::filesystem::path& file, const MosquittoUser& user) {
    const host::Fd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    const pid_t child =
        spawn({"mosquitto_passwd", "-b", file.string(), user.name, user.password}, null.get());
    if (wait_for_exit(child) != 0) {
        throw std::runtime_error("mosquitto_passwd failed; is the package mosquitto installed?");
    }
}

}  // namespace

Mosquitto::Mosquitto(MosquittoConfig config) : config_(std::move(config)) {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "tally-mosquitto-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("cannot make a folder for mosquitto at " + pattern);
    }
    folder_ = pattern;
    if (!config_.users.empty()) {
        write_file("passwords", "");
        for (const MosquittoUser& user : config_.users) {
            add_user(folder_ / "passwords", user);
        }
    }
    if (!config_.acl.empty()) {
        write_file("acl", config_.acl);
    }
    reserve_port();
    write_config();
    start();
}

Mosquitto::~Mosquitto() {
    kill9();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::filesystem::path Mosquitto::write_file(const std::string& name,
                                            const std::string& text) const {
    const auto path = folder_ / name;
    std::ofstream(path) << text;
    std::filesystem::permissions(
        path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return path;
}

void Mosquitto::reserve_port() {
    reserved_ = host::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(reserved_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(reserved_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(reserved_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no free loopback port for mosquitto");
    }
    port_ = ntohs(address.sin_port);
}

void Mosquitto::write_config() const {
    std::string text = "listener " + std::to_string(port_) +
                       " 127.0.0.1\n"
                       "persistence false\n"
                       "set_tcp_nodelay true\n"
                       // Not 0 for "no bound": 2.0.11 then ends a connection on a denied publish.
                       "max_queued_messages 1000000\n"
                       "log_dest stderr\n"
                       "log_type error\nlog_type warning\nlog_type notice\nlog_type information\n";
    if (::geteuid() == 0) {
        text += "user root\n";  // else it gives up root and cannot read the files beside it
    }
    text += config_.users.empty()
                ? "allow_anonymous true\n"
                : "allow_anonymous false\npassword_file " + (folder_ / "passwords").string() + "\n";
    if (!config_.acl.empty()) {
        text += "acl_file " + (folder_ / "acl").string() + "\n";
    }
    for (const std::string& line : config_.extra_lines) {
        text += line + "\n";
    }
    write_file("mosquitto.conf", text);
}

void Mosquitto::start() {
    for (int attempt = 0; attempt < kStartAttempts; ++attempt) {
        if (try_start()) {
            return;
        }
    }
    throw std::runtime_error("mosquitto does not start on port " + std::to_string(port_) + ":\n" +
                             log());
}

bool Mosquitto::try_start() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe for mosquitto's log");
    }
    {
        const host::Fd into(ends[1]);
        const std::lock_guard lock(mutex_);
        log_.clear();
        log_ended_ = false;
        pid_ = spawn({"mosquitto", "-c", (folder_ / "mosquitto.conf").string()}, into.get());
    }
    log_reader_ = std::thread([this, from = ends[0]] { collect_log(from); });
    std::unique_lock lock(mutex_);
    const bool told = changed_.wait_for(lock, kStartLimit, [this] {
        return log_ended_ || log_.find(kListening) != std::string::npos;
    });
    const bool listening = told && log_.find(kListening) != std::string::npos;
    lock.unlock();
    if (!listening) {
        kill9();
    }
    return listening;
}

void Mosquitto::collect_log(int from) {
    const host::Fd pipe(from);
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto got = ::read(pipe.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        const std::lock_guard lock(mutex_);
        if (got <= 0) {
            log_ended_ = true;
            changed_.notify_all();
            return;
        }
        log_.append(buffer.data(), static_cast<std::size_t>(got));
        changed_.notify_all();
    }
}

void Mosquitto::stop() {
    end(SIGTERM);
}

void Mosquitto::kill9() {
    end(SIGKILL);
}

void Mosquitto::end(int signal) {
    if (pid_ <= 0) {
        return;
    }
    // A mosquitto that has only just opened its port forgets a SIGTERM: it is told until it goes.
    constexpr int kAgainAfterMs = 20;
    do {
        ::kill(pid_, signal);
        ::poll(nullptr, 0, kAgainAfterMs);
    } while (::waitpid(pid_, nullptr, WNOHANG) == 0);
    pid_ = 0;
    log_reader_.join();
}

std::string Mosquitto::log() const {
    const std::lock_guard lock(mutex_);
    return log_;
}

}  // namespace tally::test
