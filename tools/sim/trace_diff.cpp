#include "tools/sim/trace_diff.hpp"

#include <cstdint>
#include <deque>
#include <fstream>

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

}  // namespace

int trace_diff(const std::string& a, const std::string& b) {
    std::ifstream one(a), other(b);
    for (const auto& [file, name] : {std::pair{&one, &a}, std::pair{&other, &b}}) {
        if (!*file) {
            fmt::print(stderr, "tally-sim: {} cannot be read; record it with run --trace\n", *name);
            return exit_code::kUsage;
        }
    }
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
