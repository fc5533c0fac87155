// The tree of commands: one table from which the parser, the help, the shell completions and the
// suggestions are made.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally::cli {

struct ArgumentSpec {
    std::string_view name;  ///< "EPC"
    enum class Need { required, optional } need = Need::required;
    std::string_view choices = {};  ///< separated by blanks, for completion
};

struct OptionSpec {
    std::string_view flag;   ///< "--place"
    std::string_view value;  ///< "PLACE"; empty: takes none
    std::string_view meaning;
    std::string_view choices = {};  ///< separated by blanks, for completion
    std::string_view brief = {};    ///< "-o"
};

struct CommandSpec {
    std::string_view path;     ///< "stock ls"
    std::string_view summary;  ///< English; the key of its translation
    std::vector<ArgumentSpec> arguments;
    std::vector<OptionSpec> options;
    std::vector<std::string_view> examples;  ///< at least one
};

const std::vector<CommandSpec>& commands();
const std::vector<OptionSpec>& common_options();

/// Null if there is no such command.
const CommandSpec* find_command(std::string_view path);

/// The words that may follow `prefix` ("" or "stock") in the tree, in its order.
std::vector<std::string> next_words(std::string_view prefix);

/// For words that are no command: the nearest command, or empty.
std::string nearest_command(std::span<const std::string> words);

}  // namespace tally::cli
