// tally_lint ROOT: the habits of the house, over the whole tree.
#include <cstdio>
#include <filesystem>

#include "tools/lint/lint_rules.hpp"

int main(int argc, char** argv) {
    using namespace tally::lint;
    if (argc != 2) {
        std::fprintf(stderr, "usage: tally_lint ROOT\n");
        return 2;
    }
    const std::string root = std::filesystem::weakly_canonical(argv[1]).generic_string();
    const std::vector<SourceFile> files = read_tree(root);
    if (files.empty()) {
        std::fprintf(stderr, "%s holds no files; give the root of the tree\n", argv[1]);
        return 2;
    }
    return print_findings(check_tree(files, root), "lint");
}
