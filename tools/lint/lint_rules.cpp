#include "tools/lint/lint_rules.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

namespace tally::lint {
namespace {

constexpr std::size_t kFileLinesMax = 500;
constexpr std::size_t kFunctionLinesMax = 70;

/// What each part of a path is called after: the last word of its stem, which is its noun.
/// "services/order_manager.hpp" -> services, manager.
std::vector<std::string> path_nouns(const std::string& path) {
    std::vector<std::string> nouns;
    for (const std::filesystem::path& part : std::filesystem::path(path)) {
        const std::string name = part.string();
        const std::string stem = name.substr(0, name.find('.'));
        nouns.push_back(stem.substr(stem.find_last_of("_-") + 1));
    }
    return nouns;
}

std::size_t indent_of(const std::string& line) {
    const std::size_t indent = line.find_first_not_of(' ');
    return indent == std::string::npos ? 0 : indent;
}

bool opens_something_else(const std::string& line) {
    static constexpr std::array kWords = {"namespace", "class",     "struct",   "union", "enum",
                                          "extern",    "TEST_CASE", "template", "if",    "for",
                                          "while",     "switch",    "catch"};
    return std::any_of(kWords.begin(), kWords.end(),
                       [&](const char* word) { return has_word(line, word); });
}

/// A row of a table that is written as a switch: it does not make a function harder to read.
bool is_table_row(const std::string& line) {
    const std::string_view text = std::string_view(line).substr(indent_of(line));
    return text.starts_with("case ") || text.starts_with("return \"") || text.starts_with('"');
}

/// Finds functions by their indentation, which clang-format has settled: a block that opens at the
/// indent of a namespace or of a class member, and closes at the same indent.
class FunctionFinder {
 public:
    explicit FunctionFinder(const SourceFile& file) : file_(file), code_(code_only(file)) {}

    std::vector<Finding> run() {
        for (std::size_t i = 0; i < code_.size(); ++i) {
            const std::size_t indent = indent_of(code_[i]);
            const bool member_or_free = indent == 0 || indent == 4;
            if (member_or_free && opens_function(i)) {
                measure(i, indent);
            }
        }
        return std::move(findings_);
    }

 private:
    /// A signature starts here and its body opens before the next statement ends.
    [[nodiscard]] bool opens_function(std::size_t start) const {
        static constexpr std::size_t kSignatureLinesMax = 8;
        const std::string& first = code_[start];
        if (first.find('(') == std::string::npos || opens_something_else(first) ||
            first.find_first_of("#}") == indent_of(first)) {
            return false;
        }
        for (std::size_t i = start; i < std::min(start + kSignatureLinesMax, code_.size()); ++i) {
            if (code_[i].ends_with('{')) {
                return true;
            }
            if (code_[i].ends_with(';') || code_[i].ends_with('}')) {
                return false;
            }
        }
        return false;
    }

    void measure(std::size_t start, std::size_t indent) {
        for (std::size_t end = start + 1; end < code_.size(); ++end) {
            if (!code_[end].starts_with(std::string(indent, ' ') + "}")) {
                continue;
            }
            const auto begin = file_.lines.begin();
            const auto rows = std::count_if(begin + static_cast<std::ptrdiff_t>(start),
                                            begin + static_cast<std::ptrdiff_t>(end), is_table_row);
            const std::size_t lines = end - start + 1 - static_cast<std::size_t>(rows);
            if (lines > kFunctionLinesMax) {
                findings_.push_back(
                    {file_.path, start + 1,
                     "a function of " + std::to_string(lines) +
                         " lines; keep the control flow "
                         "here and move leaves into functions of their own (up to 70 lines)"});
            }
            return;
        }
    }

    const SourceFile& file_;
    std::vector<std::string> code_;
    std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check_shape(const SourceFile& file) {
    std::vector<Finding> findings;
    static constexpr std::array kEmptyNames = {"utils",   "util",    "common", "helper",
                                               "helpers", "manager", "misc"};
    for (const std::string& word : path_nouns(file.path)) {
        if (std::find(kEmptyNames.begin(), kEmptyNames.end(), word) != kEmptyNames.end()) {
            findings.push_back({file.path, 0,
                                "'" + word +
                                    "' names nothing; call the file after "
                                    "what it does, in the words of design 2"});
        }
    }
    if (!file.is_cpp()) {
        return findings;
    }
    if (file.lines.size() > kFileLinesMax) {
        findings.push_back({file.path, 0,
                            "has " + std::to_string(file.lines.size()) +
                                " lines; split it by purpose (about 120, never "
                                "above 500)"});
    }
    const bool guarded =
        std::find(file.lines.begin(), file.lines.end(), "#pragma once") != file.lines.end();
    if (file.is_header() && !guarded) {
        findings.push_back({file.path, 0,
                            "a header without '#pragma once'; write it below the "
                            "opening comment"});
    }
    const std::vector<Finding> functions = FunctionFinder(file).run();
    findings.insert(findings.end(), functions.begin(), functions.end());
    return findings;
}

std::vector<Finding> check_tree(const std::vector<SourceFile>& files,
                                const std::string& tree_path) {
    std::set<std::string> paths;
    for (const SourceFile& file : files) {
        paths.insert(file.path);
        for (std::size_t at = file.path.find('/'); at != std::string::npos;
             at = file.path.find('/', at + 1)) {
            paths.insert(file.path.substr(0, at));
        }
    }
    std::vector<Finding> findings;
    for (const SourceFile& file : files) {
        for (const std::vector<Finding>& more :
             {check_shape(file), check_marks(file, tree_path), check_links(file, paths)}) {
            findings.insert(findings.end(), more.begin(), more.end());
        }
    }
    return findings;
}

}  // namespace tally::lint
