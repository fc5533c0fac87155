// One program that runs beside us: started, watched, ended; never left behind.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/base/time.hpp"

namespace tally::demo {

/// What to run. The first argument is the program, looked for in PATH and the sbin folders.
struct ChildSpec {
    std::vector<std::string> arguments;
    std::filesystem::path log;  ///< standard output and error are appended here
};

/// Call from one thread only, the one that lives longest: the kernel kills the child when the
/// thread that started it ends, however it ends. The child has a process group of its own, so that
/// Ctrl-C in a terminal reaches us alone. The destructor kills.
class ChildProcess {
 public:
    ChildProcess() = default;
    ~ChildProcess() { kill9(); }
    ChildProcess(ChildProcess&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
    ChildProcess& operator=(ChildProcess&& other) noexcept;
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Returns when the program has begun; one that cannot be run ends at once with exit code 127.
    static Result<ChildProcess> start(const ChildSpec& spec);

    [[nodiscard]] bool running() const noexcept { return pid_ > 0; }
    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

    /// SIGKILL; returns when it is gone.
    void kill9();
    void terminate();  ///< SIGTERM; returns at once

    /// Its exit code (128 + signal if a signal ended it), or nothing while it runs.
    std::optional<int> poll_exit();
    /// timeout if it still runs after `limit`.
    Result<int> wait_exit(Duration limit);

 private:
    pid_t pid_ = 0;
};

/// Runs a program to its end; its exit code.
Result<int> run_to_end(const ChildSpec& spec, Duration limit);

}  // namespace tally::demo
