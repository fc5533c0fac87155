// Another process of the bench: this program again in a role, or the broker.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally::bench {

/// Started in the constructor, killed (SIGKILL) and reaped in the destructor; it also dies with the
/// bench. Its standard output comes through a pipe, its errors go where ours go.
class Child {
 public:
    /// argv[0] is searched in PATH; "/proc/self/exe" is this program.
    explicit Child(std::vector<std::string> argv);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// The next line of its output, waiting for it; empty at the end.
    std::string read_line();
    /// All further lines of the form "name value", up to its end.
    std::map<std::string, double> read_figures();

    /// Processor time it has used so far.
    [[nodiscard]] double processor_s() const;

 private:
    pid_t pid_ = 0;
    int output_ = -1;
    std::string buffer_;
};

/// In the child: memory of this process as the kernel counts it, MiB. `key` is VmRSS or VmHWM.
double resident_mib(const std::string& key);
/// In the child: what it has allocated and not freed; the rest of its heap is room that the
/// allocator keeps.
double heap_used_mib();

}  // namespace tally::bench
