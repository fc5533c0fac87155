// Completion scripts: CLI11 has no generator, so they are written from the table of commands.
#include "tools/tally/commands.hpp"
#include "tools/tally/help.hpp"

namespace tally::cli {

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

std::string flags_of(const std::vector<OptionSpec>& options) {
    std::string text;
    for (const OptionSpec& option : options) {
        text += (text.empty() ? "" : " ") + std::string(option.flag);
    }
    return text;
}

/// `path) name='...' ;;` for every group and command.
std::string cases(std::string_view indent, const std::string& name) {
    std::string text =
        std::string(indent) + "'') " + name + "='" + joined(next_words("")) + "' ;;\n";
    std::string last_group;
    for (const CommandSpec& command : commands()) {
        const std::string group(command.path.substr(0, command.path.find(' ')));
        const bool in_group = group.size() < command.path.size();
        if (in_group && group != last_group) {
            text += std::string(indent) + "'" + group + "') " + name + "='" +
                    joined(next_words(group)) + "' ;;\n";
        }
        last_group = group;
        std::string words = flags_of(command.options);
        if (command.path == "completion") {
            words = "bash zsh";
        }
        text += std::string(indent) + "'" + std::string(command.path) + "') " + name + "='" +
                words + "' ;;\n";
    }
    return text;
}

std::string bash_script() {
    return R"(# bash completion of tally; load it with: source <(tally completion bash)
_tally() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
    local path='' word words='' i
    case $previous in
        -o|--output) COMPREPLY=($(compgen -W 'table json csv' -- "$current")); return ;;
        --token-file|--api-port-file|import|check) COMPREPLY=($(compgen -f -- "$current")); return ;;
    esac
    for ((i = 1; i < COMP_CWORD && i < 3; i++)); do
        word=${COMP_WORDS[i]}
        case $word in -*) break ;; esac
        path="${path:+$path }$word"
    done
    case $path in
)" + cases("        ", "words") +
           R"(    esac
    if [[ $current == -* ]]; then words="$words )" +
           flags_of(common_options()) + R"("; fi
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _tally tally
)";
}

std::string zsh_script() {
    return R"(#compdef tally
# zsh completion of tally; save it as _tally in a folder of $fpath
_tally() {
    local typed='' choices='' i
    for ((i = 2; i < CURRENT && i < 4; i++)); do
        typed="${typed:+$typed }${words[i]}"
    done
    case $typed in
)" + cases("        ", "choices") +
           R"(    esac
    compadd -- ${=choices} )" +
           flags_of(common_options()) + R"(
}
compdef _tally tally
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
