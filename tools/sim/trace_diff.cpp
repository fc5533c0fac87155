#include "tools/sim/trace_diff.hpp"

#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "tools/sim/run_command.hpp"

namespace tally::simtool {

namespace {

constexpr std::size_t kCommonShown = 5;
constexpr std::size_t kAfterShown = 3;

void show(char mark, const std::string& first, std::ifstream& rest) {
    fmt::print("{} {}\n", mark, first.empty() ? "(the end)" : first);
    std::string line;
    for (std::size_t i = 0; i < kAfterShown && !first.empty() && std::getline(rest, line); ++i) {
        fmt::print("{} {}\n", mark, line);
    }
}

/// Why nothing can be said of it; empty if it is a file with entries.
std::string complaint(const std::string& name) {
    std::ifstream file(name);
    if (!file) {
        return name + " cannot be read";
    }
    std::error_code failed;
    if (!std::filesystem::is_regular_file(name, failed)) {
        return name + " is no file";
    }
    // An entry begins with its time, "12.000345678 ".
    std::string time, node;
    file >> time >> node;
    const std::size_t point = time.find('.');
    const bool is_time = point != std::string::npos && point > 0 && time.size() == point + 10 &&
                         time.find_first_not_of("0123456789.") == std::string::npos;
    return is_time && !node.empty() ? std::string() : name + " has no entries of a trace";
}

}  // namespace

int trace_diff(const std::string& a, const std::string& b) {
    for (const std::string& name : {a, b}) {
        if (const std::string why = complaint(name); !why.empty()) {
            fmt::print(stderr, "tally-sim: {}; record one with run --trace\n", why);
            return exit_code::kUsage;
        }
    }
    std::ifstream one(a), other(b);
    std::deque<std::string> common;
    for (std::uint64_t entry = 1;; ++entry) {
        std::string left, right;
        const bool more_left = static_cast<bool>(std::getline(one, left));
        const bool more_right = static_cast<bool>(std::getline(other, right));
        if (!more_left && !more_right) {
            fmt::print("the same, {} entries\n", entry - 1);
            return exit_code::kOk;
        }
        if (left != right) {
            fmt::print("they part at entry {}\n", entry);
            for (const std::string& line : common) {
                fmt::print("  {}\n", line);
            }
            show('<', left, one);
            show('>', right, other);
            return exit_code::kVerification;
        }
        common.push_back(std::move(left));
        if (common.size() > kCommonShown) {
            common.pop_front();
        }
    }
}

}  // namespace tally::simtool
