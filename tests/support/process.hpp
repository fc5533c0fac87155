// A program beside the test: started, told things, killed, and never left behind.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "firmware/base/time.hpp"
#include "firmware/host/loop/fd.hpp"

namespace tally::test {

/// Looks at `holds` every few milliseconds until it is true; false if it never was in time.
bool await(Duration limit, const std::function<bool()>& holds);

/// True once nobody has written to any of these files for a second.
bool at_rest(const std::vector<std::filesystem::path>& files);

/// How to run it. The first argument is the program, looked for in PATH and the sbin folders.
struct ProcessSpec {
    std::vector<std::string> arguments;
    std::filesystem::path log{};       ///< standard output and error are appended here
    std::uint64_t file_bytes_max = 0;  ///< no file may grow beyond (RLIMIT_FSIZE); 0: no limit
};

/// Throws std::runtime_error where the system refuses. For one thread, the one that lives longest:
/// the kernel kills the child when the thread that started it ends. The destructor kills.
class Process {
 public:
    Process() = default;
    explicit Process(ProcessSpec spec);
    ~Process();
    Process(Process&& other) noexcept;
    Process& operator=(Process&& other) noexcept;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void kill9();      ///< returns when it is gone
    void terminate();  ///< SIGTERM; returns at once

    /// True until its end has been noticed; asking notices it.
    [[nodiscard]] bool running();
    /// Its exit code, 128 + signal if a signal ended it; nothing if it still runs after `limit`.
    std::optional<int> wait_exit(Duration limit);

    /// A line for its standard input.
    void tell(const std::string& line);

    /// Changes the limit of the running program; 0: no limit any more.
    void limit_file_bytes(std::uint64_t file_bytes_max);

    /// All it has printed since it was started.
    [[nodiscard]] std::string output() const;
    [[nodiscard]] bool has_said(const std::string& text) const;

 private:
    void note_exit(int status);

    ProcessSpec spec_;
    std::uintmax_t log_from_ = 0;
    pid_t pid_ = 0;
    int exit_code_ = -1;
    host::Fd input_;
};

/// Runs a program to its end, at most `limit`. Code -1: it had to be killed.
struct Outcome {
    int code = -1;
    std::string text;  ///< what it printed, both streams
};
Outcome run_to_end(ProcessSpec spec, Duration limit);

}  // namespace tally::test
