// tally_layer_check ROOT: every #include and every banned call of the tree against the house rules.
#include <algorithm>
#include <cstdio>

#include "tools/layer_check/layer_rules.hpp"

int main(int argc, char** argv) {
    using namespace tally::lint;
    if (argc != 2) {
        std::fprintf(stderr, "usage: tally_layer_check ROOT\n");
        return 2;
    }
    const std::vector<SourceFile> files = read_tree(argv[1]);
    const auto table = std::find_if(files.begin(), files.end(), [](const SourceFile& file) {
        return file.path == "cmake/layers.cmake";
    });
    if (table == files.end()) {
        std::fprintf(stderr, "%s holds no cmake/layers.cmake; give the root of the tree\n",
                     argv[1]);
        return 2;
    }
    const tally::Result<RoomTable> rooms = read_room_table(*table);
    if (!rooms) {
        std::fprintf(stderr, "%s\n", rooms.error().text.c_str());
        return 2;
    }
    std::vector<Finding> findings;
    for (const SourceFile& file : files) {
        std::vector<Finding> more = check_layers(file, *rooms);
        findings.insert(findings.end(), more.begin(), more.end());
    }
    return print_findings(findings, "layer check");
}
