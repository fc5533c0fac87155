#include "tools/tally/help.hpp"

#include <algorithm>

#include "tools/tally/commands.hpp"
#include "tools/tally/width.hpp"

namespace tally::cli {

namespace {

std::string arguments_of(const CommandSpec& command) {
    std::string text;
    for (const ArgumentSpec& argument : command.arguments) {
        const bool optional = argument.need == ArgumentSpec::Need::optional;
        text += optional ? " [" : " ";
        text += argument.name;
        text += optional ? "]" : "";
    }
    return text;
}

std::string option_lines(const std::vector<OptionSpec>& options) {
    std::string text;
    for (const OptionSpec& option : options) {
        std::string left = "  ";
        left += option.brief.empty() ? "    " : std::string(option.brief) + ", ";
        left += option.flag;
        left += option.value.empty() ? "" : " " + std::string(option.value);
        text += padded(left, 30, Align::left) + " " + std::string(option.meaning) + "\n";
    }
    return text;
}

std::string example_lines(const CommandSpec& command) {
    std::string text;
    for (const std::string_view example : command.examples) {
        text += "  " + std::string(example) + "\n";
    }
    return text;
}

std::string help_of_command(const CommandSpec& command, const Catalogue& say) {
    std::string text = "tally " + std::string(command.path) + ": ";
    text += std::string(say(command.summary)) + "\n\n";
    text += std::string(say("Examples:")) + "\n" + example_lines(command) + "\n";
    text += std::string(say("Usage:")) + " tally " + std::string(command.path) +
            arguments_of(command) + (command.options.empty() ? "\n" : " [OPTIONS]\n");
    if (!command.options.empty()) {
        text += "\n" + std::string(say("Options:")) + "\n" + option_lines(command.options);
    }
    return text + "\n" + std::string(say("Options of every command:")) + "\n" +
           option_lines(common_options());
}

bool is_within(const CommandSpec& command, std::string_view group) {
    return group.empty() ||
           (command.path.starts_with(group) && command.path.size() > group.size() &&
            command.path[group.size()] == ' ');
}

}  // namespace

std::string help_text(std::string_view path, const Catalogue& say) {
    if (const CommandSpec* command = find_command(path)) {
        return help_of_command(*command, say);
    }
    std::string examples, lines;
    for (const CommandSpec& command : commands()) {
        if (!is_within(command, path)) {
            continue;
        }
        if (!path.empty() || command.path == "status" || command.path == "stock ls" ||
            command.path == "item trace" || command.path == "gate why") {
            examples += "  " + std::string(command.examples.front()) + "\n";
        }
        const std::string left = "  " + std::string(command.path) + arguments_of(command);
        lines += padded(left, 26, Align::left) + " " + std::string(say(command.summary)) + "\n";
    }
    return std::string(say("Examples:")) + "\n" + examples + "\n" + std::string(say("Commands:")) +
           "\n" + lines + "\n" + std::string(say("Options of every command:")) + "\n" +
           option_lines(common_options()) +
           (path.empty() ? option_lines({{"--version", "", "the version of this tool"}}) : "");
}

}  // namespace tally::cli
