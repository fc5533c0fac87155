// The command line, understood.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/tally/commands.hpp"

namespace tally::cli {

/// Exit codes, each a class of outcome (docs/cli.md).
namespace exit_code {
inline constexpr int kOk = 0;
inline constexpr int kGeneral = 1;
inline constexpr int kUsage = 2;
inline constexpr int kUnreachable = 3;
inline constexpr int kNotFound = 4;
inline constexpr int kRefused = 5;
inline constexpr int kVerification = 6;
inline constexpr int kDegraded = 7;
inline constexpr int kTimedOut = 124;
}  // namespace exit_code

enum class OutputFormat { table, json, csv };

struct Invocation {
    const CommandSpec* command = nullptr;
    std::vector<std::string> arguments;          ///< in the order of the spec
    std::map<std::string, std::string> options;  ///< "--place" -> "shop.floor"
    OutputFormat output = OutputFormat::table;
    bool quiet = false;
    bool no_color = false;
    std::optional<double> watch_s;
    unsigned timeout_s = 30;
    std::string url, port_file, token_file;

    [[nodiscard]] std::string option(const std::string& flag) const;
};

/// What came of the words: a command to run, help to print, or what is wrong with them.
struct Understood {
    std::optional<Invocation> invocation;
    std::optional<std::string> help_of;  ///< a command, a group of commands, or "" for all
    std::string problem;                 ///< English, one line
    std::string next;                    ///< the command to try
};

/// `words` without the program's own name. Common options stand before or after the command.
Understood understand(std::vector<std::string> words);

}  // namespace tally::cli
