// Completion scripts: CLI11 has no generator, so they are written from the table of commands. Both
// shells run the same words: which command was typed, then what may follow it.
#include <set>

#include "tools/tally/commands.hpp"
#include "tools/tally/help.hpp"

namespace tally::cli {

namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between = " ") {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : std::string(between)) + word;
    }
    return text;
}

std::vector<std::string> flags_of(const std::vector<OptionSpec>& options) {
    std::vector<std::string> flags;
    for (const OptionSpec& option : options) {
        flags.emplace_back(option.flag);
    }
    return flags;
}

bool is_file(std::string_view name) {
    return name == "FILE" || name == "FLOOR";
}

/// Every group and every command, each once: "stock", "stock ls", ...
std::set<std::string> paths() {
    std::set<std::string> all;
    for (const CommandSpec& command : commands()) {
        const std::string path(command.path);
        all.insert(path.substr(0, path.find(' ')));
        all.insert(path);
    }
    return all;
}

/// The flags of an option with a value, behind the command it belongs to, as patterns of `case`.
std::vector<std::string> patterns(std::string_view behind, const OptionSpec& option) {
    std::vector<std::string> all;
    for (const std::string_view flag : {option.flag, option.brief}) {
        if (!flag.empty()) {
            all.push_back(std::string(behind) + " " + std::string(flag) +
                          (behind == "*'" ? "'" : ""));
        }
    }
    return all;
}

/// Rows of `case "$typed $previous"`: what stands behind a flag that wants a value.
struct ValueRows {
    std::string choices;             ///< whole rows
    std::vector<std::string> files;  ///< patterns
    std::vector<std::string> words;  ///< patterns: anything, so nothing is offered

    void add(std::string_view command, const OptionSpec& option) {
        const bool is_common = command.empty();
        const std::string behind = is_common ? "*'" : std::string(command);
        std::vector<std::string> found;
        for (const std::string& pattern : patterns(behind, option)) {
            found.push_back(is_common ? pattern : "'" + pattern + "'");
        }
        if (option.value.empty()) {
            return;
        }
        if (!option.choices.empty()) {
            choices += "        " + joined(found, "|") + ") choices='" +
                       std::string(option.choices) + "'; return ;;\n";
            return;
        }
        auto& rows = is_file(option.value) ? files : words;
        rows.insert(rows.end(), found.begin(), found.end());
    }

    [[nodiscard]] std::string text() const {
        std::string all = choices;
        if (!files.empty()) {
            all += "        " + joined(files, "|") + ") files=yes; return ;;\n";
        }
        if (!words.empty()) {
            all += "        " + joined(words, "|") + ") return ;;\n";
        }
        return all;
    }
};

std::string value_rows() {
    ValueRows rows;
    for (const OptionSpec& option : common_options()) {
        rows.add("", option);
    }
    for (const CommandSpec& command : commands()) {
        for (const OptionSpec& option : command.options) {
            rows.add(command.path, option);
        }
    }
    return rows.text();
}

/// Rows of `case $typed`: what may follow a group or a command.
std::string word_rows() {
    std::string text = "        '') choices='" + joined(next_words("")) + "' ;;\n";
    for (const std::string& path : paths()) {
        const CommandSpec* command = find_command(path);
        std::vector<std::string> words = next_words(path);
        bool has_files = false;
        if (command != nullptr) {
            for (const ArgumentSpec& argument : command->arguments) {
                has_files = has_files || is_file(argument.name);
                if (!argument.choices.empty()) {
                    words.emplace_back(argument.choices);
                }
            }
            for (const std::string& flag : flags_of(command->options)) {
                words.push_back(flag);
            }
        }
        text += "        '" + path + "') choices='" + joined(words) + "'" +
                (has_files ? "; files=yes" : "") + " ;;\n";
    }
    return text;
}

std::string common_flags_with_value() {
    std::vector<std::string> all;
    for (const OptionSpec& option : common_options()) {
        if (!option.value.empty()) {
            all.emplace_back(option.flag);
            if (!option.brief.empty()) {
                all.emplace_back(option.brief);
            }
        }
    }
    return joined(all, "|");
}

std::string all_paths() {
    std::vector<std::string> all;
    for (const std::string& path : paths()) {
        all.push_back("'" + path + "'");
    }
    return joined(all, "|");
}

/// From the words typed before the one at the cursor to `choices` and `files`. Options of all
/// commands may stand before the command.
std::string shared_function() {
    return R"(_tally_choices() {
    local typed='' previous='' word='' skip=no
    choices='' files=no
    for word in "$@"; do
        previous=$word
        if [ $skip = yes ]; then skip=no; continue; fi
        case $word in
            )" +
           common_flags_with_value() + R"() skip=yes; continue ;;
            -*) continue ;;
        esac
        case "${typed:+$typed }$word" in
            )" +
           all_paths() + R"() typed="${typed:+$typed }$word" ;;
        esac
    done
    case "$typed $previous" in
)" + value_rows() +
           R"(    esac
    case $typed in
)" + word_rows() +
           R"(    esac
}
)";
}

std::string bash_script() {
    return "# bash completion of tally; load it with: source <(tally completion bash)\n" +
           shared_function() + R"(_tally() {
    local current=${COMP_WORDS[COMP_CWORD]} choices='' files=no
    _tally_choices "${COMP_WORDS[@]:1:COMP_CWORD-1}"
    if [[ $current == -* ]]; then choices="$choices )" +
           joined(flags_of(common_options())) + R"("; fi
    COMPREPLY=($(compgen -W "$choices" -- "$current"))
    if [ $files = yes ]; then
        compopt -o filenames 2>/dev/null
        COMPREPLY+=($(compgen -f -- "$current"))
    fi
}
complete -F _tally tally
)";
}

std::string zsh_script() {
    return "#compdef tally\n# zsh completion of tally; save it as _tally in a folder of $fpath\n" +
           shared_function() + R"(_tally() {
    local choices='' files=no
    _tally_choices "${(@)words[2,CURRENT-1]}"
    if [[ $words[CURRENT] == -* ]]; then choices="$choices )" +
           joined(flags_of(common_options())) + R"("; fi
    compadd -- ${=choices}
    if [ $files = yes ]; then _files; fi
}
# Loaded from $fpath, this file is the function; read with source, it names it.
if [ "${funcstack[1]}" = _tally ]; then _tally "$@"; else compdef _tally tally; fi
)";
}

}  // namespace

std::string completion_script(std::string_view shell) {
    if (shell == "bash") {
        return bash_script();
    }
    return shell == "zsh" ? zsh_script() : std::string();
}

}  // namespace tally::cli
