// The rules of the lint that read comments, scripts and documents rather than code.
#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "tools/lint/lint_rules.hpp"

namespace tally::lint {
namespace {

// The words are written in two halves, so that this file passes its own rules.
constexpr std::array<std::string_view, 4> kMarkers = {
    "TO"
    "DO",
    "FIX"
    "ME",
    "XX"
    "X",
    "HA"
    "CK"};
constexpr std::array<std::string_view, 3> kMachinePaths = {
    "/ho"
    "me/",
    "/ro"
    "ot/",
    "/Us"
    "ers/"};
constexpr std::string_view kSilencer =
    "NO"
    "LINT";
constexpr std::string_view kPragma =
    "GCC diagnostic"
    " ignored";

/// "NOLINT(check-name): reason", also NEXTLINE, BEGIN and END.
bool names_check_and_reason(std::string_view line) {
    std::string_view rest = line.substr(line.find(kSilencer) + kSilencer.size());
    for (const std::string_view suffix : {"NEXTLINE", "BEGIN", "END"}) {
        if (rest.starts_with(suffix)) {
            rest.remove_prefix(suffix.size());
        }
    }
    const std::size_t close = rest.find(')');
    if (!rest.starts_with('(') || close == std::string_view::npos || close < 2) {
        return false;
    }
    const std::string_view reason = rest.substr(close + 1);
    return reason.starts_with(": ") && reason.size() > 10;
}

void check_line(const SourceFile& file, std::size_t index, const std::string& tree_path,
                std::vector<Finding>& findings) {
    const std::string& line = file.lines[index];
    const auto report = [&](std::string text) {
        findings.push_back({file.path, index + 1, std::move(text)});
    };
    for (const std::string_view marker : kMarkers) {
        if (has_word(line, marker)) {
            report(std::string(marker) +
                   " marks unfinished work; finish it, or open an issue and "
                   "leave the mark out");
        }
    }
    if (line.find(kSilencer) != std::string::npos && !names_check_and_reason(line)) {
        report("a silenced lint without its check and reason; write " + std::string(kSilencer) +
               "(check-name): why");
    }
    if (line.find(kPragma) != std::string::npos && line.find("//") == std::string::npos) {
        report("a silenced warning without reason; mend it, or say why behind it");
    }
    for (const std::string_view path : kMachinePaths) {
        if (line.find(path) != std::string::npos) {
            report("a path of one machine (" + std::string(path) +
                   "...); make it relative to the "
                   "tree or an argument");
        }
    }
    if (!tree_path.empty() && line.find(tree_path + "/") != std::string::npos) {
        report("the path of this checkout; make it relative to the tree");
    }
}

bool is_elsewhere(std::string_view target) {
    return target.empty() || target.starts_with('#') ||
           target.find("://") != std::string_view::npos || target.starts_with("mailto:");
}

}  // namespace

std::vector<Finding> check_marks(const SourceFile& file, const std::string& tree_path) {
    std::vector<Finding> findings;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        check_line(file, i, tree_path, findings);
    }
    return findings;
}

std::vector<Finding> check_links(const SourceFile& file, const std::set<std::string>& paths) {
    std::vector<Finding> findings;
    if (!file.path.ends_with(".md")) {
        return findings;
    }
    const std::filesystem::path folder = std::filesystem::path(file.path).parent_path();
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        const std::string_view line = file.lines[i];
        for (std::size_t at = line.find("]("); at != std::string_view::npos;
             at = line.find("](", at + 2)) {
            const std::size_t end = line.find_first_of(")# ", at + 2);
            if (end == std::string_view::npos) {
                continue;
            }
            const std::string target(line.substr(at + 2, end - at - 2));
            if (is_elsewhere(line.substr(at + 2, line.find(')', at) - at - 2))) {
                continue;
            }
            std::string place = (folder / target).lexically_normal().generic_string();
            if (place.ends_with('/')) {
                place.pop_back();
            }
            if (paths.count(place) == 0) {
                findings.push_back(
                    {file.path, i + 1,
                     "the link to '" + target + "' leads nowhere; correct or remove it"});
            }
        }
    }
    return findings;
}

}  // namespace tally::lint
