// The project's own text files, as the layer check and the lint read them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tally::lint {

/// One text file. `path` is relative to the root of the tree, with forward slashes.
struct SourceFile {
    std::string path;
    std::vector<std::string> lines;

    [[nodiscard]] bool is_header() const;
    [[nodiscard]] bool is_cpp() const;  ///< a header or a .cpp file
};

/// Something to mend; `line` is 1-based, 0 for the file as a whole.
struct Finding {
    std::string path;
    std::size_t line = 0;
    std::string text;  ///< what is wrong, and what to do instead

    bool operator==(const Finding&) const = default;
};

/// Splits text into lines.
SourceFile source_file(std::string path, std::string_view text);

/// Every text file below `root` that is ours: build folders, node_modules and hidden folders except
/// .ci are left out. In the order of the paths.
std::vector<SourceFile> read_tree(const std::filesystem::path& root);

/// The file with comments, and the insides of string and character literals, blanked out, so that a
/// rule about code does not stumble over prose. Raw strings are blanked up to their end.
std::vector<std::string> code_only(const SourceFile& file);

/// True if `word` stands in `line` and is not part of a longer identifier.
bool has_word(std::string_view line, std::string_view word);

/// Prints the findings, one a line, in the form editors jump to. Returns the exit code: 0 or 1.
int print_findings(const std::vector<Finding>& findings, std::string_view checked);

}  // namespace tally::lint
