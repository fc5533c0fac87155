#include "tools/lint/source_file.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace tally::lint {
namespace {

namespace fs = std::filesystem;

bool is_identifier(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_left_out(const fs::path& folder) {
    const std::string name = folder.filename().string();
    return name == "build" || name == "node_modules" || (name.starts_with('.') && name != ".ci");
}

bool is_text(const fs::path& file, std::string_view content) {
    static constexpr std::array kData = {".bin", ".gz", ".png", ".bytes", ".db", ".frame"};
    const std::string extension = file.extension().string();
    return std::find(kData.begin(), kData.end(), extension) == kData.end() &&
           content.find('\0') == std::string_view::npos;
}

/// Blanks comments and literals of a whole text, character by character, keeping line ends.
class Blanker {
 public:
    explicit Blanker(std::string text) : text_(std::move(text)) {}

    std::string run() {
        while (at_ < text_.size()) {
            step();
        }
        return std::move(text_);
    }

 private:
    [[nodiscard]] bool starts(std::string_view word) const {
        return std::string_view(text_).substr(at_).starts_with(word);
    }

    void step() {
        const char c = text_[at_];
        const bool digit_separator = c == '\'' && at_ > 0 && is_identifier(text_[at_ - 1]);
        if (starts("//")) {
            blank_until("\n", 0);
        } else if (starts("/*")) {
            blank_until("*/", 2);
        } else if (starts("R\"") && (at_ == 0 || !is_identifier(text_[at_ - 1]))) {
            const std::size_t open = text_.find('(', at_);
            const std::string delimiter =
                open == std::string::npos ? "" : text_.substr(at_ + 2, open - at_ - 2);
            blank_until(")" + delimiter + "\"", delimiter.size() + 2);
        } else if (c == '"' || (c == '\'' && !digit_separator)) {
            blank_literal(c);
        } else {
            ++at_;
        }
    }

    void blank_until(const std::string& end, std::size_t and_then) {
        const std::size_t found = text_.find(end, at_ + 1);
        const std::size_t stop =
            found == std::string::npos ? text_.size() : std::min(found + and_then, text_.size());
        blank_to(stop);
    }

    void blank_to(std::size_t stop) {
        for (; at_ < stop; ++at_) {
            if (text_[at_] != '\n') {
                text_[at_] = ' ';
            }
        }
    }

    void blank_literal(char quote) {
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
            end += text_[end] == '\\' ? 2 : 1;
        }
        ++at_;
        blank_to(std::min(end, text_.size()));
        at_ = std::min(end + 1, text_.size());
    }

    std::string text_;
    std::size_t at_ = 0;
};

}  // namespace

bool SourceFile::is_header() const {
    return path.ends_with(".hpp") || path.ends_with(".h");
}

bool SourceFile::is_cpp() const {
    return is_header() || path.ends_with(".cpp");
}

SourceFile source_file(std::string path, std::string_view text) {
    SourceFile file{std::move(path), {}};
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        file.lines.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return file;
}

std::vector<SourceFile> read_tree(const fs::path& root) {
    std::vector<SourceFile> files;
    for (auto each = fs::recursive_directory_iterator(root);
         each != fs::recursive_directory_iterator(); ++each) {
        if (each->is_directory() && is_left_out(each->path())) {
            each.disable_recursion_pending();
        }
        if (!each->is_regular_file()) {
            continue;
        }
        std::ifstream stream(each->path(), std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(stream),
                               std::istreambuf_iterator<char>()};
        if (is_text(each->path(), text)) {
            files.push_back(
                source_file(each->path().lexically_relative(root).generic_string(), text));
        }
    }
    std::sort(files.begin(), files.end(),
              [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
    return files;
}

std::vector<std::string> code_only(const SourceFile& file) {
    std::string text;
    for (const std::string& line : file.lines) {
        text += line + "\n";
    }
    std::vector<std::string> lines = source_file(file.path, Blanker(std::move(text)).run()).lines;
    lines.resize(file.lines.size());
    return lines;
}

bool has_word(std::string_view line, std::string_view word) {
    for (std::size_t at = line.find(word); at != std::string_view::npos;
         at = line.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool begins = at == 0 || !is_identifier(line[at - 1]) || !is_identifier(word.front());
        const bool ends =
            end == line.size() || !is_identifier(line[end]) || !is_identifier(word.back());
        if (begins && ends) {
            return true;
        }
    }
    return false;
}

int print_findings(const std::vector<Finding>& findings, std::string_view checked) {
    for (const Finding& finding : findings) {
        std::printf("%s:%zu: %s\n", finding.path.c_str(), finding.line, finding.text.c_str());
    }
    std::printf("%.*s: %zu findings\n", static_cast<int>(checked.size()), checked.data(),
                findings.size());
    return findings.empty() ? 0 : 1;
}

}  // namespace tally::lint
