#include "tools/tally/arguments.hpp"

#include <algorithm>
#include <list>

#include <CLI/CLI.hpp>

#include "firmware/base/near_name.hpp"

namespace tally::cli {

namespace {

/// Where CLI11 puts what it reads for one command.
struct Reading {
    const CommandSpec* spec = nullptr;
    CLI::App* app = nullptr;
    std::vector<std::string> arguments;
    std::map<std::string, std::string> texts;
    std::map<std::string, bool> flags;
};

struct Common {
    Invocation base;
    std::string output = "table";
    double watch_s = 0;
};

void add_common(CLI::App& app, Common& common) {
    Invocation& base = common.base;
    app.add_option("--url", base.url);
    app.add_option("--api-port-file", base.port_file);
    app.add_option("--token-file", base.token_file);
    app.add_option("-o,--output", common.output)->check(CLI::IsMember({"table", "json", "csv"}));
    app.add_flag("-q,--quiet", base.quiet);
    app.add_option("-w,--watch", common.watch_s)->check(CLI::Range(0.1, 86'400.0));
    app.add_option("--timeout", base.timeout_s)->check(CLI::Range(1, 3'600));
    app.add_flag("--no-color", base.no_color);
}

using Groups = std::map<std::string, CLI::App*>;

CLI::App* group_of(CLI::App& app, Groups& groups, std::string_view path) {
    const auto blank = path.find(' ');
    if (blank == std::string_view::npos) {
        return &app;
    }
    const std::string group(path.substr(0, blank));
    CLI::App*& found = groups[group];
    if (found == nullptr) {
        found = app.add_subcommand(group);
        found->fallthrough()->set_help_flag();
        found->require_subcommand(1);
    }
    return found;
}

void add_command(CLI::App& app, Groups& groups, const CommandSpec& spec, Reading& reading) {
    const std::string_view path = spec.path;
    CLI::App* group = group_of(app, groups, path);
    const auto blank = path.find(' ');
    CLI::App* command = group->add_subcommand(
        std::string(blank == std::string_view::npos ? path : path.substr(blank + 1)));
    command->fallthrough()->set_help_flag();
    reading.spec = &spec;
    reading.app = command;
    reading.arguments.resize(spec.arguments.size());
    for (std::size_t i = 0; i < spec.arguments.size(); ++i) {
        const ArgumentSpec& argument = spec.arguments[i];
        command->add_option(std::string(argument.name), reading.arguments[i])
            ->required(argument.need == ArgumentSpec::Need::required);
    }
    for (const OptionSpec& option : spec.options) {
        const std::string flag(option.flag);
        if (option.value.empty()) {
            command->add_flag(flag, reading.flags[flag]);
        } else {
            command->add_option(flag, reading.texts[flag]);
        }
    }
}

/// The words that could name a command: neither options nor their values.
std::vector<std::string> command_words(const std::vector<std::string>& words) {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!words[i].starts_with("-")) {
            found.push_back(words[i]);
            continue;
        }
        const auto takes_value = [&](const OptionSpec& option) {
            return !option.value.empty() && (words[i] == option.flag || words[i] == option.brief);
        };
        if (std::any_of(common_options().begin(), common_options().end(), takes_value)) {
            ++i;
        }
    }
    return found;
}

/// Of words without a command: the first option that no command has, as it was written.
std::string unknown_option(const std::vector<std::string>& words) {
    for (const std::string& word : words) {
        const std::string flag = word.substr(0, word.find('='));
        const bool is_known = std::any_of(
            common_options().begin(), common_options().end(),
            [&](const OptionSpec& option) { return flag == option.flag || flag == option.brief; });
        if (flag.starts_with("-") && !is_known) {
            return flag;
        }
    }
    return {};
}

/// What is wrong with words that name no command.
Understood nothing_named(const std::vector<std::string>& words) {
    const std::string option = unknown_option(words);
    if (option.empty()) {
        return {std::nullopt, std::nullopt, "no command was named", "tally --help"};
    }
    std::vector<std::string> flags{"--version"};
    for (const OptionSpec& known : common_options()) {
        flags.emplace_back(known.flag);
    }
    const std::string near = near_name(option, flags);
    return {std::nullopt, std::nullopt,
            "there is no option '" + option + "'" +
                (near.empty() ? "" : ", did you mean '" + near + "'?"),
            "tally --help"};
}

/// The longest beginning of `words` that is a command or a group.
std::string known_prefix(const std::vector<std::string>& words) {
    std::string path;
    for (const std::string& word : words) {
        const std::vector<std::string> next = next_words(path);
        if (std::find(next.begin(), next.end(), word) == next.end()) {
            break;
        }
        path += (path.empty() ? "" : " ") + word;
    }
    return path;
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

Invocation invocation_of(const Reading& reading, const Common& common, bool watch) {
    Invocation invocation = common.base;
    invocation.command = reading.spec;
    invocation.arguments = reading.arguments;
    invocation.output = common.output == "json"  ? OutputFormat::json
                        : common.output == "csv" ? OutputFormat::csv
                                                 : OutputFormat::table;
    if (watch) {
        invocation.watch_s = common.watch_s;
    }
    for (const auto& [flag, text] : reading.texts) {
        if (!text.empty()) {
            invocation.options[flag] = text;
        }
    }
    for (const auto& [flag, set] : reading.flags) {
        if (set) {
            invocation.options[flag] = "1";
        }
    }
    return invocation;
}

}  // namespace

std::string Invocation::option(const std::string& flag) const {
    const auto found = options.find(flag);
    return found == options.end() ? std::string() : found->second;
}

Understood understand(std::vector<std::string> words) {
    const std::vector<std::string> named = command_words(words);
    const std::string prefix = known_prefix(named);
    const bool asks_help = std::any_of(words.begin(), words.end(), [](const std::string& word) {
        return word == "-h" || word == "--help";
    });
    if (asks_help || words.empty()) {
        return {std::nullopt, prefix, {}, {}};
    }
    if (named.empty()) {
        return nothing_named(words);
    }
    if (find_command(prefix) == nullptr) {
        const std::string near = nearest_command(named);
        const std::string group = prefix.empty() ? "tally" : "tally " + prefix;
        std::string asked;
        for (const std::string& word : named) {
            asked += " " + word;
        }
        if (prefix == near || near.empty()) {
            return {std::nullopt, std::nullopt, "'tally" + asked + "' is no command",
                    group + " --help"};
        }
        return {std::nullopt, std::nullopt, "'tally" + asked + "' is no command", "tally " + near};
    }
    CLI::App app("tally");
    Common common;
    app.set_help_flag();
    add_common(app, common);
    Groups groups;
    std::list<Reading> readings;
    for (const CommandSpec& spec : commands()) {
        add_command(app, groups, spec, readings.emplace_back());
    }
    std::reverse(words.begin(), words.end());  // As CLI11 wants them.
    try {
        app.parse(words);
    } catch (const CLI::ParseError& error) {
        return {std::nullopt, std::nullopt, first_line(error.what()),
                "tally " + prefix + " --help"};
    }
    for (const Reading& reading : readings) {
        if (reading.app->parsed()) {
            const bool watch = app.get_option("--watch")->count() > 0;
            return {invocation_of(reading, common, watch), std::nullopt, {}, {}};
        }
    }
    return {std::nullopt, std::nullopt, "no command was named", "tally --help"};
}

}  // namespace tally::cli
