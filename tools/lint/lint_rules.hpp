// The habits of the house that a machine can hold. Each message says what to do instead.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tools/lint/source_file.hpp"

namespace tally::lint {

/// Size and shape of C++: files up to 500 lines, functions up to 70, #pragma once, no file called
/// utils, common, helper or manager.
std::vector<Finding> check_shape(const SourceFile& file);

/// Marks that must not stay: unfinished-work markers, silenced lints without check and reason,
/// paths of one machine, of which `tree_path` (the tree's own place) is one.
std::vector<Finding> check_marks(const SourceFile& file, const std::string& tree_path);

/// Relative links of Markdown files point at something in `paths` (files and their folders).
std::vector<Finding> check_links(const SourceFile& file, const std::set<std::string>& paths);

/// All of the above over a whole tree.
std::vector<Finding> check_tree(const std::vector<SourceFile>& files, const std::string& tree_path);

}  // namespace tally::lint
